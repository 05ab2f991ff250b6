"""The closed lists of the project database. Keys are stored and published: they are never renamed (ADR 0005).

Phases, spatial effects and what a profile (Steckbrief) has to say: landscape 1.3. The three criteria are those of the
nine-point plan for the competence centre.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Phase(models.TextChoices):
    """How far a project is."""

    IDEA = "idee", _("Idea")
    CONCEPT = "konzept", _("Concept")
    PILOT = "pilot", _("Pilot")
    OPERATION = "betrieb", _("In operation")
    SCALED = "skaliert", _("Scaled")
    ENDED = "beendet", _("Ended as planned")
    FAILED = "gescheitert", pgettext_lazy("project", "Failed")


RUNNING = (Phase.OPERATION.value, Phase.SCALED.value)
"""Phases of what works day by day."""

TRIED_OUT = (Phase.PILOT.value, Phase.ENDED.value)
"""It was tried at a real place, and works there no more or not yet day by day."""


class SpatialEffect(models.TextChoices):
    """How far a project reaches in space."""

    NEIGHBOURHOOD = "quartier", _("District of a town, neighbourhood")
    MUNICIPALITY = "kommune", _("Whole municipality")
    NEIGHBOURS = "interkommunal", _("Several municipalities together")
    REGION = "region", _("District or region")
    BEYOND = "ueberregional", _("Land and beyond")


class CostBand(models.TextChoices):
    """What a project cost until it ran, in euros."""

    TINY = "bis-10000", _("up to 10,000 euros")
    SMALL = "bis-50000", _("10,000 to 50,000 euros")
    MEDIUM = "bis-250000", _("50,000 to 250,000 euros")
    LARGE = "bis-1000000", _("250,000 to 1 million euros")
    HUGE = "ueber-1000000", _("more than 1 million euros")


class EffortBand(models.TextChoices):
    """How many days of work one's own people spent until it ran."""

    SMALL = "bis-20", _("up to 20 days of work")
    MEDIUM = "bis-100", _("21 to 100 days of work")
    LARGE = "bis-300", _("101 to 300 days of work")
    HUGE = "ueber-300", _("more than 300 days of work")


EFFORT_LIMITS = (20, 100, 300)
"""The most days of each band but the largest, in the order of ``EffortBand``."""


class Technology(models.TextChoices):
    """What a solution is made of."""

    ONLINE_SERVICE = "onlinedienst", _("Online service, portal")
    APP = "app", _("App")
    SENSORS = "sensorik", _("Sensors, LoRaWAN")
    DATA_PLATFORM = "datenplattform", _("Data platform, dashboard")
    OPEN_DATA = "offene-daten", _("Open data")
    GIS = "geodaten", _("Geodata, map")
    TWIN = "zwilling", _("Digital twin, 3D model")
    FILES = "eakte", _("Electronic files, workflow")
    AI = "ki", _("Artificial intelligence")
    CHATBOT = "chatbot", _("Chatbot, voice assistant")
    PARTICIPATION = "beteiligungsplattform", _("Participation platform")
    BOOKING = "buchung", _("Booking and sharing system")
    NETWORK = "netz", _("Wi-Fi, broadband, radio network")
    CONTROL = "steuerung", _("Control of technical systems")
    LEARNING = "lernplattform", _("Learning platform")
    OTHER = "anderes", pgettext_lazy("technology", "Other")


class Licence(models.TextChoices):
    """Under which licence the software may be used; keys are those of SPDX."""

    EUPL = "EUPL-1.2", "EUPL 1.2"
    GPL2 = "GPL-2.0-or-later", "GPL 2.0 oder neuer"
    GPL3 = "GPL-3.0-or-later", "GPL 3.0 oder neuer"
    AGPL3 = "AGPL-3.0-or-later", "AGPL 3.0 oder neuer"
    LGPL3 = "LGPL-3.0-or-later", "LGPL 3.0 oder neuer"
    MPL = "MPL-2.0", "MPL 2.0"
    APACHE = "Apache-2.0", "Apache 2.0"
    MIT = "MIT", "MIT"
    BSD2 = "BSD-2-Clause", "BSD 2-Clause"
    BSD3 = "BSD-3-Clause", "BSD 3-Clause"
    ISC = "ISC", "ISC"
    CLOSED = "proprietary", _("Closed source, licence of the supplier")
    NONE = "none", _("No software of its own")


