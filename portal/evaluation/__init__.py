"""Whether the centre achieves what it is for: indicators, anonymous counts, reviews of its areas, technology radar."""
