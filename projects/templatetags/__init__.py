"""Template tags of the project area."""
