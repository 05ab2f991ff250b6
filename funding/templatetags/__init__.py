"""Template tags of the funding area."""
