"""Engines, model files and hardware: what Parley needs to know about models. No Qt, no threads, nothing from app."""
