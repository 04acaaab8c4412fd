"""What is run apart, in a Python without anything else in it."""
