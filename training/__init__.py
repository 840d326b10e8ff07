"""Recipes that made resources/starter/. Never shipped, never imported by app, models or ui."""
