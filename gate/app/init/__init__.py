"""`gate init`: budgets from what a repository already has, measured once, each line explained."""

from gate.app.init.first import Asked, First, propose
from gate.app.init.writing import Written, write

__all__ = ["Asked", "First", "Written", "propose", "write"]
