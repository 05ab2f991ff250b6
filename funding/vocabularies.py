"""The closed lists of the Förderdatenbank, with its own codes (landscape 2.6); labels are proper German names there.

The official export writes ``schlesig_holstein``, ``de_ni`` and ``de_st`` for three Länder; here the keys of the
official statistics stand for Länder, and ``imports`` translates.
"""

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.directory.vocabularies import FieldOfAction


class Kind(models.TextChoices):
    """Förderart: in which form the money comes."""

    GRANT = "zuschuss", _("Grant")
    LOAN = "darlehen", _("Loan")
    SURETY = "buergschaft", _("Surety")
    EQUITY = "beteiligung", _("Equity")
    GUARANTEE = "garantie", _("Guarantee")
    OTHER = "sonstige", _("Other form")


class Field(models.TextChoices):
    """Förderbereich: what is funded."""

    WORK = "arbeit", _("Work")
    QUALIFICATION = "aus_weiterbildung", _("Education and further training")
    FOREIGN_TRADE = "aussenwirtschaft", _("Foreign trade")
    ADVICE = "beratung", _("Advice")
    CORONA = "corona", _("Corona aid")
    DIGITALISATION = "digitalisierung", _("Digitalisation")
    ENERGY = "energieeffizienz_erneuerbare_energien", _("Energy efficiency and renewable energies")
    START_UP = "existenzgruendung_festigung", _("Founding and strengthening a business")
    RESEARCH_OPEN = "forschung_innovation_themenoffen", _("Research and innovation (open to all topics)")
    RESEARCH_TOPIC = "forschung_innovation_themenspezifisch", _("Research and innovation (by topic)")
    WOMEN = "frauenfoerderung", _("Advancement of women")
    HEALTH = "gesundheit_soziales", _("Health and social affairs")
    INFRASTRUCTURE = "infrastruktur", _("Infrastructure")
    CULTURE = "kultur_medien_sport", _("Culture, media and sport")
    RURAL = "landwirtschaft_laendliche_entwicklung", _("Agriculture and rural development")
    FAIRS = "messen_ausstellungen", _("Fairs and exhibitions")
    MOBILITY = "mobilitaet", _("Mobility")
    REGIONAL = "regionalfoerderung", _("Regional development")
    SMART_CITIES = "smart_cities_regionen", _("Smart cities and regions")
    URBAN = "staedtebau_stadterneuerung", _("Urban development and renewal")
    ENVIRONMENT = "umwelt_naturschutz", _("Environment and nature conservation")
    FINANCE = "unternehmensfinanzierung", _("Business finance")
    HOUSING = "wohnungsbau_modernisierung", _("Housing and modernisation")


FIELD_OF_ACTION: dict[Field, frozenset[FieldOfAction]] = {
    Field.WORK: frozenset({FieldOfAction.RETAIL}),
    Field.QUALIFICATION: frozenset({FieldOfAction.EDUCATION}),
    Field.FOREIGN_TRADE: frozenset({FieldOfAction.RETAIL}),
    Field.ADVICE: frozenset(),
    Field.CORONA: frozenset(),
    Field.DIGITALISATION: frozenset({FieldOfAction.ADMINISTRATION, FieldOfAction.DATA}),
    Field.ENERGY: frozenset({FieldOfAction.ENERGY}),
    Field.START_UP: frozenset({FieldOfAction.RETAIL}),
    Field.RESEARCH_OPEN: frozenset(),
    Field.RESEARCH_TOPIC: frozenset(),
    Field.WOMEN: frozenset(),
    Field.HEALTH: frozenset({FieldOfAction.HEALTH}),
    Field.INFRASTRUCTURE: frozenset(
        {
            FieldOfAction.DATA,
            FieldOfAction.PUBLIC_SERVICES,
            FieldOfAction.SAFETY,
            FieldOfAction.WASTE,
            FieldOfAction.WATER,
        }
    ),
    Field.CULTURE: frozenset({FieldOfAction.PARTICIPATION}),
    Field.RURAL: frozenset({FieldOfAction.PLANNING, FieldOfAction.PUBLIC_SERVICES}),
    Field.FAIRS: frozenset({FieldOfAction.RETAIL}),
    Field.MOBILITY: frozenset({FieldOfAction.MOBILITY}),
    Field.REGIONAL: frozenset({FieldOfAction.PUBLIC_SERVICES, FieldOfAction.RETAIL}),
    Field.SMART_CITIES: frozenset(FieldOfAction),
    Field.URBAN: frozenset({FieldOfAction.HOUSING, FieldOfAction.PLANNING}),
    Field.ENVIRONMENT: frozenset({FieldOfAction.ENERGY, FieldOfAction.WASTE, FieldOfAction.WATER}),
    Field.FINANCE: frozenset({FieldOfAction.RETAIL}),
    Field.HOUSING: frozenset({FieldOfAction.HOUSING}),
}
"""Which fields of action a Förderbereich serves: our own reading of the names, the source has no such list.

Funding of smart cities serves them all. Those that are open to any topic serve none: they would be offered everywhere.
"""


def serving(fields: Collection[str]) -> list[str]:
    """Return the codes of the Förderbereiche that serve at least one of these fields of action."""
    return [field.value for field, served in FIELD_OF_ACTION.items() if not served.isdisjoint(fields)]


