"""Marks around the words that were found: letters that no text has, so that the text can be escaped first."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BEGIN, END = "\ue000", "\ue001"


def marked(text: str) -> SafeString:
    """Write the marks as HTML; everything else is escaped."""
    safe = str(escape(text)).replace(BEGIN, "<mark>").replace(END, "</mark>")
    return mark_safe(safe)  # noqa: S308 - escaped the line before
