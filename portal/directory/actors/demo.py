"""Demonstration data of the actors: invented organisations of the kinds that no register knows, and people who act.

Municipality and association are real, because those of the register are; that somebody represents them is invented, and
the names of these people say so.
"""

from typing import NamedTuple

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services import confirm_address
from portal.directory.actors import delegations, joining, members, organisations, profiles
from portal.directory.models import Audience, Function, Membership, Organisation, Role
from portal.directory.vocabularies import FieldOfAction

DOMAIN = "demo.example.org"
TOWN, UNION = "07131001", "071315001"
"""Adenau and its Verbandsgemeinde: a town of 2,935 inhabitants with an association that acts for it."""
COLLEAGUE, APPLICANT = f"kollegium@{DOMAIN}", f"landkreis@{DOMAIN}"


class Invented(NamedTuple):
    """An organisation that does not exist."""

    kind: str
    name: str
    fields: tuple[FieldOfAction, ...]
    description: str
    short_name: str = ""


KIND, FIELD = Organisation.Kind, FieldOfAction
INVENTED = (
    Invented(
        KIND.FEDERAL,
        "Musterbundesamt für digitale Kommunen",
        (FIELD.ADMINISTRATION, FIELD.DATA),
        "Begleitet Kommunen bei Onlinediensten und gibt Arbeitshilfen heraus.",
        "MBdK",
    ),
    Invented(
        KIND.FEDERAL,
        "Musterministerium für Stadtentwicklung",
        (FIELD.PLANNING, FIELD.HOUSING),
        "Fördert Modellvorhaben in Städten und Gemeinden.",
        "MMStadt",
    ),
    Invented(
        KIND.LAND,
        "Musterlandesamt für Digitales",
        (FIELD.ADMINISTRATION,),
        "Ansprechstelle des Landes für Kommunen; betreibt gemeinsame Dienste.",
        "MLaD",
    ),
    Invented(
        KIND.INITIATIVE,
        "Musterinitiative Smarte Dörfer",
        (FIELD.PUBLIC_SERVICES, FIELD.PARTICIPATION),
        "Dörfer lernen voneinander: Mitfahrbänke, Dorf-Apps, Treffpunkte.",
    ),
    Invented(
        KIND.INITIATIVE,
        "Musternetz Offene Daten",
        (FIELD.DATA,),
        "Hilft Kommunen, Daten zu veröffentlichen und zu nutzen.",
    ),
    Invented(
        KIND.ENTERPRISE,
        "Stadtwerke Musterstadt",
        (FIELD.ENERGY, FIELD.WATER),
        "Betreibt ein LoRaWAN-Netz für Wasserzähler und Straßenbeleuchtung.",
    ),
    Invented(
        KIND.ENTERPRISE,
        "Muster-Nahverkehr",
        (FIELD.MOBILITY,),
        "Bus auf Bestellung für zwölf Gemeinden.",
    ),
    Invented(
        KIND.COMPANY,
        "Datenwerkstatt Muster",
        (FIELD.DATA, FIELD.MOBILITY),
        "Baut Datenplattformen mit freier Software.",
    ),
    Invented(
        KIND.COMPANY,
        "Musterplan Ingenieurbüro",
        (FIELD.PLANNING, FIELD.WATER),
        "Digitale Zwillinge und Starkregenkarten.",
    ),
    Invented(
        KIND.UNION,
        "Musterbund der Gemeinden",
        (FIELD.ADMINISTRATION, FIELD.PARTICIPATION),
        "Vertritt Gemeinden bis 20.000 Einwohnerinnen und Einwohner.",
        "MdG",
    ),
    Invented(
        KIND.RESEARCH,
        "Musterhochschule für Stadt und Land",
        (FIELD.EDUCATION, FIELD.PUBLIC_SERVICES),
        "Untersucht, was Menschen in kleinen Gemeinden von digitalen Angeboten haben.",
    ),
)


@transaction.atomic
def load() -> int:
    """Make what is missing and return how many organisations and memberships were new."""
    return _organisations() + _people()


def _organisations() -> int:
    made = 0
    for one in INVENTED:
        if Organisation.objects.filter(demonstration=True, name=one.name).exists():
            continue
        organisation = organisations.create_organisation(
            kind=one.kind, name=one.name, short_name=one.short_name, by=None, demonstration=True
        )
        Organisation.objects.filter(pk=organisation.pk).update(
            description=one.description,
            description_audience=Audience.PUBLIC,
            fields_of_action=[field.value for field in one.fields],
        )
        made += 1
    return made


def _people() -> int:
    """Let the demonstration's people join by the ways that everybody takes; nothing where they have joined already."""
    town, union = (Organisation.objects.filter(slug=key).first() for key in (TOWN, UNION))
    clerk, head = (User.objects.filter(email=f"{name}@{DOMAIN}").first() for name in ("kommune", "verband"))
    if not (town and union and clerk and head) or Membership.objects.filter(person__in=[clerk, head]).exists():
        return 0
    for organisation in (town, union):
        organisations.set_official_data(organisation=organisation, official_domain=DOMAIN, by=None)
    joining.join(organisation=town, person=clerk, function=Function.CLERK)
    joining.join(organisation=union, person=head, function=Function.CDO)
    colleague = _person(COLLEAGUE, "Kolja Kollegium (Demonstration)")
    joining.join(organisation=town, person=colleague, function=Function.IT, message="Ich betreue die Schul-IT.")
    members.invite(organisation=town, email=f"kaemmerei@{DOMAIN}", role=Role.READER, by=clerk)
    if district := Organisation.objects.filter(slug=TOWN[:5]).first():
        applicant = _person(APPLICANT, "Leo Landkreis (Demonstration)")
        evidence = "Ich leite im Landratsamt die Stabsstelle Digitalisierung."
        joining.join(organisation=district, person=applicant, function=Function.CDO, evidence=evidence)
    agreed = delegations.offer(own=town, other=union, tasks=["assess", "apply"], by=clerk)
    delegations.answer(delegation=agreed, agree=True, by=head)
    for person, title, about, expertise in (
        (clerk, "Sachbearbeitung Hauptamt", "Zuständig für alles mit Kabel.", [FIELD.ADMINISTRATION]),
        (head, "Digitalisierung", "Hilft zwölf Ortsgemeinden.", [FIELD.ADMINISTRATION, FIELD.MOBILITY]),
    ):
        profiles.edit_profile(
            person=person, function_title=title, about=about, expertise=[one.value for one in expertise]
        )
    return 3


def _person(email: str, name: str) -> User:
    """Return somebody who is there without a password: nobody signs in with this account."""
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, None, display_name=name)
        confirm_address(person=person)
    return person
