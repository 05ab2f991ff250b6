"""What the project area gives to the portal."""

from collections.abc import Collection as Several
from collections.abc import Mapping

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models import Programme
from portal.areas import (
    Area,
    Card,
    Document,
    Indicator,
    NavItem,
    NotificationKind,
    Resource,
    Standing,
    ThingCard,
    areas,
)
from portal.directory.models import Association, District, Municipality, Organisation
from portal.directory.services import my_municipality
from portal.privacy import Erasure, PersonalData
from projects import indicators
from projects.api.views import ProjectViewSet
from projects.filtersets import ProjectFilterSet
from projects.models import Collection, CooperationFile, Financing, Project, ProjectPlace, Reuse, ReviewStep
from projects.permissions import can_edit
from projects.services import confirming, joining, planning, publishing, reusing, showing
from projects.services.outside import outside_links

SHOWN_ON_CARD = 3
ALWAYS = "Projekt Praxisbeispiel gutes Beispiel"
"""What people type beside the thing that they look for an example of."""

READ = (
    *("description", "lessons_learnt", "done_differently", "transfer_conditions", "data_basis", "what_would_change"),
)
"""What the search reads of a project besides title and summary."""


def _reason(one: Project, municipality: Municipality | None, fields: Several[str]) -> str:
    return " ".join([*one.reasons_for(municipality, fields), *(f"{mark}." for mark in one.marks())])


def _document(one: Project) -> Document:
    """Read a project with its places and what belongs to it."""
    said = [
        *(part.claim for part in one.evidence.all()),
        *(part.sentence for part in one.interactions.all()),
        *(f"{part.description} {part.countermeasure}" for part in one.risks.all()),
    ]
    keywords = [ALWAYS, *one.place_names(), *one.labels("technologies"), *one.labels("fields_of_action")]
    return Document(
        title=one.title,
        url=one.get_absolute_url(),
        summary=one.summary,
        note=" · ".join(one.marks()),
        keywords=" ".join(keywords),
        text=" ".join([*(getattr(one, name) for name in READ), *said]),
        fields=one.fields_of_action,
        laender=one.laender,
        day=timezone.localtime(one.last_published_at).date() if one.last_published_at else None,
    )


WATCHED = ("phase", "evidence_grade", "reuse_count", "lessons_learnt", "done_differently")
"""What those who follow a project are told of when it changes."""

WATCHED_FIELDS = {field.name: field for field in Project._meta.fields}


def _standing(one: Project) -> Standing:
    """Say how a project stands, in words; of long texts their beginning is enough to see that they have changed."""
    details = {
        name: str(getattr(one, name) or "")[:80] for name in ("reuse_count", "lessons_learnt", "done_differently")
    }
    details |= {"phase": str(one.get_phase_display()), "evidence_grade": str(one.get_evidence_grade_display())}
    return Standing(details=details)


def for_my_municipality(request: HttpRequest) -> Mapping[str, object] | None:
    """Gather what the home page's card shows; without a chosen municipality there is no card."""
    municipality = my_municipality(request)
    if municipality is None:
        return None
    found = Project.objects.all().visible_to(request.user).about(municipality).for_lists()
    return {"municipality": municipality, "projects": found[:SHOWN_ON_CARD]}


def of_organisation(_request: HttpRequest, organisation: Organisation) -> Mapping[str, object] | None:
    """Gather what an organisation has done and what it uses again; without either there is no block."""
    return showing.done_and_used(
        heading=gettext("Projects"),
        own=Project.objects.filter(organisation=organisation),
        own_query={"organisation": organisation.slug},
        uses=Reuse.objects.lasting().filter(organisation=organisation),
        uses_query={"reused_by": organisation.slug},
    )


def of_place(_request: HttpRequest, place: Municipality | Association | District) -> Mapping[str, object] | None:
    """Gather which projects are in a place and what its organisation uses again; without either there is no block."""
    kind = place._meta.model_name or ""
    return showing.done_and_used(
        heading=gettext("Projects from here"),
        own=Project.objects.filter(pk__in=ProjectPlace.objects.filter(**{kind: place}).values("project")),
        own_query={"place": place.pk} if place.valid_to is None else {},
        uses=Reuse.objects.lasting().filter(**{f"organisation__{kind}": place}),
        uses_query={"reused_by": place.pk},
    )


