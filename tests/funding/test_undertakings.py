"""Typical undertakings: what helps with each, of every kind, and what does not fit is left out."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

import funding
from funding.models import Undertaking
from portal.search.indexing import index_pending
from tests.factories.accounts import UserFactory
from tests.factories.content import GuideFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ConditionFactory, ProgrammeFactory, UndertakingFactory

pytestmark = pytest.mark.django_db

FOUNDED = json.loads(
    (Path(funding.__file__).parent / "founding_data" / "undertakings.json").read_text(encoding="utf-8")
)


def test_there_are_thirty_to_begin_with_each_complete() -> None:
    assert len(FOUNDED) == 30
    for entry in FOUNDED:
        Undertaking(**{**entry, "slug": f"neu-{entry['slug']}"}).full_clean()
    assert Undertaking.objects.filter(slug="schul-it").exists()


def test_an_undertaking_leads_to_what_helps_and_leaves_out_what_does_not_fit(client: Client) -> None:
    undertaking = UndertakingFactory(title="Quitten anbauen", words=["Quitten", "Obstwiese"])
    ProgrammeFactory(title="Quitten und Obstwiese", conditions_read_on=date(2026, 1, 1))
    ConditionFactory(programme__title="Quitten für Dörfer", maximum=500)
    ProgrammeFactory(title="Quitten anderswo", areas=["09"])
    ProgrammeFactory(title="Quitten im Entwurf", hidden=True)
    ProgrammeFactory(title="Radwege")
    GuideFactory(title="Quitten pflegen", slug="quitten")
    index_pending()
    everywhere = client.get(undertaking.get_absolute_url())
    assert {group.resource.slug for group in everywhere.context["groups"]} == {"guides", "funding-programmes"}
    client.cookies["kommune"] = MunicipalityFactory(ags="08118048", population=93_593).pk
    page = client.get(undertaking.get_absolute_url())
    groups = {group.resource.slug: group.things for group in page.context["groups"]}
    assert [str(thing) for thing, _reason in groups["funding-programmes"]] == ["Quitten und Obstwiese"]
    assert [str(thing) for thing, _reason in groups["guides"]] == ["Quitten pflegen"]
    assert all(reason for _thing, reason in groups["funding-programmes"])


def test_those_not_in_use_are_for_editors_alone(client: Client) -> None:
    hidden = UndertakingFactory(title="Noch geheim", hidden=True)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert "Noch geheim" not in client.get("/foerderung/vorhaben/").content.decode()
    client.force_login(UserFactory(editor=True))
    assert client.get(hidden.get_absolute_url()).status_code == 200


def test_nothing_found_says_what_to_do(client: Client) -> None:
    undertaking = UndertakingFactory(words=["Xylophonorchester"])
    assert "Noch ist nichts bekannt, was hilft" in client.get(undertaking.get_absolute_url()).content.decode()


def test_an_undertaking_without_words_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        UndertakingFactory.build(words=[]).full_clean()
    assert "words" in refused.value.message_dict