class Applicant(models.TextChoices):
    """Förderberechtigte: who may apply."""

    MUNICIPALITY = "kommune", _("Municipality")
    PUBLIC_BODY = "oeffentliche_einrichtung", _("Public institution")
    ASSOCIATION = "verband_vereinigung", _("Association or federation")
    COMPANY = "unternehmen", _("Company")
    EDUCATION = "bildungseinrichtung", _("Educational institution")
    UNIVERSITY = "hochschule", _("University")
    RESEARCH = "forschungseinrichtung", _("Research institution")
    FOUNDER = "existenzgruenderin", _("Person founding a business")
    PRIVATE = "privatperson", _("Private person")


class Level(models.TextChoices):
    """Fördergeber: the level of the state that gives the money."""

    EU = "eu", _("European Union")
    FEDERATION = "bund", _("Federation")
    LAND = "land", _("Federal state")


class DeadlineModel(models.TextChoices):
    """Fristmodell: how a programme takes applications; the Förderdatenbank has no such list (landscape 2.6)."""

    ONGOING = "laufend", _("at any time")
    CUT_OFF = "stichtage", _("on cut-off dates")
    WINDOW = "fenster", _("within a period")
    TWO_STAGE = "zweistufig", _("in two stages")
    RECURRING = "wiederkehrend", _("in calls that come again")
    EXHAUSTED = "ausgeschoepft", _("no longer: the money is used up")


class Availability(models.TextChoices):
    """Whether an application is possible: computed from data and clock, never stored."""

    OPEN = "open", _("open")
    CLOSING = "closing", _("closing within 30 days")
    ANNOUNCED = "announced", _("announced")
    RECURRING = "recurring", _("closed, comes again")
    CLOSED = "closed", _("closed")
    EXHAUSTED = "exhausted", _("money used up")
    WITHDRAWN = "withdrawn", _("ended by the funding body")
    UNKNOWN = "unknown", _("deadline not known to us")


class Cumulation(models.TextChoices):
    """Kumulierbarkeit: whether other public money may be added for the same costs."""

    ALLOWED = "ja", _("allowed")
    LIMITED = "begrenzt", _("allowed within limits")
    FORBIDDEN = "nein", _("not allowed")


class EarlyStart(models.TextChoices):
    """Vorzeitiger Maßnahmenbeginn: whether work may begin before the decision."""

    ALLOWED = "ja", _("allowed at once, at your own risk")
    AFTER_APPLICATION = "nach-antrag", _("allowed once the application has arrived, at your own risk")
    ON_REQUEST = "auf-antrag", _("only with the granting authority's consent")
    FORBIDDEN = "nein", _("not allowed: only after the decision")


class StateAid(models.TextChoices):
    """Beihilferechtliche Grundlage."""

    NONE = "keine", _("no state aid")
    DE_MINIMIS = "de-minimis", _("de minimis")
    GBER = "agvo", _("General Block Exemption Regulation (AGVO)")
    SGEI = "dawi", _("Services of general economic interest (DAWI)")
    NOTIFIED = "notifiziert", _("notified to the European Commission")


class ConditionKind(models.TextChoices):
    """What a condition of a guideline is about; a programme fits where every one of its conditions is met."""

    PLACE = "gebiet", _("lies in one of these places")
    APPLICANT = "antragsteller", _("is one of these kinds of applicant")
    INHABITANTS = "einwohner", _("has so many inhabitants")
    MEMBERSHIP = "verband", _("belongs, or does not belong, to an association of municipalities")
    URBANISATION = "verstaedterung", _("is so densely populated")
    PREVIOUS = "vorfoerderung", _("was, or was not, funded by the programme before")
    PARTNERS = "partner", _("applies together with so many other municipalities")
    PROJECT = "vorhaben", _("has something in place, or plans something")


class PublicApplicant(models.TextChoices):
    """The kinds of municipal applicants that a guideline may tell apart."""

    MUNICIPALITY = "gemeinde", _("municipality")
    ASSOCIATION = "verband", _("association of municipalities")
    DISTRICT = "kreis", _("district")


class YesNo(models.TextChoices):
    """What a condition demands of something that is or is not."""

    YES = "ja", _("yes")
    NO = "nein", _("no")


class Verdict(models.TextChoices):
    """Whether a programme fits an applicant, by what is known."""

    FITS = "fits", _("fits us")
    UNKNOWN = "unknown", _("something is still unknown")
    MISFIT = "misfit", _("does not fit")


class Area(models.TextChoices):
    """Fördergebiet: where a programme applies; Länder by their official key."""

    NATIONWIDE = "bundesweit", _("nation-wide")
    SH = "01", "Schleswig-Holstein"
    HH = "02", "Hamburg"
    NI = "03", "Niedersachsen"
    HB = "04", "Bremen"
    NW = "05", "Nordrhein-Westfalen"
    HE = "06", "Hessen"
    RP = "07", "Rheinland-Pfalz"
    BW = "08", "Baden-Württemberg"
    BY = "09", "Bayern"
    SL = "10", "Saarland"
    BE = "11", "Berlin"
    BB = "12", "Brandenburg"
    MV = "13", "Mecklenburg-Vorpommern"
    SN = "14", "Sachsen"
    ST = "15", "Sachsen-Anhalt"
    TH = "16", "Thüringen"
    OTHER = "sonstige", _("other area")
