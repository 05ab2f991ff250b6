"""What the funding area gives to the portal."""

import hashlib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from funding import indicators
from funding.api.views import ProgrammeViewSet
from funding.filtersets import ProgrammeFilterSet
from funding.models import (
    LONG_TEXTS,
    ApplicationFile,
    Contact,
    Correction,
    Difference,
    ImportRun,
    LikelyPair,
    Programme,
)
from funding.permissions import can_edit, can_see_landscape
from funding.services import applying, reminding, told
from funding.services.outside import outside_links
from portal.areas import Area, Card, Document, Indicator, NavItem, NotificationKind, Resource, Standing, areas
from portal.directory.places import LAENDER
from portal.directory.services import my_municipality
from portal.privacy import Erasure, PersonalData

if TYPE_CHECKING:
    from portal.directory.models import Municipality

SHOWN_ON_CARD = 3
ALWAYS = "Förderung Förderprogramm Zuschuss"
"""What people type beside the thing that they want money for."""
READ = ("description", "requirements", "procedure", "legal_basis")
"""What the search reads of a programme besides title and summary."""


def _reason(programme: Programme, municipality: "Municipality | None", fields: Collection[str]) -> str:
    return programme.reason_for(municipality, fields)


def _document(programme: Programme) -> Document | None:
    """Read a programme. A text of others may only be shown whole, with its licence: then it is said who gives what.

    What a Land makes of a published programme is found by that programme, which names it: never both as hits.
    """
    if programme.variant_of is not None and programme.variant_of.live:
        return None
    labels = [*programme.labels("levels"), *programme.labels("areas"), *programme.labels("kinds")]
    texts = [getattr(programme, name) for name in READ]
    return Document(
        title=programme.title,
        url=programme.get_absolute_url(),
        summary=" · ".join(labels) if programme.licence else programme.summary,
        keywords=" ".join([ALWAYS, programme.keywords, *programme.funders, *programme.labels("fields")]),
        text=strip_tags(" ".join([programme.summary if programme.licence else "", *texts, *_of_variants(programme)])),
        is_quotable=not programme.licence,
        fields=sorted(programme.fields_of_action),
        laender=[area for area in programme.areas if area in LAENDER],
        day=timezone.localtime(programme.last_published_at).date() if programme.last_published_at else None,
    )


def _of_variants(programme: Programme) -> list[str]:
    """Return by which words a programme is found as well: those of what the Länder make of it."""
    shown = [variant for variant in programme.variants.all() if variant.live]
    return [text for variant in shown for text in (variant.title, variant.summary, variant.keywords)]


WATCHED = (*LONG_TEXTS, "absent_since", "opens_on")
"""What those who follow a programme are told of when it changes; the deadline besides."""


WATCHED_FIELDS = {field.name: field for field in Programme._meta.fields}


def _standing(programme: Programme) -> Standing:
    """Say how a programme stands. Of long texts a fingerprint is enough to see that they have changed."""
    details = {name: _print(getattr(programme, name)) for name in WATCHED}
    return Standing(deadline=programme.next_deadline() or programme.closes_on, details=details)


def _print(value: object) -> str:
    text = str(value or "")
    return text if len(text) <= SHORT else hashlib.sha256(text.encode()).hexdigest()[:16]


SHORT = 16
"""Texts up to so many characters are their own fingerprint."""


def for_my_municipality(request: HttpRequest) -> Mapping[str, object] | None:
    """Gather what the home page's card shows; without a chosen municipality there is no card."""
    municipality = my_municipality(request)
    if municipality is None:
        return None
    found = Programme.objects.all().visible_to(request.user).about(municipality)
    return {"municipality": municipality, "programmes": found[:SHOWN_ON_CARD]}


