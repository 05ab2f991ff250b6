"""Real-world formats in: each module reads one and yields the records that ``funding.services`` takes."""
