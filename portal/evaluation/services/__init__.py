"""Measuring, counting, reviewing, and looking after the technology radar."""
