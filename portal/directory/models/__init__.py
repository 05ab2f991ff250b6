"""The register: Länder, districts, associations of municipalities and municipalities, with their history.

Keys are the official ones, as text (leading zeros): Land 2 digits, district 5, association 9, municipality 8 (AGS) and
12 (ARS). A key is never given to another place, so it is the primary key; what ceases to exist stays here with
``valid_to`` and its successors (landscape 2.1 to 2.5).
"""

from portal.directory.models.editions import Edition
from portal.directory.models.history import PopulationFigure, Succession, TerritorialChange
from portal.directory.models.lookup import POSTCODE, Outline, PlaceName, Postcode
from portal.directory.models.municipalities import AGS, ARS, SIZE_LIMITS, Municipality, MunicipalityQuerySet, SizeClass
from portal.directory.models.places import Association, District, Land, Place, PlaceQuerySet

__all__ = [
    "AGS",
    "ARS",
    "POSTCODE",
    "SIZE_LIMITS",
    "Association",
    "District",
    "Edition",
    "Land",
    "Municipality",
    "MunicipalityQuerySet",
    "Outline",
    "Place",
    "PlaceName",
    "PlaceQuerySet",
    "PopulationFigure",
    "Postcode",
    "SizeClass",
    "Succession",
    "TerritorialChange",
]
