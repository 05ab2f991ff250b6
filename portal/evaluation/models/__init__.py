"""Figures with their history, reviews with their measures, technologies with their rings."""

from portal.evaluation.models.figures import DailyCount, Measurement
from portal.evaluation.models.radar import Maturity, Proposal, Ring, RingChange, Technology
from portal.evaluation.models.reviews import Measure, Review, ReviewInterval

__all__ = [
    "DailyCount",
    "Maturity",
    "Measure",
    "Measurement",
    "Proposal",
    "Review",
    "ReviewInterval",
    "Ring",
    "RingChange",
    "Technology",
]
