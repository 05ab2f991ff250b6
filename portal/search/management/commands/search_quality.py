"""Says how good the search is."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.search.quality.measure import FLOOR, judged, mean, measure


class Command(BaseCommand):
    """Measured over the demonstration data: `make search-quality` makes a database of its own for that."""

    help = "Measure the search by judged searches and list those that fall short."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        measured = [measure(search) for search in judged()]
        for name, values in (
            ("nDCG@10", [one.ndcg for one in measured]),
            ("recall@20", [one.recall for one in measured]),
            ("MRR", [one.reciprocal_rank for one in measured]),
        ):
            self.stdout.write(f"{name:<10} {mean(values):.3f}")
        short = sorted((one for one in measured if one.ndcg < FLOOR), key=lambda one: one.ndcg)
        self.stdout.write(f"{len(measured)} searches, {len(short)} below {FLOOR}:")
        for one in short:
            self.stdout.write(f"  {one.ndcg:.2f}  {one.words}: {' | '.join(one.titles) or 'nothing'}")
