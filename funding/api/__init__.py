"""The API of the funding area."""
