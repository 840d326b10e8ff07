"""The assistant without a window. It knows models, never ui and never Qt."""

__version__ = "0.1.0"
