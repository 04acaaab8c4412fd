"""Signing a release off: strict measuring, the document, its files, and their verification."""
