"""Pages: figures for everybody, the evaluators' dashboard, reviews and reports, the technology radar."""
