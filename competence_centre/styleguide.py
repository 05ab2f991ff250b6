"""The components on show: each with its name, what it is for, the lines that draw it, and how it looks.

A component is a file in ``templates/components``; its examples are the file of the same name in
``templates/styleguide/components``: what is shown as source is what is drawn. The words in them are samples.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from competence_centre.colours import style_sheet
from portal.areas import areas
from portal.charts import BarChart, Series
from portal.directory.models import Municipality

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"
EXAMPLES = Path(settings.BASE_DIR) / "templates" / "styleguide" / "components"
SAMPLES = Path(__file__).parent / "demo_data" / "styleguide.json"
SIZES_OF_ICONS = {"default", "large", "small"}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A component on show.

    Attributes:
        name: the file's name without its ending.
        purpose: the comment at the head of the component: what it is for, and which parameters it takes.
        source: the lines that draw the examples.
        drawn: the examples as HTML.
    """

    name: str
    purpose: str
    source: str
    drawn: str


class SampleForm(forms.Form):
    """A form of two fields, to show fields in their states."""

    name = forms.CharField(label=_("Name"), required=False)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("For example: name@example.org"))


def shown_components(request: HttpRequest) -> list[Component]:
    """Draw the examples of every component that has some, by name."""
    context = samples(request)
    return [
        Component(
            name=path.stem,
            purpose=purpose(COMPONENTS / path.name),
            source=path.read_text(encoding="utf-8").strip(),
            drawn=render_to_string(f"styleguide/components/{path.name}", context, request=request),
        )
        for path in sorted(EXAMPLES.glob("*.html"))
    ]


def icons() -> list[str]:
    """Name the pictures of KERN that the portal ships."""
    css = style_sheet("vendor/kern.min.css")
    return sorted(set(re.findall(r"\.kern-icon--([\w-]+)", css)) - SIZES_OF_ICONS)


def purpose(component: Path) -> str:
    """Return the comment at the head of a component, in one paragraph."""
    text = component.read_text(encoding="utf-8")
    comment = re.match(r"\s*(?:\{#(.*?)#\}|\{% comment %\}(.*?)\{% endcomment %\})", text, flags=re.DOTALL)
    return " ".join((comment[1] or comment[2]).split()) if comment else ""


def samples(request: HttpRequest) -> dict[str, Any]:
    """Return what the examples are drawn with: the sample data, and the objects that no file can hold."""
    found: dict[str, Any] = json.loads(SAMPLES.read_text(encoding="utf-8"), object_hook=_with_dates)
    municipalities = areas.resource_of(Municipality).filterset(
        QueryDict("q=neuenkirchen"), Municipality.objects.all(), request=request
    )
    found["map"]["svg"] = mark_safe(found.pop("drawing"))  # noqa: S308 - from our own file
    chart = found["chart"]
    wrong = SampleForm({"name": "Erika Mustermann", "email": "erika.mustermann"})
    return found | {
        "page_obj": Paginator(range(240), 20).page(5),
        "form": municipalities.form,
        "wrong_form": wrong,
        "wrong_field": wrong["email"],
        "right_field": SampleForm()["name"],
        "chart": BarChart(**chart | {"series": [Series(**series) for series in chart["series"]]}),
    }


def _with_dates(entry: dict[str, Any]) -> dict[str, Any]:
    """JSON has no dates: read them where a text is one."""
    return {
        key: date.fromisoformat(value) if isinstance(value, str) and DATE.fullmatch(value) else value
        for key, value in entry.items()
    }
