"""The window: the only room that may import PySide6."""
