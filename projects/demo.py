"""Demonstration projects: the places are real, the projects are invented and marked as such."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Power
from django.utils import timezone, translation

from funding.models import Programme
from portal.directory.models import Municipality, Organisation, SizeClass
from portal.editing import publication
from portal.slugs import german_slug
from projects.models import (
    MACHINE,
    Collection,
    CollectionItem,
    Cooperation,
    CooperationStep,
    Evidence,
    Experience,
    Financing,
    Interaction,
    Partner,
    Picture,
    Plan,
    Project,
    ProjectFile,
    ProjectLink,
    ProjectPlace,
    Reuse,
    ReviewStep,
    Risk,
    Stage,
    Supplier,
)
from projects.services import demonstrating
from projects.services.matching import propose
from projects.vocabularies import Grade, Phase, ReuseStage, Visibility

CONTENT = Path(__file__).parent / "demo_data" / "projects.json"
"""Kinds of projects with what they have in common, each with its variants: where, how far, what was learnt."""

ABROAD = ":"
"""A place abroad is written as country and name: ``DK:Musterby``."""

SIZES = list(SizeClass.values)


class Places:
    """Gives out municipalities of the register by Land and size, each once for as long as a Land has others."""

    def __init__(self) -> None:
        """Read which there are, in the order of their keys."""
        self._free: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._given: dict[str, str] = {}
        rows = Municipality.objects.current().municipalities().order_by("-ags")
        for ags, land, size in rows.values_list("ags", "land_id", "size_class"):
            self._free[land, size].append(ags)

    def take(self, land: str, size: str) -> str | None:
        """Return the key of a municipality of a Land whose size is the nearest to the one asked for."""
        wanted = SIZES.index(size)
        for near in sorted(SIZES, key=lambda one: abs(SIZES.index(one) - wanted)):
            if self._free[land, near]:
                self._given[land] = self._free[land, near].pop()
                break
        return self._given.get(land)  # a city that is a Land has several projects


def load() -> int:
    """Make the demonstration projects that are missing, and return how many were made; offer a template as well."""
    demonstrating.offer_agreement()
    kinds = json.loads(CONTENT.read_text(encoding="utf-8"))["kinds"]
    there = set(Project.objects.filter(demonstration=True).values_list("slug", flat=True))
    entries = [(kind, number, one) for kind in kinds for number, one in enumerate(kind["variants"], 1)]
    missing = [entry for entry in entries if _slug(entry[0], entry[1]) not in there]
    if not missing:
        return 0
    with transaction.atomic(), translation.override("de"):
        places, programmes = Places(), list(Programme.objects.filter(live=True, source=Programme.Source.DEMO)[:6])
        made = [_make(kind, number, one, places, programmes) for kind, number, one in missing]
        _use_again(made)
        _collect()
    return len(made)


def _slug(kind: dict[str, Any], number: int) -> str:
    return f"demonstration-{kind['key']}-{number}"


def _make(
    kind: dict[str, Any], number: int, one: dict[str, Any], places: Places, programmes: list[Programme]
) -> Project:
    today = timezone.localdate()
    country, is_abroad, town = one["where"].partition(ABROAD)
    ags = None if is_abroad else places.take(one["where"], one["size"])
    lies_in = _places(ags, one.get("place", "")) if ags else []
    owner = _supplier(kind["supplier"]) if "supplier" in kind else _owner(lies_in)
    over = one["phase"] in {Phase.ENDED, Phase.FAILED}
    project = Project.objects.create(
        slug=_slug(kind, number),
        demonstration=True,
        organisation=owner,
        stage=Stage.DONE,
        title=one["title"],
        summary=one["summary"],
        phase=one["phase"],
        started_on=today - timedelta(days=365 * one["years"]) if one["years"] else None,
        ended_on=today - timedelta(days=90) if over else None,
        fields_of_action=kind["fields"],
        spatial_effect=kind["spatial"],
        country=country if is_abroad else "DE",
        place_abroad=town,
        what_would_change=kind.get("change", ""),
        cost_band=kind["cost"],
        effort_days=kind["days"],
        technologies=kind["technologies"],
        licence=kind["licence"],
        reuse_conditions="Unterlagen und Ansprechstelle auf Anfrage." if kind["licence"] != "proprietary" else "",
        data_basis=kind["data"],
        personal_data=kind["personal"],
        dpia=kind["dpia"],
        transferable_sizes=kind["sizes"],
        transfer_conditions=kind["needs"],
        lessons_learnt=one["lesson"],
        done_differently=one["differently"],
        contact_function="cdo" if owner else "",
        contact_email="digitales@example.org" if owner else "",
        checked_on=today - timedelta(days=(len(kind["key"]) * 17 + number * 41) % 230),
        **publication("published", at=timezone.now() - timedelta(days=240)),
    )
    for place in lies_in:
        ProjectPlace.objects.create(project=project, **{place._meta.model_name: place})
    _describe(project, kind, one, programmes)
    _illustrate(project, one)
    return project


NEIGHBOURS = 3
"""So many places nearby take part in a project of several municipalities besides the one that wrote it."""


def _places(ags: str, what: str) -> list[Any]:
    """Return where a project lies: in the municipality, there and in others nearby, or in what it belongs to."""
    town = Municipality.objects.select_related("association", "district").get(pk=ags)
    if what == "several" and town.longitude is not None and town.latitude is not None:
        apart = Power(F("longitude") - town.longitude, 2) + Power(F("latitude") - town.latitude, 2)
        others = Municipality.objects.current().municipalities().filter(land=town.land_id, longitude__isnull=False)
        return [town, *others.exclude(pk=ags).order_by(apart, "ags")[:NEIGHBOURS]]
    union = {"association": town.association, "district": town.district}.get(what)
    return [union or town]


def _owner(places: list[Any]) -> Organisation | None:
    if not places:
        return None
    return Organisation.objects.filter(**{places[0]._meta.model_name: places[0]}).first()


def _supplier(name: str) -> Organisation:
    """Return the company of this name; the demonstration of the actors has it, where that was loaded."""
    invented = {"name": name, "kind": Organisation.Kind.COMPANY, "demonstration": True}
    found = Organisation.objects.filter(**invented).first()
    return found or Organisation.objects.create(slug=german_slug(name), **invented)


def _illustrate(project: Project, one: dict[str, Any]) -> None:
    """Add a picture, a file and links, where the content names them."""
    for position, (kind, title, url) in enumerate(one.get("links", [])):
        ProjectLink.objects.create(project=project, position=position, kind=kind, title=title, url=url)
    if "caption" in one:
        Picture.objects.create(project=project, position=0, image=demonstrating.drawing(), caption=one["caption"])
        ProjectFile.objects.create(project=project, position=0, document=demonstrating.plan_of_the_bench())


def _describe(project: Project, kind: dict[str, Any], one: dict[str, Any], programmes: list[Programme]) -> None:
    for position, (effect, field, sentence) in enumerate(kind["effects"]):
        Interaction.objects.create(project=project, position=position, effect=effect, field=field, sentence=sentence)
    for position, (risk, description, countermeasure) in enumerate(kind["risks"]):
        Risk.objects.create(
            project=project, position=position, kind=risk, description=description, countermeasure=countermeasure
        )
    if one["grade"]:
        for position, claim in enumerate(kind["evidence"]):
            _show(project, position, claim, one["grade"] if position == 0 else Grade.CLAIMED)
    if kind["licence"] == "proprietary":
        Supplier.objects.create(
            project=project,
            name="Muster Software GmbH",
            product="Standardlösung (Demonstration)",
            licence="nicht offen",
            alternatives="Offene Software des Musterverbandes (EUPL 1.2)",
        )
    if "kommunal" in project.spatial_effect:
        Partner.objects.create(project=project, kind="municipality", name="Nachbarkommunen", role="tragen es mit")
    if programmes and project.pk % 3 == 0:
        programme = programmes[project.pk % len(programmes)]
        Financing.objects.create(project=project, programme=programme, share_percent=60)
    else:
        Financing.objects.create(project=project, text="Eigener Haushalt", share_percent=100)


def _show(project: Project, position: int, claim: list[Any], grade: str) -> None:
    criterion, text, *figures = claim
    measured, before, after, unit = figures or ("", None, None, "")
    # What is confirmed is confirmed by somebody who uses it again: see _use_again().
    own = Grade.DOCUMENTED if grade == Grade.CONFIRMED else Grade(grade)
    checked = own == Grade.CHECKED
    Evidence.objects.create(
        project=project,
        position=position,
        criterion=criterion,
        claim=text,
        measured=measured,
        before=before,
        after=after,
        unit=unit,
        method="Vergleich vor und nach der Einführung" if own != Grade.CLAIMED else "",
        source="Bericht an den Rat (Demonstration)" if own != Grade.CLAIMED else "",
        grade=own,
        checked_by="Beratung des Kompetenzzentrums" if checked else "",
        checked_on=timezone.localdate() - timedelta(days=60) if checked else None,
    )


def _use_again(made: list[Project]) -> None:
    """Let others use what is scaled, and confirm the effect of what the content calls confirmed."""
    content = json.loads(CONTENT.read_text(encoding="utf-8"))["kinds"]
    confirmed = {
        _slug(kind, number)
        for kind in content
        for number, one in enumerate(kind["variants"], 1)
        if one["grade"] == Grade.CONFIRMED
    }
    others = _others(made)
    today = timezone.localdate()
    for project in made:
        if project.phase != Phase.SCALED and project.slug not in confirmed:
            continue
        for number in range(1 + project.pk % 3):
            stage = ReuseStage.USING if number == 0 else (ReuseStage.PLANNING, ReuseStage.INTERESTED)[number % 2]
            reuse = Reuse.objects.create(
                project=project,
                organisation=next(others),
                stage=stage,
                since_on=today - timedelta(days=420 - 100 * number),
                experience="Nach drei Monaten lief es; die Schulung dauerte länger." if number == 0 else "",
                answered_on=today - timedelta(days=30) if number == 0 and project.slug in confirmed else None,
            )
            if number == 0 and project.slug in confirmed:
                shown = Evidence.objects.filter(project=project).order_by("position")[0]
                Experience.objects.create(
                    reuse=reuse,
                    criterion=shown.criterion,
                    outcome="bestaetigt",
                    text="Auch bei uns, etwas später.",
                    statements=[shown.statement],
                )


def _others(made: list[Project]) -> Iterator[Organisation]:
    """Yield organisations of municipalities without a project of their own, again from the start when all had one."""
    own = {project.organisation_id for project in made if project.organisation_id}
    found = list(Organisation.objects.filter(municipality__isnull=False).exclude(pk__in=own).order_by("slug")[:200])
    while found:
        yield from found


COLLECTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Die ersten 90 Tage in einer kleinen Gemeinde",
        "Fünf Projekte, die wenig kosten, schnell gehen und sich bewährt haben. (Demonstration)",
        (
            ("termin-1", "In zwei Wochen eingerichtet, alle merken es sofort."),
            ("vernetzung-1", "Allein ist Datenschutz kaum zu schaffen."),
            ("opendata-2", "Kein eigenes Portal nötig."),
            ("maengel-2", "Nur mit einem Bauhof, der antwortet."),
            ("personal-1", "Eine Person je Amt genügt für den Anfang."),
        ),
    ),
    (
        "Gescheitert und gelernt",
        "Was nicht funktioniert hat, und warum. Lesen Sie das, bevor Sie dasselbe beginnen. (Demonstration)",
        (
            ("dorfapp-3", "Eine App ist ein Dauerauftrag."),
            ("maengel-3", "Zuerst der Ablauf, dann die Technik."),
            ("rufbus-3", "Nie ohne Telefon."),
            ("onlinemarkt-3", "Gegen große Plattformen gewinnt man nicht mit Technik."),
        ),
    ),
)


def _collect() -> None:
    for title, introduction, items in COLLECTIONS:
        collection, is_new = Collection.objects.get_or_create(
            title=title, is_public=True, defaults={"introduction": introduction}
        )
        if not is_new:
            continue
        for position, (key, note) in enumerate(items, 1):
            project = Project.objects.get(slug=f"demonstration-{key}")
            CollectionItem.objects.create(collection=collection, project=project, note=note, position=position)


PLANS: tuple[dict[str, Any], ...] = (
    {
        "title": "Mitfahrbänke zum Bahnhof (Demonstration)",
        "description": "Drei Mitfahrbänke mit Anzeige zwischen den Ortsteilen und dem Bahnhof.",
        "fields_of_action": ["mobilitaet"],
        "in_days": 90,
        "budget_band": "bis-50000",
        "open_for": "gemeinsam ausschreiben und betreiben",
        "is_named": True,
    },
    {
        "title": "Mitfahrbänke an der Landesstraße (Demonstration)",
        "description": "Mitfahrbänke mit Anzeige zwischen vier Ortsteilen, wenn möglich mit Nachbargemeinden.",
        "fields_of_action": ["mobilitaet", "daseinsvorsorge"],
        "in_days": 120,
        "budget_band": "bis-50000",
        "is_named": False,
    },
    {
        "title": "E-Akte im Verbund (Demonstration)",
        "description": "Wir führen die E-Akte ein und suchen Gemeinden, die mitmachen.",
        "fields_of_action": ["verwaltung"],
        "in_days": 200,
        "budget_band": "bis-250000",
        "is_named": True,
    },
    {
        "title": "Pegel am Bach (Demonstration)",
        "description": "Günstige Pegel für zwei Bäche, betreut von der Feuerwehr.",
        "fields_of_action": ["wasser", "sicherheit"],
        "in_days": 60,
        "budget_band": "bis-10000",
        "is_named": True,
    },
)
"""What the demonstration's town and its neighbours plan; the second one is only compared."""


