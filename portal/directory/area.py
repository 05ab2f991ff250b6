"""What the register gives to the portal."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.addresses import confirmed_addresses
from portal.accounts.models import User
from portal.areas import Area, Indicator, NavItem, Resource, areas
from portal.directory import documents, permissions
from portal.directory.actors.members import give_back_all, to_hand_over
from portal.directory.api.views import (
    AssociationViewSet,
    DistrictViewSet,
    LandViewSet,
    MunicipalityViewSet,
    OrganisationViewSet,
)
from portal.directory.filtersets import (
    AssociationFilterSet,
    DistrictFilterSet,
    LandFilterSet,
    MunicipalityFilterSet,
    OrganisationFilterSet,
)
from portal.directory.models import (
    ANSWERED_KEPT,
    INVITATION_VALID,
    Association,
    Delegation,
    District,
    Invitation,
    Land,
    Membership,
    Municipality,
    Organisation,
    OrganisationClaim,
    PersonProfile,
)
from portal.privacy import Erasure, HandOver, PersonalData


def _municipalities() -> float:
    return Municipality.objects.current().municipalities().count()


def _represented() -> float | None:
    """Of the municipalities of today, in per cent; None without any."""
    number = _municipalities()
    here = Membership.objects.representatives().filter(organisation__municipality__valid_to=None)
    represented = here.exclude(organisation__municipality=None).values("organisation").distinct().count()
    return round(100 * represented / number, 1) if number else None


TAKING_PART = _("So that people can act for their organisation, and others can see who does.")
CONTRACT = _("Art. 6(1)(b) GDPR")

PERSONAL_DATA = (
    PersonalData(
        model=Membership,
        subject="person",
        fields=("organisation", "function", "role", "state", "message", "started_on", "ended_on", "created_at"),
        purpose=TAKING_PART,
        legal_basis=CONTRACT,
        erasure=Erasure.DELETE,
        besides=give_back_all,
    ),
    PersonalData(
        model=OrganisationClaim,
        subject="person",
        fields=("organisation", "function", "evidence", "state", "reason", "created_at", "decided_at"),
        purpose=TAKING_PART,
        legal_basis=CONTRACT,
        erasure=Erasure.DELETE,
    ),
    PersonalData(
        model=Delegation,
        subject="offered_by",
        fields=("principal", "delegate", "tasks", "state", "created_at"),
        stays=("tasks",),  # what two organisations have agreed on
        purpose=_("So that both sides of a delegation can see who has agreed to it."),
        legal_basis=_("Art. 6(1)(e) GDPR"),
        erasure=Erasure.ANONYMISE,
    ),
    PersonalData(
        model=Invitation,
        subject="",
        rows=lambda person: Invitation.objects.filter(email__in=confirmed_addresses(person)),
        fields=("email", "function", "role", "message", "created_at"),
        purpose=_("So that colleagues can be invited to act for their organisation."),
        legal_basis=_("Art. 6(1)(f) GDPR"),
        erasure=Erasure.DELETE,
        retention=INVITATION_VALID + ANSWERED_KEPT,
    ),
    PersonalData(
        model=PersonProfile,
        subject="person",
        fields=("function_title", "about", "expertise", "links"),
        purpose=_("So that people can tell others of themselves, as far as they want to."),
        legal_basis=_("Art. 6(1)(a) GDPR"),
        erasure=Erasure.DELETE,
    ),
)


def _hand_overs(person: User) -> list[HandOver]:
    """A person who alone represents an organisation with other members hands over first (C-22)."""
    return [
        HandOver(
            reason=_("You alone represent %(organisation)s, which has other members.") % {"organisation": one},
            url=reverse("directory:organisation_members", args=[one.slug]),
            label=_("Hand over"),
        )
        for one in to_hand_over(person)
    ]


area = REGISTER_LICENCE = _(
    "Official register of municipalities: reproduction with the source allowed. Source: GV-ISys, © Statistisches"
    " Bundesamt (Destatis), https://www.destatis.de/; places on the map: © GeoBasis-DE / BKG (data changed),"
    " https://www.bkg.bund.de/. The edition stands in each entry."
)

areas.register(
    Area(
        slug="directory",
        erasure_blockers=_hand_overs,
        label=_("Municipalities"),
        summary=_("Every municipality of the official register: facts, where it lies, and municipalities like it."),
        order=10,
        navigation=(
            NavItem(label=_("Municipalities"), url_name="directory:municipality_list"),
            NavItem(label=_("Actors"), url_name="directory:organisation_list"),
        ),
        staff_pages=(
            NavItem(
                label=_("Claims of organisations"),
                url_name="directory:claims",
                visible_to=permissions.looks_after_actors,
            ),
            NavItem(
                label=_("Add an organisation"),
                url_name="directory:create_organisation",
                visible_to=lambda user: bool(permissions.can_create_organisation(user)),
            ),
        ),
        resources=(
            Resource(
                slug="municipalities",
                label=_("Municipalities"),
                licence=REGISTER_LICENCE,
                model=Municipality,
                filterset=MunicipalityFilterSet,
                viewset=MunicipalityViewSet,
                list_url_name="directory:municipality_list",
                document=documents.municipality,
                prefetch=("postcodes",),
            ),
            Resource(
                slug="associations",
                label=_("Associations of municipalities"),
                licence=REGISTER_LICENCE,
                model=Association,
                filterset=AssociationFilterSet,
                viewset=AssociationViewSet,
                list_url_name="directory:association_list",
                document=documents.group,
            ),
            Resource(
                slug="districts",
                label=_("Districts"),
                licence=REGISTER_LICENCE,
                model=District,
                filterset=DistrictFilterSet,
                viewset=DistrictViewSet,
                list_url_name="directory:district_list",
                document=documents.group,
            ),
            Resource(
                slug="laender",
                label=_("Länder"),
                licence=REGISTER_LICENCE,
                model=Land,
                filterset=LandFilterSet,
                viewset=LandViewSet,
                list_url_name="directory:land_list",
                document=documents.land,
            ),
            Resource(
                slug="organisations",
                label=_("Actors"),
                model=Organisation,
                filterset=OrganisationFilterSet,
                viewset=OrganisationViewSet,
                list_url_name="directory:organisation_list",
                document=documents.organisation,
            ),
        ),
        personal_data=PERSONAL_DATA,
        indicators=(
            Indicator(
                slug="municipalities-in-the-register",
                label=_("Municipalities in the register"),
                question=_("How many municipalities of today does the register hold?"),
                evaluate=_municipalities,
                is_headline=True,
            ),
            Indicator(
                slug="municipalities-represented",
                label=_("Municipalities that take part"),
                question=_("Which share of the municipalities is represented by somebody?"),
                unit="%",
                evaluate=_represented,
                public=False,  # a matter of the centre's evaluation; readers are helped by the directory itself
            ),
        ),
    )
)
