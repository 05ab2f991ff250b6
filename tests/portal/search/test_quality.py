"""How good the search is over the demonstration data; `make search-quality` prints the same with what falls short."""

import pytest
from django.core.management import call_command

from portal.search.quality.measure import Judged, judged, mean, measure

AIM = 0.85
"""nDCG@10 at least."""


@pytest.mark.django_db
def test_the_judged_searches_are_answered_well() -> None:
    call_command("demo", verbosity=0)
    searches = list(judged())
    assert len(searches) >= 150
    assert len({search.words for search in searches}) == len(searches)
    measured = [measure(search) for search in searches]
    assert mean([one.ndcg for one in measured]) >= AIM
    assert mean([one.recall for one in measured]) >= AIM
    nonsense = measure(Judged("xylophonorchester", (("Impressum", 3),)))
    assert (nonsense.ndcg, nonsense.recall, nonsense.reciprocal_rank) == (0.0, 0.0, 0.0)
