"""Factories for projects, who uses them again, collections, plans and co-operations."""

from datetime import timedelta
from typing import Any, ClassVar

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from projects.models import (
    AgreementTemplate,
    Collection,
    CollectionItem,
    Cooperation,
    CooperationFile,
    CooperationStep,
    Evidence,
    Experience,
    Financing,
    Interaction,
    Joining,
    Match,
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
    statements_of,
)
from tests.factories.accounts import UserFactory
from tests.factories.actors import OrganisationFactory, organisation_of
from tests.factories.content import DocumentFactory, ImageFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory


class ProjectFactory(DjangoModelFactory[Project]):
    """A published project of the centre in one municipality (``place`` names which); ``hidden`` makes a draft."""

    class Meta:
        """Each call another one."""

        model = Project
        skip_postgeneration_save = True

    class Params:
        """Traits."""

        hidden = factory.Trait(live=False, first_published_at=None, last_published_at=None, stage=Stage.WRITING)
        abroad = factory.Trait(country="DK", place_abroad="Aarhus", what_would_change="Ein zentrales Register.")

    slug = factory.Sequence(lambda n: f"projekt-{n:05}")
    live = True
    stage = Stage.DONE
    first_published_at = factory.LazyFunction(timezone.now)
    last_published_at = factory.SelfAttribute("first_published_at")
    title = factory.Sequence(lambda n: f"Musterprojekt {n:05}")
    summary = "Hilft Kommunen, etwas einfacher zu machen."
    description = "Zuerst haben wir gefragt, dann gebaut."
    phase = "betrieb"
    lessons_learnt = factory.LazyAttribute(lambda one: "Zuerst fragen." if one.phase == "gescheitert" else "")
    fields_of_action: ClassVar = ["mobilitaet"]
    checked_on = factory.LazyFunction(timezone.localdate)

    @factory.post_generation
    def place(self, create: bool, extracted: Any, **_kwargs: Any) -> None:
        """Put it somewhere; a country abroad has no municipality."""
        if create and self.country == "DE":
            ProjectPlaceFactory(project=self, municipality=extracted or MunicipalityFactory())
            self.refresh_from_db()


class ProjectPlaceFactory(DjangoModelFactory[ProjectPlace]):
    """A municipality of a project."""

    class Meta:
        """Each call another municipality, unless one is given."""

        model = ProjectPlace

    project = factory.SubFactory(ProjectFactory)
    municipality = factory.SubFactory(MunicipalityFactory)


class PartnerFactory(DjangoModelFactory[Partner]):
    """A company that took part."""

    class Meta:
        """Each call another project, unless one is given."""

        model = Partner

    project = factory.SubFactory(ProjectFactory)
    kind = "enterprise"
    name = "Stadtwerke Musterstadt"
    role = "betreiben die Sensoren"


class SupplierFactory(DjangoModelFactory[Supplier]):
    """A supplier with its licence and an alternative."""

    class Meta:
        """Each call another project, unless one is given."""

        model = Supplier

    project = factory.SubFactory(ProjectFactory)
    name = "Muster Software GmbH"
    product = "Musterportal"
    licence = "nicht offen"
    alternatives = "Offenes Portal (EUPL 1.2)"


class EvidenceFactory(DjangoModelFactory[Evidence]):
    """Something claimed about the benefit."""

    class Meta:
        """Each call another project, unless one is given."""

        model = Evidence

    project = factory.SubFactory(ProjectFactory)
    criterion = "nutzen"
    claim = "Wege zum Rathaus fallen weg."
    grade = "behauptet"


class InteractionFactory(DjangoModelFactory[Interaction]):
    """It helps another field."""

    class Meta:
        """Each call another project, unless one is given."""

        model = Interaction

    project = factory.SubFactory(ProjectFactory)
    effect = "hilft"
    field = "energie"
    sentence = "Weniger Fahrten sparen Energie."


