"""What the browser tests put into the portal: a little of everything, and the demonstration's content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks import Block, StreamValue, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from portal import theme
from portal.accounts.models import Role, User
from portal.accounts.services import grant_role
from portal.areas import areas
from portal.content import demo
from portal.content.models import GuidePage
from portal.directory import choice
from portal.evaluation.models import Review, Ring
from portal.evaluation.services import reviewing
from portal.following.services import subscribing, telling
from portal.following.services.telling import Event
from portal.notifications.models import Delivery
from portal.notifications.services.building import build_mails
from portal.notifications.services.notifying import BATCHING
from portal.search import indexing
from tests.browser.kinds import Kind, kinds
from tests.factories import factory_for
from tests.factories.accounts import PASSWORD, ApiTokenFactory, RoleGrantFactory, UserFactory, add_app
from tests.factories.actors import (
    InvitationFactory,
    MembershipFactory,
    OrganisationClaimFactory,
    OrganisationFactory,
    PersonProfileFactory,
    organisation_of,
)
from tests.factories.content import DocumentFactory, GuideFactory, ImageFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.evaluation import (
    MeasureFactory,
    MeasurementFactory,
    ProposalFactory,
    ReviewFactory,
    RingChangeFactory,
    TechnologyFactory,
)
from tests.factories.following import FollowFactory
from tests.factories.funding import (
    ApplicationFactory,
    ApplicationFileFactory,
    ConditionFactory,
    CorrectionFactory,
    DifferenceFactory,
    ImportRunFactory,
    LikelyPairFactory,
    ProgrammeFactory,
)
from tests.factories.notifications import DeliveryFactory, RecipientFactory
from tests.factories.opendata import DumpFactory
from tests.factories.projects import (
    AgreementTemplateFactory,
    CollectionFactory,
    CollectionItemFactory,
    CooperationFactory,
    CooperationFileFactory,
    CooperationStepFactory,
    EvidenceFactory,
    ExperienceFactory,
    FinancingFactory,
    InteractionFactory,
    JoiningFactory,
    MatchFactory,
    PartnerFactory,
    PictureFactory,
    PlanFactory,
    ProjectFactory,
    ProjectFileFactory,
    ProjectLinkFactory,
    ReuseFactory,
    ReviewStepFactory,
    RiskFactory,
    SupplierFactory,
)

PER_PAGE = 20
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True)
class Site:
    """What is in the portal.

    Attributes:
        cookies: of the readers whom a kind of page can be looked at by.
    """

    place: Any
    other_place: Any
    programme: Any
    guide: Any
    list_url: str
    organisation: Any
    other_organisation: Any
    membership: Any
    colleague: Any
    invitation: Any
    claim: Any
    grant: Any
    delivery: Any
    subscriber: Any
    review: Any
    report: Any
    technology: Any
    proposal: Any
    cookies: Mapping[str, Mapping[str, str]]

    def kinds(self) -> list[Kind]:
        """Return every kind of page."""
        return kinds(self)


def make_site() -> Site:
    """Fill an empty portal; there is more than a page of programmes, and a guide with every block."""
    demo.load()
    for resource in areas.each("resources"):
        factory_for(resource.model).create()
    place = MunicipalityFactory(ags="08118048", name="Musterstadt am Neckar", population=93_499)
    other = MunicipalityFactory(ags="14625240", name="Königswartha", second_name="Rakecy", population=3_400)
    programme = make_programme()
    ProgrammeFactory.create_batch(PER_PAGE, kinds=["darlehen"])
    guide = GuideFactory(title="Ein Leitfaden mit allen Bausteinen", slug="alle-bausteine", body=every_block())
    organisation, other_organisation = organisation_of(place), organisation_of(other)
    membership = MembershipFactory(organisation=organisation, person__display_name="Kim Beispiel")
    colleague = MembershipFactory(organisation=organisation, role="reader", person__display_name="Robin Beispiel")
    PersonProfileFactory(person=colleague.person)
    MembershipFactory(organisation=organisation, hidden=True)
    ApiTokenFactory(person=membership.person)
    administrator = UserFactory(display_name="Vanja Verwaltung")
    grant_role(person=administrator, role=Role.ADMINISTRATOR, by=None, reason="Zum Ansehen")
    add_app(administrator)
    make_application(organisation, programme, membership.person)
    CorrectionFactory(programme=programme)
    ImportRunFactory()
    lost = "Die Quelle hat 700 von 2400 Programmen nicht mehr. Es wurde nichts importiert."
    ImportRunFactory(state="asks", message=lost, counts={}, findings=[])
    changed = "Gefördert werden digitale Rathäuser mit 60 Prozent, höchstens 200.000 Euro."
    source = ProgrammeFactory(
        imported=True,
        title="Ländliche Räume digital",
        description="Gefördert werden Rathäuser mit 50 Prozent, höchstens 200.000 Euro.",
        protected_fields=["keywords"],
    )
    DifferenceFactory(programme=source)
    DifferenceFactory(programme=source, field="description", value=changed)
    DifferenceFactory(programme=source, field="areas", value=["08", "09"])
    LikelyPairFactory(first=programme, second=source)
    DumpFactory()
    CorrectionFactory(programme=programme, field="", value="Der Link zur Richtlinie führt ins Leere.")
    make_projects(organisation, programme)
    technology = make_figures()
    indexing.index_pending()
    indexing.recount_words()
    delivery = make_news(membership.person, programme)
    return Site(
        place=place,
        other_place=other,
        programme=programme,
        guide=guide,
        list_url=reverse("funding:programme_list"),
        organisation=organisation,
        other_organisation=other_organisation,
        membership=membership,
        colleague=colleague,
        invitation=InvitationFactory(organisation=organisation, invited_by=membership.person),
        claim=OrganisationClaimFactory(organisation=other_organisation),
        grant=RoleGrantFactory(),
        delivery=delivery,
        subscriber=FollowFactory(recipient=RecipientFactory(subscriber=True), is_confirmed=False, title="Zuschüsse"),
        review=ReviewFactory(area="content", hidden=True, findings="Die Zahlen steigen."),
        report=Review.objects.published().get(),
        technology=technology,
        proposal=ProposalFactory(),
        cookies={
            "chosen": {choice.COOKIE: place.pk},
            "dark": {theme.COOKIE: theme.DARK},
            "editor": signed_in(UserFactory(editor=True)),
            "person": signed_in(membership.person, elsewhere=True),
            "administrator": signed_in(administrator),
            "viewing": looking_as(colleague.person),
        },
    )


def make_programme() -> Any:
    """Make a programme of which everything is known, with a condition of every kind."""
    today = timezone.localdate()
    programme = ProgrammeFactory(
        title="Aaa Digitale Rathäuser",
        slug="aaa-digitale-rathaeuser",
        deadline_model="zweistufig",
        closes_on=today + timedelta(days=20),
        cut_off_dates=[today + timedelta(days=days) for days in (10, 15)],
        full_application_on=today + timedelta(days=90),
        rate_min=60,
        rate_max=Decimal("82.5"),
        amount_min=25_000,
        amount_max=400_000,
        own_share_min=10,
        own_share_reduced=5,
        cumulation="begrenzt",
        cumulation_limit=90,
        early_start="auf-antrag",
        granting_authority="Musterbewilligungsstelle",
        state_aid="keine",
        binding_years=5,
        decision_weeks=16,
        longest_months=36,
        proof_months=6,
        proof_of_use="Sachbericht und zahlenmäßiger Nachweis",
        conditions_read_on=today,
    )
    for position, values in enumerate(
        (
            {"kind": "einwohner", "maximum": 20_000},
            {"kind": "gebiet", "places": ["08", "14"]},
            {"kind": "antragsteller", "applicants": ["gemeinde", "kreis"]},
            {"kind": "verband", "demanded": "nein"},
            {"kind": "verstaedterung", "urbanisation": [1, 2, 3]},
            {"kind": "vorfoerderung", "demanded": "nein"},
            {"kind": "partner", "minimum": 2},
            {"kind": "vorhaben", "question": "Der Gemeinderat hat das Vorhaben beschlossen."},
        )
    ):
        ConditionFactory(programme=programme, position=position, **values)
    ProgrammeFactory(title="Aab Digitale Rathäuser in Bayern", areas=["09"], variant_of=programme)
    ProgrammeFactory(title="Aac Einstieg", part_of=programme)
    return programme


def make_application(organisation: Any, programme: Any, person: User) -> None:
    """Let an organisation apply, with everything that it can note, and let another share what it wrote."""
    today = timezone.localdate()
    kept = ApplicationFactory(
        organisation=organisation,
        programme=programme,
        title="E-Akte im Bauamt",
        state="approved",
        owner="treasurer",
        next_step="Beschluss des Gemeinderates",
        next_due_on=today + timedelta(days=9),
        requested=Decimal("120000.50"),
        granted=100_000,
        file_number="VII-4711/26",
        contact="Musterbewilligungsstelle, Zimmer 12",
        applied_on=today - timedelta(days=100),
        decided_on=today - timedelta(days=2),
        proof_due_on=today + timedelta(days=400),
        notes="Rücksprache mit der Kämmerei.",
        sharing="anonymous",
        shared_text="So haben wir den Bedarf beschrieben.",
    )
    ApplicationFileFactory(application=kept, name="Antrag.pdf", uploaded_by=person)


def make_projects(organisation: Any, programme: Any) -> None:
    """Make a project of which everything is said, others in each stage, and what two municipalities plan together."""
    place, today = organisation.municipality, timezone.localdate()
    whole = ProjectFactory(
        slug="aaa-mitfahrbank",
        title="Aaa Mitfahrbank mit Knopf",
        summary="Wer auf der Bank sitzt, drückt einen Knopf; die Anzeige sagt Vorbeifahrenden, wohin es gehen soll.",
        place=place,
        phase="skaliert",
        started_on=today - timedelta(days=900),
        fields_of_action=["mobilitaet", "daseinsvorsorge"],
        spatial_effect="interkommunal",
        cost_band="bis-50000",
        cost_note="Betrieb: 1.200 Euro im Jahr",
        effort_days=45,
        technologies=["sensorik", "steuerung"],
        licence="EUPL-1.2",
        repository="https://www.example.org/quelltext",
        reuse_conditions="Baupläne und Software stehen bereit.",
        data_basis="Zahl der Knopfdrücke, ohne Personenbezug.",
        personal_data="nein",
        dpia="nicht-noetig",
        transferable_sizes=["500-999", "1000-1999", "2000-4999"],
        transfer_conditions="Eine Straße, auf der jede halbe Stunde jemand fährt.",
        lessons_learnt="Ohne Ansprechperson im Ort wird die Bank nicht genutzt.",
        done_differently="Wir würden zuerst zwei Bänke bauen und zählen.",
        contact_function="climate",
        contact_email="mobilitaet@example.org",
    )
    EvidenceFactory(
        project=whole,
        claim="Jede dritte Fahrt zum Arzt gelingt ohne eigenes Auto.",
        measured="Fahrten im Monat",
        before=0,
        after=140,
        unit="Fahrten",
        method="Zählung der Knopfdrücke, 2025",
        source="Bericht an den Gemeinderat",
        source_url="https://www.example.org/bericht",
        grade="geprueft",
        checked_by="Beratung des Kompetenzzentrums",
        checked_on=today,
    )
    EvidenceFactory(project=whole, criterion="effizienz", claim="Der Anrufbus fährt seltener leer.")
    InteractionFactory(project=whole)
    RiskFactory(project=whole)
    PartnerFactory(project=whole)
    SupplierFactory(project=whole)
    FinancingFactory(project=whole, programme=programme)
    FinancingFactory(project=whole, programme=None, text="Spende der Bürgerstiftung", share_percent=None)
    ProjectLinkFactory(project=whole)
    PictureFactory(project=whole)
    ProjectFileFactory(project=whole)
    ExperienceFactory(reuse=ReuseFactory(project=whole, organisation__name="Neumusterdorf"))
    ReuseFactory(project=whole, stage="interesse", experience="")
    ProjectFactory(
        title="Aab Mängelmelder",
        slug="aab-maengelmelder",
        phase="gescheitert",
        place=place,
        lessons_learnt="Niemand hat die Meldungen bearbeitet.",
        checked_on=today - timedelta(days=400),
        organisation=OrganisationFactory(kind="company", name="Muster Software GmbH"),
    )
    ProjectFactory(abroad=True, slug="aac-aarhus", title="Aac Offene Daten in Aarhus", evidence_grade="")
    own = {"organisation": organisation, "place": place}
    returned = ProjectFactory(
        slug="abc-in-arbeit", title="Abc Digitale Sprechstunde", hidden=True, stage="returned", **own
    )
    ReviewStepFactory(project=returned)
    ProjectFactory(slug="abd-eingereicht", title="Abd Eingereicht", hidden=True, stage="submitted", **own)
    revised = ProjectFactory(slug="abe-ueberarbeitet", title="Abe Überarbeitet", stage="review", **own)
    version = revised.get_latest_revision_as_object()
    version.summary = "Eine neue Kurzfassung."
    version.save_revision()
    again = ProjectFactory(slug="abf-nachgenutzt", title="Abf Nachgenutzt")
    ReuseFactory(project=again, organisation=organisation)
    ended = {"stage": "beendet", "why_ended": "Der Vertrag ist ausgelaufen.", "hidden_reason": "Es nennt eine Person."}
    ReuseFactory(project=again, organisation__name="Altmusterdorf", hidden_on=again.checked_on, **ended)
    CollectionItemFactory(
        collection=CollectionFactory(title="Die ersten 90 Tage in einer kleinen Gemeinde"), project=whole
    )
    CollectionItemFactory(
        collection=CollectionFactory(title="Unsere Auswahl", is_public=False, organisation=organisation), project=whole
    )
    AgreementTemplateFactory()
    plan = PlanFactory(organisation=organisation, title="Aaa Unsere Mitfahrbank")
    PlanFactory(title="Zzz Mitfahrbänke im Nachbartal", budget_band="bis-50000", open_for="gemeinsam ausschreiben")
    MatchFactory(first=plan, second=PlanFactory(hidden=True))
    begun = MatchFactory(first=plan, second=PlanFactory(), first_answer="ja", second_answer="ja")
    cooperation = CooperationFactory(match=begun, goal="Eine Ausschreibung für beide.", saving=12_000)
    CooperationStepFactory(cooperation=cooperation, due_on=today - timedelta(days=3), who=organisation)
    CooperationFileFactory(cooperation=cooperation)
    other = next(one for one in cooperation.partners.all() if one != organisation)
    JoiningFactory(cooperation=cooperation, proposed_by=other)


def make_news(person: User, programme: Any) -> Any:
    """Let somebody follow a search and a thing, and tell her what is new; return the mail's delivery."""
    recipient = RecipientFactory(person=person)
    FollowFactory(recipient=recipient, title="Zuschüsse für Kommunen", filters={"kind": ["zuschuss"]})
    removed = FollowFactory(recipient=recipient, title="Radwege", filters={"q": ["radweg"]})
    subscribing.remove(removed)
    follow = FollowFactory(recipient=recipient, title=str(programme), object_key=str(programme.pk))
    resource = areas.resource_of(type(programme))
    for event in (Event("new", "new"), Event("closing", "closing", {"deadline": timezone.localdate().isoformat()})):
        telling.tell(resource, programme, event, [follow])
    build_mails(timezone.now() + BATCHING)
    DeliveryFactory(state="technical_failure", reply="451 4.3.0 try later", attempts=12)
    return Delivery.objects.get(digest__recipient=recipient)


