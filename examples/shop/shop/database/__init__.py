"""The shop's own PostgreSQL: where its programs are, how it starts, dies and gets its data."""
