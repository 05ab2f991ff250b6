"""What the search reads of the editors' pages."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.search import index

from portal.areas import Document, Searchable, Standing
from portal.content.addresses import address
from portal.content.models import ContentPage, NewsPage

READ_ELSEWHERE = frozenset({"title", "summary"})


def document(page: ContentPage) -> Document | None:
    """Read a German page; translations are found by their language's own pages."""
    if page.locale.language_code != "de":
        return None
    return Document(
        title=page.title,
        url=address(page.url_path, "de"),
        summary=page.summary,
        text=" ".join(_texts(page)),
        fields=getattr(page, "fields", ()),
        day=_day(page),
    )


def standing(page: ContentPage) -> Standing:
    """Say which version of a page is published: who follows it is told when it is revised."""
    return Standing(details={"content": page.updated.isoformat() if page.updated else ""})


def further_kinds(listed: set[Any]) -> tuple[Searchable, ...]:
    """Return the kinds of pages that no resource presents: questions, glossary, legal pages, sections, forms."""
    return tuple(
        Searchable(
            slug=kind._meta.model_name or "",
            label=kind._meta.verbose_name_plural or "",
            model=kind,
            document=document,
        )
        for kind in ContentPage.kinds()
        if kind not in listed
    )


def _texts(page: ContentPage) -> list[str]:
    """Return what a page says besides title and summary: the fields that the editors' own search reads, too."""
    found: list[str] = []
    for field in type(page).search_fields:
        if isinstance(field, index.SearchField) and field.field_name not in READ_ELSEWHERE:
            value: Any = field.get_value(page)
            found += [strip_tags(str(part)) for part in (value if isinstance(value, list) else [value]) if part]
    return found


def _day(page: ContentPage) -> date | None:
    """Return the day by which readers know a page: of news the day of the news, of others the latest publication."""
    if isinstance(page, NewsPage):
        return page.date
    return timezone.localtime(page.updated).date() if page.updated else None
