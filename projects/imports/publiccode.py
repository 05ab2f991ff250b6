"""What a ``publiccode.yml`` says of software, as a draft of a project (https://yml.publiccode.tools, versions 0.x)."""

from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from projects.imports.sheets import Line, UnreadableError
from projects.vocabularies import Licence, Phase, Technology

MOST_BYTES = 256 * 1024

PHASES = {
    "concept": Phase.CONCEPT,
    "development": Phase.PILOT,
    "beta": Phase.PILOT,
    "stable": Phase.OPERATION,
    "obsolete": Phase.ENDED,
}
TECHNOLOGIES = {
    "application-development": Technology.OTHER,
    "artificial-intelligence": Technology.AI,
    "civic-engagement": Technology.PARTICIPATION,
    "data-analytics": Technology.DATA_PLATFORM,
    "data-collection": Technology.DATA_PLATFORM,
    "data-visualization": Technology.DATA_PLATFORM,
    "document-management": Technology.FILES,
    "digital-citizenship": Technology.ONLINE_SERVICE,
    "e-learning": Technology.LEARNING,
    "event-management": Technology.BOOKING,
    "facility-management": Technology.CONTROL,
    "geographic-information-systems": Technology.GIS,
    "iot": Technology.SENSORS,
    "it-service-management": Technology.OTHER,
    "mobile-app": Technology.APP,
    "online-booking": Technology.BOOKING,
    "workflow-management": Technology.FILES,
}
"""Categories of the standard that say what the software is."""


def read(content: bytes) -> Line:
    """Read the file; what does not fit into a project is left out.

    Raises:
        UnreadableError: it is no ``publiccode.yml``.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableError(_("The file is too large for a publiccode.yml."))
    try:
        document: Any = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UnreadableError(_("This is no YAML that can be read.")) from error
    if not isinstance(document, dict) or "publiccodeYmlVersion" not in document or not document.get("name"):
        raise UnreadableError(_("This is no publiccode.yml: “publiccodeYmlVersion” or “name” is missing."))
    description = _description(document)
    summary = _text(description.get("shortDescription"), 300) or _text(description.get("longDescription"), 300)
    line = Line(number=1)
    line.values = {
        "title": _text(document["name"], 160),
        "summary": summary,
        "description": _text(description.get("longDescription"), 8_000),
        "phase": PHASES.get(str(document.get("developmentStatus")), Phase.IDEA).value,
        "technologies": _technologies(document),
        "licence": _licence(document),
        "repository": _address(document.get("url")),
    }
    return line


def _description(document: dict[str, Any]) -> dict[str, Any]:
    """Take the German description, else the English one, else any."""
    found = document.get("description")
    if not isinstance(found, dict):
        return {}
    for language in ("de", "de-DE", "en", "en-GB", *found):
        if isinstance(found.get(language), dict):
            return dict(found[language])
    return {}


def _text(value: Any, most: int) -> str:
    text = " ".join(str(value or "").replace("\x00", "").split())
    return text if len(text) <= most else f"{text[: most - 2].rsplit(' ', 1)[0]} …"


def _technologies(document: dict[str, Any]) -> list[str]:
    categories = document.get("categories")
    named = (
        {TECHNOLOGIES[str(one)].value for one in categories if str(one) in TECHNOLOGIES}
        if isinstance(categories, list)
        else set()
    )
    return [code for code in Technology.values if code in named]


def _licence(document: dict[str, Any]) -> str:
    legal = document.get("legal")
    said = str(legal.get("license", "")) if isinstance(legal, dict) else ""
    for code in Licence.values:
        if said == code or said == code.replace("-or-later", "-only") or said == code.removesuffix("-or-later"):
            return str(code)
    return ""


def _address(value: Any) -> str:
    text = str(value or "")
    try:
        URLValidator(schemes=["https", "http"])(text)
    except ValidationError:
        return ""
    return text[:500]