OPEN_LICENCES = tuple(code for code in Licence.values if code not in {"proprietary", "none"})
"""Licences that make software open source (all are approved by the Open Source Initiative)."""


class Known(models.TextChoices):
    """Yes, no; empty where nobody has said."""

    YES = "ja", _("Yes")
    NO = "nein", _("No")


class Dpia(models.TextChoices):
    """Whether the consequences for data protection were assessed (Art. 35 GDPR)."""

    DONE = "erstellt", _("Assessment is done")
    PLANNED = "geplant", _("Assessment is planned")
    NOT_NEEDED = "nicht-noetig", _("Not needed, and the reason is written down")


class Criterion(models.TextChoices):
    """The three criteria of the nine-point plan for solutions that last."""

    BENEFIT = "nutzen", _("Benefit for citizens and users")
    BUSINESS = "geschaeftsmodell", _("Business model that works")
    EFFICIENCY = "effizienz", _("Gain in efficiency")


class Grade(models.TextChoices):
    """How well something is shown, from the weakest to the strongest."""

    CLAIMED = "behauptet", _("Claimed")
    DOCUMENTED = "dokumentiert", _("Documented")
    CHECKED = "geprueft", _("Checked by the competence centre")
    CONFIRMED = "bestaetigt", _("Confirmed by a second municipality")


GRADES = tuple(Grade.values)
"""From the weakest to the strongest."""

CHECKED_GRADES = (Grade.CHECKED.value, Grade.CONFIRMED.value)
"""What somebody else than the project itself has looked at."""


class Effect(models.TextChoices):
    """How a project touches another field of action."""

    HELPS = "hilft", _("Helps")
    HINDERS = "hemmt", _("Hinders")
    NEEDS = "braucht", _("Needs")


class RiskKind(models.TextChoices):
    """Risks and side effects that have to be looked at."""

    PRIVACY = "datenschutz", _("Data protection")
    DEPENDENCE = "abhaengigkeit", _("Dependence on a supplier")
    RUNNING_COST = "folgekosten", _("Running cost")
    EXCLUSION = "ausschluss", _("Exclusion of people")
    SECURITY = "sicherheit", _("Security")
    OTHER = "anderes", pgettext_lazy("risk", "Other risk")


class LinkKind(models.TextChoices):
    """What a link leads to."""

    SITE = "seite", _("Website of the project")
    REPORT = "bericht", _("Report, study")
    PRESS = "presse", _("Press")
    FILM = "film", _("Film")
    OTHER = "anderes", pgettext_lazy("link", "Further information")


class Country(models.TextChoices):
    """Where a project is; keys are those of ISO 3166-1."""

    DE = "DE", _("Germany")
    AT = "AT", _("Austria")
    BE = "BE", _("Belgium")
    CH = "CH", _("Switzerland")
    CZ = "CZ", _("Czechia")
    DK = "DK", _("Denmark")
    EE = "EE", _("Estonia")
    ES = "ES", _("Spain")
    FI = "FI", _("Finland")
    FR = "FR", _("France")
    GB = "GB", _("United Kingdom")
    IE = "IE", _("Ireland")
    IT = "IT", _("Italy")
    LT = "LT", _("Lithuania")
    LU = "LU", _("Luxembourg")
    LV = "LV", _("Latvia")
    NL = "NL", _("Netherlands")
    NO = "NO", _("Norway")
    PL = "PL", _("Poland")
    PT = "PT", _("Portugal")
    SE = "SE", _("Sweden")
    SI = "SI", _("Slovenia")
    UA = "UA", _("Ukraine")


class ReuseStage(models.TextChoices):
    """How far an organisation is with what another one has made."""

    INTERESTED = "interesse", _("We are interested")
    PLANNING = "planung", _("We are planning it")
    USING = "nutzung", _("We use it again")
    ENDED = "beendet", _("We do not use it (any more)")


class Visibility(models.TextChoices):
    """Who may learn of a plan, from the fewest to all."""

    ASSOCIATION = "verband", _("Our association of municipalities")
    DISTRICT = "kreis", _("Our district")
    LAND = "land", _("Our Land")
    MUNICIPALITIES = "kommunen", _("All municipalities")
    PUBLIC = "oeffentlich", pgettext_lazy("plan", "Everybody")
