"""Factories for funding programmes."""

from typing import ClassVar

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from funding.models import (
    Answer,
    Application,
    ApplicationFile,
    Condition,
    Contact,
    Correction,
    Difference,
    ImportRun,
    LikelyPair,
    Link,
    Programme,
    Undertaking,
)
from funding.vocabularies import Applicant, Area, ConditionKind, Field, Kind, Level
from tests.factories.actors import OrganisationFactory


class ProgrammeFactory(DjangoModelFactory[Programme]):
    """A published, nation-wide programme of our own; ``imported`` makes one of the source.

    ``hidden`` makes a draft, ``withdrawn`` one that was published once.
    """

    class Meta:
        """Each call another one."""

        model = Programme

    class Params:
        """Traits."""

        hidden = factory.Trait(live=False, first_published_at=None, last_published_at=None)
        withdrawn = factory.Trait(live=False)
        imported = factory.Trait(
            source=Programme.Source.FDB,
            source_key=factory.Sequence(lambda n: f"bund-muster-programm-{n}"),
            source_url=factory.LazyAttribute(
                lambda row: f"https://www.foerderdatenbank.de/FDB/Content/DE/Foerderprogramm/{row.source_key}.html"
            ),
            licence="CC BY-ND 4.0",
            licence_url="https://creativecommons.org/licenses/by-nd/4.0/deed.de",
            attribution=factory.LazyAttribute(lambda row: f"{row.title}, Quelle: {row.source_url}"),
            imported_at=factory.LazyFunction(timezone.now),
            imported_from="fdb-xml",
        )

    slug = factory.Sequence(lambda n: f"programm-{n:05}")
    live = True
    first_published_at = factory.LazyFunction(timezone.now)
    last_published_at = factory.SelfAttribute("first_published_at")
    title = factory.Sequence(lambda n: f"Musterprogramm {n:05}")
    summary = "Hilft Kommunen bei einem Vorhaben."
    description = "Gefördert werden Vorhaben, die ein Muster sind."
    kinds: ClassVar = [Kind.GRANT.value]
    fields: ClassVar = [Field.DIGITALISATION.value]
    areas: ClassVar = [Area.NATIONWIDE.value]
    applicants: ClassVar = [Applicant.MUNICIPALITY.value]
    levels: ClassVar = [Level.FEDERATION.value]
    funders: ClassVar = ["Musterministerium"]
    checked_on = factory.LazyFunction(timezone.localdate)


class ContactFactory(DjangoModelFactory[Contact]):
    """The first contact of a programme."""

    class Meta:
        """Each call another programme, unless one is given."""

        model = Contact

    programme = factory.SubFactory(ProgrammeFactory)
    position = 0
    institution = "Musterstelle"
    street = "Musterweg 1"
    postcode = "12345"
    city = "Musterstadt"
    email = "auskunft@example.org"


class LinkFactory(DjangoModelFactory[Link]):
    """The first link of a programme."""

    class Meta:
        """Each call another programme, unless one is given."""

        model = Link

    programme = factory.SubFactory(ProgrammeFactory)
    position = 0
    title = "Weitere Auskünfte"
    url = "https://www.example.org/auskunft"


class ConditionFactory(DjangoModelFactory[Condition]):
    """A condition of a programme that demands at most 5,000 inhabitants, unless another is given."""

    class Meta:
        """Each call another programme, unless one is given."""

        model = Condition

    programme = factory.SubFactory(ProgrammeFactory, conditions_read_on=factory.LazyFunction(timezone.localdate))
    position = 0
    kind = ConditionKind.INHABITANTS
    maximum = factory.Maybe("limits_inhabitants", 5_000, None)
    source = "Nr. 3.1 der Richtlinie"

    class Params:
        """Whether the usual limit is set."""

        limits_inhabitants = factory.LazyAttribute(lambda row: row.kind == ConditionKind.INHABITANTS)


class AnswerFactory(DjangoModelFactory[Answer]):
    """A municipality would apply with three others."""

    class Meta:
        """Each call another organisation, unless one is given."""

        model = Answer

    organisation = factory.SubFactory(OrganisationFactory)
    topic = Answer.Topic.PARTNERS
    value = 3


class ApplicationFactory(DjangoModelFactory[Application]):
    """An organisation has put a programme on its shortlist. Nobody else sees it, so it is always hidden."""

    class Meta:
        """Each call another organisation and programme, unless they are given."""

        model = Application

    class Params:
        """It is hidden anyway."""

        hidden = factory.Trait()

    organisation = factory.SubFactory(OrganisationFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    title = factory.Sequence(lambda n: f"Vorhaben {n}")


class ApplicationFileFactory(DjangoModelFactory[ApplicationFile]):
    """A text file of an application."""

    class Meta:
        """Each call another application, unless one is given."""

        model = ApplicationFile

    application = factory.SubFactory(ApplicationFactory)
    file = factory.django.FileField(filename="antrag.txt", data=b"Antrag")
    name = "antrag.txt"
    size = 6


class UndertakingFactory(DjangoModelFactory[Undertaking]):
    """An undertaking that is found by one word; ``hidden`` makes one that is not in use."""

    class Meta:
        """Each call another one."""

        model = Undertaking

    class Params:
        """Traits."""

        hidden = factory.Trait(is_active=False)

    slug = factory.Sequence(lambda n: f"muster-vorhaben-{n}")
    title = factory.Sequence(lambda n: f"Mustervorhaben {n}")
    summary = "Was viele vorhaben."
    words: ClassVar = ["Muster"]


class CorrectionFactory(DjangoModelFactory[Correction]):
    """Somebody says that the highest funding rate is another."""

    class Meta:
        """Each call another programme, unless one is given."""

        model = Correction

    programme = factory.SubFactory(ProgrammeFactory)
    field = "rate_max"
    value = "75"
    reason = "So steht es in der neuen Richtlinie."


class ImportRunFactory(DjangoModelFactory[ImportRun]):
    """An import that is over and found something."""

    class Meta:
        """Each call another one."""

        model = ImportRun

    name = "programme.csv"
    state = "done"
    counts: ClassVar = {"created": 3, "changed": 0, "unchanged": 12, "held": 2, "rejected": 1, "findings": 1}
    findings: ClassVar = ["programme.csv, Zeile 7 [title]: Dieses Programm steht zweimal da; das erste zählt."]
    started_at = factory.LazyFunction(timezone.now)
    finished_at = factory.LazyFunction(timezone.now)


class DifferenceFactory(DjangoModelFactory[Difference]):
    """The source has another title."""

    class Meta:
        """Each call another programme, unless one is given."""

        model = Difference

    programme = factory.SubFactory(ProgrammeFactory, imported=True)
    field = "title"
    value = "Neuer Titel der Quelle"
    seen_at = factory.LazyFunction(timezone.now)


class LikelyPairFactory(DjangoModelFactory[LikelyPair]):
    """Two programmes whose titles are nearly the same."""

    class Meta:
        """Each call two others."""

        model = LikelyPair

    first = factory.SubFactory(ProgrammeFactory, title="Förderung digitaler Rathäuser")
    second = factory.SubFactory(ProgrammeFactory, title="Förderung der digitalen Rathäuser")
    likeness = 88
