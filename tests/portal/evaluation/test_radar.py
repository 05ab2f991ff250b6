"""The technology radar: recommendations have reasons and a history, proposals get answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.evaluation.models import Proposal, RingChange, Technology
from portal.evaluation.picture import CENTRE, RADII, blips
from portal.evaluation.services import radar
from portal.notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.content import GuideFactory
from tests.factories.evaluation import ProposalFactory, RingChangeFactory, TechnologyFactory

pytestmark = pytest.mark.django_db

VALUES: dict[str, Any] = {
    "name": "LoRaWAN",
    "slug": "lorawan",
    "summary": "Funk für Sensoren",
    "description": "Sensoren senden über Kilometer.",
    "ring": "erproben",
    "maturity": "markt",
    "fields": ["mobilitaet"],
    "risks": "",
    "evidence": "Mehrere Kommunen.",
    "sources": "https://example.org/bericht",
    "owner": "",
    "review_due_on": "2030-01-01",
    "is_published": "on",
}


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(UserFactory(editor=True))
    return client


def test_a_new_technology_needs_a_reason_and_begins_its_history(editor: Client) -> None:
    url = reverse("evaluation:new_technology")
    answer = editor.post(url, VALUES)
    assert answer.status_code == 400
    assert "Bitte sagen Sie, warum" in answer.content.decode()
    assert editor.post(url, VALUES | {"reason": "Gute Erfahrungen"}).status_code == 302
    (change,) = RingChange.objects.all()
    assert (change.before, change.after, change.reason) == ("", "erproben", "Gute Erfahrungen")


def test_a_change_of_the_recommendation_is_kept_and_read_by_all(editor: Client) -> None:
    technology = TechnologyFactory(slug="lorawan", ring="erproben")
    RingChangeFactory(technology=technology)
    url = reverse("evaluation:edit_technology", args=["lorawan"])
    values = {name: value for name, value in VALUES.items() if name != "slug"} | {"ring": "einsetzen"}
    assert editor.post(url, values).status_code == 400
    assert editor.post(url, values | {"reason": "In Betrieb bewährt"}).status_code == 302
    page = Client().get(technology.get_absolute_url()).content.decode()
    assert "In Betrieb bewährt" in page
    assert "erproben → einsetzen" in page
    assert editor.post(url, values).status_code == 302, "without a change no reason is needed"
    assert RingChange.objects.count() == 2


def test_each_is_drawn_inside_its_ring_and_listed_with_the_same_number() -> None:
    technologies = [TechnologyFactory(ring=ring) for ring in RADII for _ in range(4)]
    rings = list(RADII)
    for blip in blips(technologies):
        distance = ((float(blip.x) - CENTRE) ** 2 + (float(blip.y) - CENTRE) ** 2) ** 0.5
        outer = RADII[blip.technology.ring]
        position = rings.index(blip.technology.ring)
        inner = RADII[rings[position + 1]] if position + 1 < len(rings) else 0
        assert inner < distance < outer
    page = Client().get(reverse("evaluation:radar")).content.decode()
    assert page.count('class="radar__blip"') == len(technologies)


def test_a_proposal_is_answered_once_and_who_made_it_is_told(editor: Client) -> None:
    person = UserFactory()
    client = Client()
    client.force_login(person)
    assert client.post(reverse("evaluation:propose"), {"name": "", "reason": "x"}).status_code == 400
    client.post(reverse("evaluation:propose"), {"name": "Digitale Zwillinge", "reason": "Für die Planung"})
    proposal = Proposal.objects.get()
    url = reverse("evaluation:answer", args=[proposal.pk])
    assert editor.post(url, {"accepted": "no", "text": ""}).status_code == 400
    assert editor.post(url, {"accepted": "no", "text": "Noch zu früh"}).status_code == 302
    assert editor.post(url, {"accepted": "yes", "text": "Doch"}).status_code == 400
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("declined", "Noch zu früh")
    assert Notification.objects.get(recipient__person=person).kind == "proposal-answered"
    assert "Noch zu früh" in client.get(reverse("evaluation:propose")).content.decode()
    assert "Noch zu früh" in client.get(reverse("notifications:inbox")).content.decode()


def test_who_is_responsible_is_told_once_that_a_judgement_is_due() -> None:
    owner = UserFactory()
    TechnologyFactory(owner=owner, review_due_on=timezone.localdate() - timedelta(days=1))
    TechnologyFactory(owner=owner)
    assert radar.tell_of_due_technologies() == 1
    assert radar.tell_of_due_technologies() == 0


def test_nobody_sees_the_proposals_of_others() -> None:
    own = ProposalFactory()
    ProposalFactory()
    assert list(Proposal.objects.visible_to(own.person)) == [own]


def test_a_draft_is_on_the_radar_of_its_keepers_alone(editor: Client) -> None:
    draft = TechnologyFactory(name="Geheimfunk", hidden=True)
    assert "Geheimfunk" in editor.get(reverse("evaluation:radar")).content.decode()
    assert "Geheimfunk" not in Client().get(reverse("evaluation:radar")).content.decode()
    assert Technology.objects.get(pk=draft.pk).is_published is False


def test_what_areas_offer_about_its_fields_stands_beside_it_each_with_its_reason() -> None:
    GuideFactory(title="Pendelbusse planen", fields=["mobilitaet"])
    GuideFactory(title="Wärmenetz", fields=["energie"])
    GuideFactory(title="Entwurf zum Verkehr", fields=["mobilitaet"], hidden=True)
    page = Client().get(TechnologyFactory(fields=["mobilitaet"]).get_absolute_url()).content.decode()
    assert "Leitfäden zu diesen Handlungsfeldern" in page
    assert "Pendelbusse planen" in page
    assert "Wärmenetz" not in page
    assert "Entwurf zum Verkehr" not in page
