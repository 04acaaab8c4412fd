"""What `gate ci` does around a check: what a step of GitHub Actions is told, and what it tells."""
