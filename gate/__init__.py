"""perfgate: the performance-budget gate that fails closed and does not cry wolf."""

__version__ = "0.1.0"
