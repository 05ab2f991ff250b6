"""Limits of the API as settings have them. Apart from what counts, because settings cannot import what reads them."""

import re


def rate(text: str) -> str:
    """Check a limit as settings have it, and return it.

    Raises:
        ValueError: it is neither empty nor like ``300/minute``.
    """
    if text and not re.fullmatch(r"[1-9][0-9]{0,6}/(second|minute|hour|day)", text):
        raise ValueError(f"“{text}” is no limit. Write for instance 300/minute, or nothing for none.")
    return text