def load_own(slug: str) -> int:
    """Make drafts, plans and a co-operation of an organisation that has none yet; return how many things were made.

    Args:
        slug: of the organisation that the demonstration's people act for.
    """
    own = Organisation.objects.filter(slug=slug, municipality__isnull=False).select_related("municipality").first()
    if own is None or own.municipality is None or Plan.objects.filter(organisation=own).exists():
        return 0
    with transaction.atomic(), translation.override("de"):
        made = _drafts(own, own.municipality)
        near = Organisation.objects.filter(municipality__district=own.municipality.district_id).exclude(pk=own.pk)
        elsewhere = Organisation.objects.filter(municipality__land=own.municipality.land_id).exclude(pk=own.pk)
        partners = [*near.order_by("slug")[:2], *elsewhere.exclude(pk__in=near).order_by("slug")[:3]]
        made += _plans(own, partners)
    return made


def _drafts(own: Organisation, place: Municipality) -> int:
    texts = (
        ("demonstration-sprechstunde-per-video", "Sprechstunde per Video (Demonstration)", "returned"),
        ("demonstration-dorfladen-mit-code", "Dorfladen mit Türcode (Demonstration)", "submitted"),
        ("demonstration-terminbuchung-im-rathaus", "Terminbuchung im Rathaus (Demonstration)", "done"),
    )
    for slug, title, stage in texts:
        is_live = stage == "done"
        project = Project.objects.create(
            slug=slug,
            demonstration=True,
            organisation=own,
            title=title,
            summary="Was wir getan haben, für wen und was daraus wurde.",
            phase="pilot",
            fields_of_action=["verwaltung"],
            stage=stage,
            checked_on=timezone.localdate() - timedelta(days=200) if is_live else None,
            **publication("published" if is_live else "draft", at=timezone.now()),
        )
        ProjectPlace.objects.create(project=project, municipality=place)
        Project.objects.get(pk=project.pk).save_revision()
        if stage == "returned":
            reason = "Bitte nennen Sie, wie viele Menschen die Sprechstunde nutzen, und wo das steht."
            ReviewStep.objects.create(project=project, verb=MACHINE.transition("give_back").verb, reason=reason)
    return len(texts)


