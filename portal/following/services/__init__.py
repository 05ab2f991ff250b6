"""Saving searches, noticing what is new, and finding whom it is to be told."""