areas.register(
    Area(
        slug="funding",
        number=9,
        label=_("Funding"),
        summary=_("Find the funding programmes that apply to your municipality, with source and date of the check."),
        order=90,
        navigation=(NavItem(label=_("Funding"), url_name="funding:programme_list"),),
        resources=(
            Resource(
                slug="funding-programmes",
                label=_("Funding programmes"),
                licence=_(
                    "Texts of the Förderdatenbank: CC BY-ND 4.0, unchanged and with the line that stands in each entry"
                    " (“attribution”). What the competence centre adds is free for any use (CC0 1.0)."
                ),
                model=Programme,
                filterset=ProgrammeFilterSet,
                viewset=ProgrammeViewSet,
                list_url_name="funding:programme_list",
                offers=True,
                reason=_reason,
                document=_document,
                prefetch=("variant_of", "variants"),
                standing=_standing,
                details={name: WATCHED_FIELDS[name].verbose_name for name in WATCHED},
            ),
        ),
        indicators=(
            Indicator(
                slug="funding-published",
                label=_("published funding programmes"),
                question=_("How many funding programmes can municipalities find here?"),
                evaluate=indicators.published_programmes,
                is_headline=True,
            ),
            Indicator(
                slug="funding-checked",
                label=_("of them checked in time"),
                question=_("How large is the share of programmes that we compared with their source in time?"),
                evaluate=indicators.share_checked,
                unit=_("%"),
                is_headline=True,
            ),
            Indicator(
                slug="funding-open",
                label=_("programmes that can be applied for"),
                question=_("How many programmes can be applied for today, or soon?"),
                evaluate=indicators.programmes_open,
            ),
            Indicator(
                slug="funding-current",
                label=_("of them checked within 90 days"),
                question=_("How large is the share of programmes that we compared with their source within 90 days?"),
                evaluate=indicators.share_current,
                unit=_("%"),
                target=80,
            ),
            Indicator(
                slug="funding-matches",
                label=_("times a day that somebody sees what fits"),
                question=_("How often do people look whether a programme fits their municipality?"),
                on=indicators.matches_viewed,
            ),
            Indicator(
                slug="funding-searches-in-vain",
                label=_("of the searches for funding find nothing"),
                question=_("How many of a hundred searches in the list of funding programmes find nothing?"),
                on=indicators.searches_in_vain,
                unit=_("%"),
                better="lower",
                target=10,
            ),
            Indicator(
                slug="funding-applications",
                label=_("applications that are kept here"),
                question=_("How many applications do municipalities keep track of here?"),
                evaluate=indicators.applications_kept,
            ),
            Indicator(
                slug="funding-success",
                label=_("of the decided applications approved"),
                question=_("How many of a hundred applications that were decided were approved?"),
                evaluate=applying.success_rate,
                unit=_("%"),
                public=False,
            ),
            Indicator(
                slug="funding-laender",
                label=_("Länder with programmes of their own"),
                question=_("For how many Länder do we know programmes of their own?"),
                evaluate=indicators.laender_covered,
                public=False,
            ),
        ),
        account_pages=(
            NavItem(
                label=_("Our applications"),
                url_name="funding:applications",
                description=_("What your organisation applies for, what is due, and the files."),
            ),
        ),
        notifications=(
            NotificationKind(
                slug=reminding.DUE,
                label=_("Funding applications: what is due"),
                description=_("Reminds you 14 and 3 days before a step or a proof of use is due."),
                message=reminding.application_due,
                samples=reminding.samples,
                rhythm="now",
                sees=reminding.sees_application,
            ),
            NotificationKind(
                slug=told.IMPORTED,
                label=_("Imports of funding programmes"),
                description=_("Tells you when an import stops, or when differences from the source wait for you."),
                message=told.import_needs_you,
                samples=told.samples,
                rhythm="now",
                sees=told.sees_run,
                concerns=told.is_an_editor,
            ),
        ),
        staff_pages=(
            NavItem(
                label=_("Proposed corrections"),
                url_name="funding:corrections",
                visible_to=lambda user: bool(can_edit(user, None)),
                description=_("What readers say is wrong with a funding programme."),
            ),
            NavItem(
                label=_("Imports of funding programmes"),
                url_name="funding:imports",
                visible_to=lambda user: bool(can_edit(user, None)),
                description=_("Start an import, read its report, and decide about what the source says otherwise."),
            ),
            NavItem(
                label=_("Duplicates"),
                url_name="funding:duplicates",
                visible_to=lambda user: bool(can_edit(user, None)),
                description=_("Funding programmes that may stand here twice: make one of them, or say they are two."),
            ),
            NavItem(
                label=_("Funding landscape"),
                url_name="funding:landscape",
                visible_to=lambda user: bool(can_see_landscape(user)),
                description=_("Programmes by field, level and state, gaps, and coming deadlines."),
            ),
        ),
        cards=(Card(slug="funding-for-my-municipality", template="funding/card.html", context=for_my_municipality),),
        outside_links=outside_links,
        personal_data=(
            PersonalData(
                model=Contact,
                subject="",
                fields=("institution", "email", "phone", "mobile", "fax"),
                purpose=_("So that municipalities can ask the office that the source names for a programme."),
                legal_basis=_("Art. 6(1)(e) GDPR; the data are published by the source"),
                erasure=Erasure.KEEP,
                until=_("as long as the source names it"),
            ),
            PersonalData(
                model=Correction,
                subject="decided_by",
                fields=("decided_by", "decided_at"),
                purpose=_("So that editors know who decided about a correction."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=ImportRun,
                subject="ordered_by",
                fields=("ordered_by", "ordered_at"),
                purpose=_("So that editors know who ordered an import, and so that she is told what came of it."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Difference,
                subject="decided_by",
                fields=("decided_by", "decided_at"),
                purpose=_("So that editors know who kept a field against its source."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=LikelyPair,
                subject="decided_by",
                fields=("decided_by", "distinct_since"),
                purpose=_("So that editors know who said that two programmes are two."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=ApplicationFile,
                subject="uploaded_by",
                fields=("uploaded_by", "uploaded_at"),
                purpose=_("So that an organisation knows who added a file to its application."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Programme,
                subject="responsible",
                fields=("responsible",),
                purpose=_("So that somebody is reminded to check the programme again."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Programme,
                subject="locked_by",
                fields=("locked_by", "locked_at"),
                purpose=_("So that two people do not write the same programme at once."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
        ),
    )
)