def of_programme(_request: HttpRequest, programme: Programme) -> Mapping[str, object] | None:
    """Gather which projects a funding programme has paid for; without any there is no block."""
    paid = Project.objects.filter(pk__in=Financing.objects.filter(programme=programme).values("project"))
    return showing.paid_for(paid, {"programme": programme.slug} if programme.live else {})


def _edits(user: object) -> bool:
    return bool(can_edit(user))  # type: ignore[arg-type] # whoever looks at the menu


areas.register(
    Area(
        slug="projects",
        number=3,
        label=_("Projects"),
        summary=_(
            "Find solutions that work in places like yours, with what shows it, what it cost and what went wrong."
        ),
        order=30,
        navigation=(NavItem(label=_("Projects"), url_name="projects:project_list"),),
        resources=(
            Resource(
                slug="projects",
                label=_("Projects"),
                licence=_(
                    "Free for any use (CC0 1.0); pictures and files under the licence that is named with them. "
                    "Suppliers are named as facts, not as recommendations."
                ),
                model=Project,
                filterset=ProjectFilterSet,
                viewset=ProjectViewSet,
                list_url_name="projects:project_list",
                offers=True,
                reason=_reason,
                document=_document,
                prefetch=(
                    *("organisation", "places__municipality__district", "places__municipality__land"),
                    *("places__association", "places__district", "evidence", "interactions", "risks"),
                ),
                standing=_standing,
                details={name: WATCHED_FIELDS[name].verbose_name for name in WATCHED},
            ),
        ),
        indicators=(
            Indicator(
                slug="projects-published",
                label=_("published projects"),
                question=_("How many projects can municipalities find here?"),
                evaluate=indicators.published,
            ),
            Indicator(
                slug="projects-confirmed",
                label=_("of the projects confirmed in time"),
                question=_("How many of a hundred projects were confirmed within half a year?"),
                evaluate=indicators.share_confirmed,
                unit=_("%"),
                target=80,
            ),
            Indicator(
                slug="projects-checked-evidence",
                label=_("of the projects with checked evidence"),
                question=_("Of how many of a hundred projects has somebody else checked the effect?"),
                evaluate=indicators.share_checked,
                unit=_("%"),
                target=30,
            ),
            Indicator(
                slug="projects-reused",
                label=_("times something is used again"),
                question=_("How often does an organisation use again what another one has made?"),
                evaluate=indicators.reused,
            ),
            Indicator(
                slug="projects-failures",
                label=_("documented failures"),
                question=_("How many projects that failed say what others can learn from it?"),
                evaluate=indicators.failures,
            ),
            Indicator(
                slug="projects-small-places",
                label=_("places under 5,000 inhabitants reached"),
                question=_("How many municipalities under 5,000 inhabitants have a project here or use one again?"),
                evaluate=indicators.small_places,
            ),
            Indicator(
                slug="projects-searches-in-vain",
                label=_("of the searches for projects find nothing"),
                question=_("How many of a hundred searches in the list of projects find nothing?"),
                on=indicators.searches_in_vain,
                unit=_("%"),
                better="lower",
                target=10,
            ),
            Indicator(
                slug="synergies-proposed",
                label=_("proposals to work together"),
                question=_("How many plans that are alike have we proposed to both sides?"),
                evaluate=indicators.proposed,
            ),
            Indicator(
                slug="synergies-accepted",
                label=_("proposals that both sides agreed to"),
                question=_("How many municipalities have found each other through the radar?"),
                evaluate=indicators.accepted,
            ),
            Indicator(
                slug="synergies-realised",
                label=_("realised co-operations"),
                question=_("How many co-operations came to something?"),
                evaluate=indicators.realised,
            ),
        ),
        account_pages=(
            NavItem(
                label=_("Our projects"),
                url_name="projects:ours",
                description=_("What your organisation writes, what waits for you, and what you use again."),
            ),
            NavItem(
                label=_("Radar: our plans"),
                url_name="projects:radar",
                description=_("Announce what you plan, and find out who plans the same."),
            ),
        ),
        staff_pages=(
            NavItem(
                label=_("Submitted projects"),
                url_name="projects:submitted",
                visible_to=_edits,
                description=_("What municipalities have submitted and what waits for your review."),
            ),
        ),
        notifications=(
            NotificationKind(
                slug=publishing.STAGE,
                label=_("Your projects: what the editors say"),
                description=_("Tells you when a project of your organisation is published, returned or archived."),
                message=publishing.stage_changed,
                samples=publishing.stage_samples,
                rhythm="now",
                sees=publishing.sees_inside,
            ),
            NotificationKind(
                slug=publishing.REVIEW,
                label=_("Projects to be reviewed"),
                description=_("Tells you when a municipality has submitted a project."),
                message=publishing.is_to_be_reviewed,
                samples=publishing.review_samples,
                sees=publishing.sees_inside,
                concerns=_edits,
            ),
            NotificationKind(
                slug=confirming.ASKS,
                label=_("Your projects: still right?"),
                description=_("Asks twice a year whether an entry is still right."),
                message=confirming.is_due,
                samples=confirming.samples,
                rhythm="now",
                sees=confirming.writes,
            ),
            NotificationKind(
                slug=reusing.TOLD,
                label=_("Your projects: used again"),
                description=_("Tells you when another organisation uses your project or wants to."),
                message=reusing.is_used_again,
                samples=reusing.told_samples,
                sees=reusing.writes_original,
            ),
            NotificationKind(
                slug=reusing.ASKED,
                label=_("Used again: what came of it?"),
                description=_("Asks once, a year after you began to use something again."),
                message=reusing.asks_what_came_of_it,
                samples=reusing.asked_samples,
                sees=reusing.keeps,
            ),
            NotificationKind(
                slug=reusing.HIDDEN,
                label=_("Used again: a text is not shown"),
                description=_("Tells you when the editors keep what your organisation wrote from readers, and why."),
                message=reusing.is_hidden,
                samples=reusing.hidden_samples,
                rhythm="now",
                sees=reusing.keeps,
            ),
            NotificationKind(
                slug=planning.PROPOSED,
                label=_("Radar: similar plans"),
                description=_("Tells you when somebody plans something like your organisation."),
                message=planning.is_proposed,
                samples=planning.proposed_samples,
                sees=planning.answers,
            ),
            NotificationKind(
                slug=planning.AGREED,
                label=_("Radar: both have agreed"),
                description=_("Tells you when both sides want to talk."),
                message=planning.is_agreed,
                samples=planning.agreed_samples,
                rhythm="now",
                sees=planning.answers,
            ),
            NotificationKind(
                slug=joining.ASKED,
                label=_("Co-operations: your answer is needed"),
                description=_("Tells you when somebody is to take part in a co-operation and your answer is needed."),
                message=joining.asks,
                samples=joining.asked_samples,
                rhythm="now",
                sees=joining.is_asked,
            ),
            NotificationKind(
                slug=joining.CHANGED,
                label=_("Co-operations: partners"),
                description=_("Tells you when a partner joins a co-operation of yours, or leaves it."),
                message=joining.partners_changed,
                samples=joining.changed_samples,
                sees=joining.takes_part,
            ),
        ),
        thing_cards=(
            ThingCard(
                slug="projects-of-organisation",
                models=(Organisation,),
                template="projects/done_and_used.html",
                context=of_organisation,
            ),
            ThingCard(
                slug="projects-of-place",
                models=(Municipality, Association, District),
                template="projects/done_and_used.html",
                context=of_place,
            ),
            ThingCard(
                slug="projects-of-programme",
                models=(Programme,),
                template="projects/paid_for.html",
                context=of_programme,
            ),
        ),
        cards=(Card(slug="projects-for-my-municipality", template="projects/card.html", context=for_my_municipality),),
        outside_links=outside_links,
        personal_data=(
            PersonalData(
                model=Project,
                subject="",
                fields=("contact_email",),
                purpose=_("So that others can ask the office that has done a project; only those who are signed in."),
                legal_basis=_("Art. 6(1)(e) GDPR; the office names a mailbox of its own"),
                erasure=Erasure.KEEP,
                until=_("as long as the project is kept"),
            ),
            PersonalData(
                model=ReviewStep,
                subject="by",
                fields=("by", "at"),
                purpose=_(
                    "So that an organisation and the editors know who submitted, returned or published, and why."
                ),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Collection,
                subject="person",
                fields=("person", "title", "introduction"),
                purpose=_("So that somebody finds again what she has put together."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=CooperationFile,
                subject="uploaded_by",
                fields=("uploaded_by", "uploaded_at"),
                purpose=_("So that partners know who added a file."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Project,
                subject="responsible",
                fields=("responsible",),
                purpose=_("So that somebody is reminded to check the project again."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Project,
                subject="locked_by",
                fields=("locked_by", "locked_at"),
                purpose=_("So that two people do not write the same project at once."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.ANONYMISE,
            ),
        ),
    )
)