def make_figures() -> Any:
    """Measure for half a year, publish a report, put technologies on the radar; return one of them."""
    today = timezone.localdate()
    for week in range(26):
        for indicator, value in (("funding-published", 100 + 3 * week), ("funding-checked", 60 + week)):
            MeasurementFactory(indicator=indicator, day=today - timedelta(days=7 * (25 - week)), value=float(value))
    report = ReviewFactory(area="funding", until=today, hidden=True, findings="Mehr Programme.\n\nWeniger geprüft.")
    MeasureFactory(review=report)
    evaluator = UserFactory()
    grant_role(person=evaluator, role=Role.EVALUATOR, by=None, reason="Zum Ansehen")
    reviewing.publish(review=report, by=evaluator)
    for ring in Ring.values:
        technology = TechnologyFactory(ring=ring, name=f"Muster zum {ring.capitalize()}")
        RingChangeFactory(technology=technology, after=ring)
    return technology


def looking_as(person: User) -> dict[str, str]:
    """Return the cookie of an administrator who looks at the portal as somebody else."""
    administrator = UserFactory(display_name="Sascha Support")
    grant_role(person=administrator, role=Role.ADMINISTRATOR, by=None, reason="Zum Ansehen")
    add_app(administrator)
    client = Client()
    client.force_login(administrator)
    client.post(reverse("accounts:view_as", args=[person.uuid]), {"reason": "Anfrage 4711: Seite bleibt leer"})
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def signed_in(person: User, *, elsewhere: bool = False) -> dict[str, str]:
    """Return the cookie of a session in which somebody has just shown that it is her; perhaps there is another one."""
    if elsewhere:
        signed_in(person)
    client = Client()
    client.force_login(person)
    UserSession.objects.create(user=person, session_key=client.session.session_key, ip="fd00::", user_agent=BROWSER)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def every_block() -> StreamValue:
    """Return a text with each block that a guide may hold, with what its preview shows; a new block joins by itself."""
    stream = GuidePage._meta.get_field("body").stream_block
    blocks = [(name, completed(block)) for name, block in stream.child_blocks.items()]
    return StreamValue(stream, blocks)


def completed(block: Block) -> Any:
    """Return a block's preview with a real picture and real files where the preview has none."""
    value = block.get_preview_value()
    if isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            if isinstance(child, ImageBlock) and not value[name]:
                picture = ImageFactory()
                picture.contextual_alt_text, picture.decorative = "Ein Rathaus mit offener Tür.", False
                value[name] = picture
            elif isinstance(child, DocumentChooserBlock) and not value[name]:
                ending = {"film": "mp4", "captions": "vtt"}.get(name, "pdf")
                value[name] = DocumentFactory(file=ContentFile(FILES[ending], name=f"muster.{ending}"))
                value[name].file.close()
    return value


FILES = {
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    "vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag.\n",
    "pdf": b"%PDF-1.7\n",
}
