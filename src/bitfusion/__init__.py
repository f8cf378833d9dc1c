"""bitfusion: use a GPU that is not in your machine."""

__version__ = "0.1.0"
