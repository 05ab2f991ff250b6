"""The folding of names (``portal.directory.names``), computed by the database."""

from typing import TYPE_CHECKING

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower, Replace

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


def folding_of(field: str, *, german: bool) -> Func:
    """SQL for ``names.fold`` (ä as ae) or ``names.fold_bare`` (ä as a) of a field."""
    name: Combinable = Lower(F(field))
    for letter, spelling in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")) if german else ():
        name = Replace(name, Value(letter), Value(spelling))
    for letter, spelling in (("ß", "ss"), ("ł", "l")):
        name = Replace(name, Value(letter), Value(spelling))
    decomposed = Func(name, template="normalize(%(expressions)s, NFKD)", output_field=TextField())
    return _replaced(_replaced(decomposed, ACCENTS, ""), "[^a-z0-9]+", " ")


ACCENTS = "[\\u0300-\\u036f]"
"""Accents and dots that stand on their own after decomposition, for PostgreSQL's regular expressions."""


def _replaced(text: "Combinable", pattern: str, by: str) -> Func:
    return Func(text, Value(pattern), Value(by), Value("g"), function="regexp_replace", output_field=TextField())
