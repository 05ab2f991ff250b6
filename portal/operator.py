"""Who operates the portal: what the law wants on the imprint, from the settings.

A deployment that still has the placeholders, or leaves out what is demanded, fails ``manage.py check --deploy``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

PLACEHOLDERS = ("muster", ".example", "example.org", "example.com")
"""A setting that holds one of these, in whatever letters, is the demonstration's or was copied from a manual."""


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator, as § 5 DDG, § 18 Abs. 2 MStV and Art. 13 GDPR want it named.

    Attributes:
        name: legal name.
        address: street, house number, postcode and town, one line each; no post-office box.
        representative: who may speak and sign for it.
        email, phone: two fast ways of contact.
        register: register and number, or VAT number; empty where there is none.
        editor: name and address of the person responsible for the content (§ 18 Abs. 2 MStV).
        data_protection: how to reach the data protection officer.
        data_protection_authority: the supervisory authority, where complaints go (Art. 77 GDPR).
        hosting: who runs the servers on the operator's behalf, name and address; one line each.
        accessibility_law: the law that the portal's accessibility follows, e.g. that of the Federation or of a Land.
        arbitration: the arbitration body for accessibility, with address; one line each.
        arbitration_url: its address on the web.
        security_contact: e-mail address or web address for reports of security holes.
    """

    name: str
    address: tuple[str, ...]
    representative: str
    email: str
    phone: str
    register: str
    editor: tuple[str, ...]
    data_protection: tuple[str, ...]
    data_protection_authority: tuple[str, ...]
    hosting: tuple[str, ...]
    accessibility_law: str
    arbitration: tuple[str, ...]
    arbitration_url: str
    security_contact: str


def operator() -> Operator:
    """Read the operator from the settings."""
    return Operator(
        name=settings.OPERATOR_NAME,
        address=_lines(settings.OPERATOR_ADDRESS),
        representative=settings.OPERATOR_REPRESENTATIVE,
        email=settings.OPERATOR_EMAIL,
        phone=settings.OPERATOR_PHONE,
        register=settings.OPERATOR_REGISTER,
        editor=_lines(settings.OPERATOR_EDITOR),
        data_protection=_lines(settings.OPERATOR_DATA_PROTECTION),
        data_protection_authority=_lines(settings.OPERATOR_DATA_PROTECTION_AUTHORITY),
        hosting=_lines(settings.OPERATOR_HOSTING),
        accessibility_law=settings.OPERATOR_ACCESSIBILITY_LAW,
        arbitration=_lines(settings.OPERATOR_ARBITRATION),
        arbitration_url=settings.OPERATOR_ARBITRATION_URL,
        security_contact=settings.SECURITY_CONTACT,
    )


def _lines(text: str) -> tuple[str, ...]:
    """Split what a setting separates by semicolons."""
    return tuple(line.strip() for line in text.split(";") if line.strip())


DEMANDED = (
    "OPERATOR_NAME",
    "OPERATOR_ADDRESS",
    "OPERATOR_REPRESENTATIVE",
    "OPERATOR_EMAIL",
    "OPERATOR_PHONE",
    "OPERATOR_EDITOR",
    "OPERATOR_DATA_PROTECTION",
    "OPERATOR_DATA_PROTECTION_AUTHORITY",
    "OPERATOR_HOSTING",
    "OPERATOR_ACCESSIBILITY_LAW",
    "OPERATOR_ARBITRATION",
    "OPERATOR_ARBITRATION_URL",
    "SECURITY_CONTACT",
    "EMAIL_URL",
)
"""Settings without which the portal may not stand on the open web."""


@register("portal", deploy=True)
def check_operator(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> Iterable[CheckMessage]:  # noqa: ARG001
    """Refuse a deployment without an operator (§ 5 DDG), without mail, or with an address that is not safe."""
    for name in DEMANDED:
        value = getattr(settings, name)
        if not value:
            yield Error(f"{name} is not set.", hint=HINT, id="portal.E010")
        elif any(word in value.casefold() for word in PLACEHOLDERS):
            yield Error(f"{name} holds a placeholder.", hint=HINT, id="portal.E010")
    if not settings.SITE_URL.startswith("https://"):
        yield Error(
            f"SITE_URL is “{settings.SITE_URL}”, not an address that begins with https://.",
            hint="Mails, feeds and security.txt name the portal by this address.",
            id="portal.E011",
        )


HINT = "Imprint, privacy page and mails need the real value: see “The operator” in docs/operations.md."
