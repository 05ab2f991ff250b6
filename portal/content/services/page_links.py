"""Which links stand in what editors have published."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.db import models
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from portal.content.models import KeyDate

ADDRESS = re.compile(r"(https?://|/)\S+", re.IGNORECASE)
"""A text that is an address as a whole: of a block for addresses, or for a path of the portal."""


def outside_links() -> Iterator[tuple[models.Model, str]]:
    """Name every link in the published pages and in the dates to come, with the object that it stands in."""
    for page in Page.objects.live().filter(depth__gt=1).specific().iterator():
        for address in links_of(page):
            yield page, address
    for date in KeyDate.objects.upcoming():
        yield date, date.url


def links_of(page: Page) -> Iterator[str]:
    """Name the links of a page: in all its texts and blocks, whatever their kinds, and its fields for addresses.

    It reads what is stored rather than the page as readers see it: navigation and what the areas add are not its own.
    """
    for field in page._meta.concrete_fields:
        value = field.value_from_object(page)
        if isinstance(field, StreamField):
            yield from _in_stored(field.stream_block.get_prep_value(value))
        elif isinstance(field, RichTextField):
            yield from _in_html(str(value))
        elif isinstance(field, models.URLField) and value:
            yield str(value)


def _in_stored(value: Any) -> Iterator[str]:
    """Walk the stored form of a block: lists and dictionaries of texts, numbers and nothing else."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _in_stored(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _in_stored(part)
    elif isinstance(value, str):
        if ADDRESS.fullmatch(value):
            yield value
        elif "<a " in value:
            yield from _in_html(value)


def _in_html(text: str) -> Iterator[str]:
    """Name the links of a rich text; links to pages and documents are kept by number and become addresses first."""
    parser = _Links(convert_charrefs=True)
    parser.feed(expand_db_html(text))
    parser.close()
    return iter(parser.addresses)


class _Links(HTMLParser):
    """Collects the addresses that links lead to."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if tag == "a" and name == "href" and value]