def _plans(own: Organisation, partners: list[Organisation]) -> int:
    today = timezone.localdate()
    organisations = [own, *partners][: len(PLANS)]
    plans = [_plan(organisation, dict(entry), today) for organisation, entry in zip(organisations, PLANS, strict=False)]
    for plan in plans:
        propose(plan)
    if len(partners) > 1:
        second = _plan(partners[-1], {**PLANS[2], "title": "E-Akte für kleine Rathäuser (Demonstration)"}, today)
        third = _plan(own, {**PLANS[2], "title": "E-Akte im Rathaus (Demonstration)", "is_named": False}, today)
        for match in propose(third).made:
            if second in {match.first, match.second}:
                match.first_answer = match.second_answer = "ja"
                match.save()
                together = Cooperation.objects.create(
                    match=match,
                    title="Gemeinsam: E-Akte (Demonstration)",
                    goal="Eine Ausschreibung, eine Schulung, ein Aktenplan.",
                    saving=18_000,
                    saving_note="ein Vergabeverfahren statt zwei",
                )
                together.partners.set([own, partners[-1]])
                CooperationStep.objects.create(
                    cooperation=together, title="Aktenplan abstimmen", due_on=today + timedelta(days=30)
                )
    return Plan.objects.filter(organisation__in=[own, *partners]).count()


def _plan(organisation: Organisation, entry: dict[str, Any], today: date) -> Plan:
    values = {name: value for name, value in entry.items() if name != "in_days"}
    begins = today + timedelta(days=entry["in_days"])
    return Plan.objects.create(
        organisation=organisation, begins_on=begins, visibility=Visibility.MUNICIPALITIES, **values
    )
