"""The register: Länder, districts, associations of municipalities and municipalities, with their history.

Keys are the official ones, as text (leading zeros): Land 2 digits, district 5, association 9, municipality 8 (AGS) and
12 (ARS). A key is never given to another place, so it is the primary key; what ceases to exist stays here with
``valid_to`` and its successors (landscape 2.1 to 2.5).

And who acts: organisations, those of the register among them, the people who belong to them, and delegations.
"""

from portal.directory.models.delegations import DELEGATION, DelegatedTask, Delegation, DelegationState
from portal.directory.models.editions import Edition
from portal.directory.models.history import PopulationFigure, Succession, TerritorialChange
from portal.directory.models.joining import (
    ANSWERED_KEPT,
    CLAIM,
    INVITATION,
    INVITATION_VALID,
    Invitation,
    OrganisationClaim,
)
from portal.directory.models.lookup import POSTCODE, Outline, PlaceName, Postcode
from portal.directory.models.memberships import (
    LAST_REPRESENTATIVE,
    MEMBERSHIP,
    REQUEST_VALID,
    ROLE_MEANINGS,
    Function,
    Membership,
    Role,
)
from portal.directory.models.municipalities import AGS, ARS, SIZE_LIMITS, Municipality, MunicipalityQuerySet, SizeClass
from portal.directory.models.organisations import Audience, Organisation, OrganisationQuerySet
from portal.directory.models.places import Association, District, Land, Place, PlaceQuerySet
from portal.directory.models.profiles import DETAILS, PersonProfile

__all__ = [
    "AGS",
    "ANSWERED_KEPT",
    "ARS",
    "CLAIM",
    "DELEGATION",
    "DETAILS",
    "INVITATION",
    "INVITATION_VALID",
    "LAST_REPRESENTATIVE",
    "MEMBERSHIP",
    "POSTCODE",
    "REQUEST_VALID",
    "ROLE_MEANINGS",
    "SIZE_LIMITS",
    "Association",
    "Audience",
    "DelegatedTask",
    "Delegation",
    "DelegationState",
    "District",
    "Edition",
    "Function",
    "Invitation",
    "Land",
    "Membership",
    "Municipality",
    "MunicipalityQuerySet",
    "Organisation",
    "OrganisationClaim",
    "OrganisationQuerySet",
    "Outline",
    "PersonProfile",
    "Place",
    "PlaceName",
    "PlaceQuerySet",
    "PopulationFigure",
    "Postcode",
    "Role",
    "SizeClass",
    "Succession",
    "TerritorialChange",
]
