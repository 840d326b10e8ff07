"""The assistant without a window. It knows models, never ui and never Qt."""
