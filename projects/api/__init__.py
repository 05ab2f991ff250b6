"""The API of the project area."""
