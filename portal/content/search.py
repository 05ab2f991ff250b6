"""Searching the pages that belong to no list: questions, glossary, legal pages, sections, forms."""

from django.db.models import TextField, Value
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from wagtail.models import Page

from portal.areas import Found, FoundPages, areas
from portal.content.addresses import address
from portal.content.models import ContentPage, ContentPageQuerySet
from portal.visibility import Viewer


def further_search(user: Viewer, words: str, limit: int) -> FoundPages:
    """Find the German pages that have the words, in two statements, whatever their kinds."""
    listed = {resource.model for resource in areas.each("resources")}
    kinds = [kind for kind in ContentPage.kinds() if kind not in listed]
    found = ContentPageQuerySet(Page).visible_to(user).german().exact_type(*kinds).matching(words)
    count = found.count()
    if not count:
        return FoundPages(count=0, best=[])
    # Each kind keeps its summary in a table of its own; one of them has the page.
    summaries = [f"{kind._meta.model_name}__summary" for kind in kinds]
    rows = found.annotate(text=Coalesce(*summaries, Value(""), output_field=TextField()))
    best = rows.select_related("content_type").order_by("-rank", "title", "pk")[:limit]
    return FoundPages(
        count=count,
        best=[
            Found(
                title=page.title,
                url=address(page.url_path, "de"),
                kind=capfirst(str(page.specific_class._meta.verbose_name)),
                text=page.text,
            )
            for page in best
        ],
    )