class RiskFactory(DjangoModelFactory[Risk]):
    """A risk with what is done against it."""

    class Meta:
        """Each call another project, unless one is given."""

        model = Risk

    project = factory.SubFactory(ProjectFactory)
    kind = "ausschluss"
    description = "Wer kein Smartphone hat, bleibt außen vor."
    countermeasure = "Es geht auch am Telefon."


class FinancingFactory(DjangoModelFactory[Financing]):
    """Money of a programme."""

    class Meta:
        """Each call another project and programme, unless they are given."""

        model = Financing

    project = factory.SubFactory(ProjectFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    share_percent = 60


class ProjectLinkFactory(DjangoModelFactory[ProjectLink]):
    """A website."""

    class Meta:
        """Each call another project, unless one is given."""

        model = ProjectLink

    project = factory.SubFactory(ProjectFactory)
    title = "Seite des Projektes"
    url = "https://www.example.org/projekt"


class PictureFactory(DjangoModelFactory[Picture]):
    """A picture."""

    class Meta:
        """Each call another project, unless one is given."""

        model = Picture

    project = factory.SubFactory(ProjectFactory)
    image = factory.SubFactory(ImageFactory)
    caption = "Die neue Haltestelle"


class ProjectFileFactory(DjangoModelFactory[ProjectFile]):
    """A file."""

    class Meta:
        """Each call another project, unless one is given."""

        model = ProjectFile

    project = factory.SubFactory(ProjectFactory)
    document = factory.SubFactory(DocumentFactory)


class ReviewStepFactory(DjangoModelFactory[ReviewStep]):
    """It was returned with a reason."""

    class Meta:
        """Each call another project, unless one is given."""

        model = ReviewStep

    project = factory.SubFactory(ProjectFactory)
    verb = "give_back"
    reason = "Bitte nennen Sie die Quelle der Zahlen."
    by = factory.SubFactory(UserFactory)


class ReuseFactory(DjangoModelFactory[Reuse]):
    """An organisation uses a project again; ``hidden`` makes one of a project that nobody sees."""

    class Meta:
        """Each call another project and organisation, unless they are given."""

        model = Reuse

    class Params:
        """Traits."""

        hidden = factory.Trait(project=factory.SubFactory(ProjectFactory, hidden=True))

    project = factory.SubFactory(ProjectFactory)
    organisation = factory.SubFactory(OrganisationFactory, municipality=factory.SubFactory(MunicipalityFactory))
    stage = "nutzung"
    experience = "Nach zwei Monaten lief es."


class ExperienceFactory(DjangoModelFactory[Experience]):
    """They see the benefit as well."""

    class Meta:
        """Each call another use, unless one is given."""

        model = Experience

    reuse = factory.SubFactory(ReuseFactory)
    criterion = "nutzen"
    outcome = "bestaetigt"
    text = "Auch bei uns fallen Wege weg."
    statements = factory.LazyAttribute(lambda one: statements_of(one.reuse.project)[one.criterion])


class CollectionFactory(DjangoModelFactory[Collection]):
    """A public collection; ``hidden`` makes one of a person."""

    class Meta:
        """Each call another one."""

        model = Collection

    class Params:
        """Traits."""

        hidden = factory.Trait(person=factory.SubFactory(UserFactory))

    title = factory.Sequence(lambda n: f"Sammlung {n}")
    introduction = "Für den Anfang."
    person = None
    organisation = None
    is_public = factory.LazyAttribute(lambda one: one.person is None and one.organisation is None)


class CollectionItemFactory(DjangoModelFactory[CollectionItem]):
    """A project of a collection."""

    class Meta:
        """Each call another collection and project, unless they are given."""

        model = CollectionItem

    collection = factory.SubFactory(CollectionFactory)
    project = factory.SubFactory(ProjectFactory)
    note = "Kostet wenig und hilft sofort."


class PlanFactory(DjangoModelFactory[Plan]):
    """A plan of a municipality that everybody sees; ``hidden`` makes one that is only compared."""

    class Meta:
        """Each call another organisation, unless one is given."""

        model = Plan

    class Params:
        """Traits."""

        hidden = factory.Trait(is_named=False)

    organisation = factory.LazyFunction(lambda: organisation_of(MunicipalityFactory()))
    title = factory.Sequence(lambda n: f"Mitfahrbank {n}")
    description = "Mitfahrbänke zwischen den Ortsteilen, mit Anzeige, wohin jemand möchte."
    fields_of_action: ClassVar = ["mobilitaet"]
    begins_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))
    visibility = "oeffentlich"
    is_named = True


