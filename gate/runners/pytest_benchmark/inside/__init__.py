"""What is loaded into the user's own Python: it may import that Python's pytest and nothing else.

The folder, not the package, is put on that Python's path.
"""
