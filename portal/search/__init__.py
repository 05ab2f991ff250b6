"""The search over everything that the areas present."""
