"""The record of who did what: append-only, without personal values in clear."""
