"""Saved searches and things that people follow: who is told of what is new and of what has changed."""