class MatchFactory(DjangoModelFactory[Match]):
    """Two plans that are alike. Only both sides see it, so it is always hidden."""

    class Meta:
        """Each call two others, unless they are given; the smaller key comes first."""

        model = Match

    class Params:
        """It is hidden anyway."""

        hidden = factory.Trait()

    first = factory.SubFactory(PlanFactory)
    second = factory.SubFactory(PlanFactory)
    points = 70
    reasons: ClassVar = [{"code": "fields", "values": ["mobilitaet"]}, {"code": "near", "km": 25}]

    @classmethod
    def _create(cls, model_class: type[Match], *args: Any, **kwargs: Any) -> Match:
        first, second = sorted((kwargs.pop("first"), kwargs.pop("second")), key=lambda plan: str(plan.pk))
        made: Match = super()._create(model_class, *args, first=first, second=second, **kwargs)
        return made


class CooperationFactory(DjangoModelFactory[Cooperation]):
    """What two do together. Only the partners see it, so it is always hidden."""

    class Meta:
        """Each call another proposal, unless one is given."""

        model = Cooperation
        skip_postgeneration_save = True

    class Params:
        """It is hidden anyway."""

        hidden = factory.Trait()

    match = factory.SubFactory(MatchFactory, first_answer="ja", second_answer="ja")
    title = "Gemeinsam: Mitfahrbänke"

    @factory.post_generation
    def partners(self, create: bool, _extracted: Any, **_kwargs: Any) -> None:
        """Both sides take part."""
        if create:
            self.partners.set([self.match.first.organisation, self.match.second.organisation])


class JoiningFactory(DjangoModelFactory[Joining]):
    """An organisation that one partner proposes. Only the partners see it, so it is always hidden."""

    class Meta:
        """Each call another co-operation and organisation, unless they are given."""

        model = Joining
        skip_postgeneration_save = True

    class Params:
        """It is hidden anyway."""

        hidden = factory.Trait()

    cooperation = factory.SubFactory(CooperationFactory)
    organisation = factory.LazyFunction(lambda: organisation_of(MunicipalityFactory()))
    proposed_by = factory.LazyAttribute(lambda one: one.cooperation.match.first.organisation)

    @factory.post_generation
    def consents(self, create: bool, extracted: Any, **_kwargs: Any) -> None:
        """Who proposes consents; ``consents`` names others who do."""
        if create:
            self.consents.set([self.proposed_by, *(extracted or [])])


class CooperationStepFactory(DjangoModelFactory[CooperationStep]):
    """Something to do."""

    class Meta:
        """Each call another co-operation, unless one is given."""

        model = CooperationStep

    cooperation = factory.SubFactory(CooperationFactory)
    title = "Leistungsverzeichnis schreiben"


class CooperationFileFactory(DjangoModelFactory[CooperationFile]):
    """A text file of the partners."""

    class Meta:
        """Each call another co-operation, unless one is given."""

        model = CooperationFile

    cooperation = factory.SubFactory(CooperationFactory)
    file = factory.django.FileField(filename="entwurf.txt", data=b"Entwurf")
    name = "entwurf.txt"
    size = 7


class AgreementTemplateFactory(DjangoModelFactory[AgreementTemplate]):
    """A template in use; ``hidden`` makes one that is not."""

    class Meta:
        """Each call another one."""

        model = AgreementTemplate

    class Params:
        """Traits."""

        hidden = factory.Trait(is_active=False)

    title = "Vereinbarung über eine gemeinsame Ausschreibung"
    summary = "Wenn zwei Kommunen dasselbe beschaffen."
    document = factory.SubFactory(DocumentFactory)
