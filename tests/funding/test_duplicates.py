"""Programmes that stand here twice: found, made one, taken apart."""

import threading
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.models import ModelLogEntry

from funding.models import LikelyPair, Programme
from funding.services import duplicates, records
from funding.tasks import find_duplicates
from portal.accounts.models import User
from portal.following.models import Follow
from tests.factories.accounts import UserFactory
from tests.factories.following import FollowFactory
from tests.factories.funding import (
    ApplicationFactory,
    ConditionFactory,
    CorrectionFactory,
    LikelyPairFactory,
    ProgrammeFactory,
)

pytestmark = pytest.mark.django_db

TITLE = "Förderung der Digitalisierung in ländlichen Kommunen"
NEARLY = "Förderung der Digitalisierung in den ländlichen Kommunen"


@pytest.fixture
def editor() -> User:
    return UserFactory(editor=True)


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def pairs() -> set[tuple[str, str]]:
    return {(one.first.slug, one.second.slug) for one in LikelyPair.objects.open()}


def test_pairs_are_those_that_look_alike_and_apply_in_the_same_place() -> None:
    ProgrammeFactory(slug="a", title=TITLE, areas=["08"])
    ProgrammeFactory(slug="b", title=NEARLY, areas=["08", "09"])
    ProgrammeFactory(slug="anderswo", title=TITLE, areas=["01"])
    ProgrammeFactory(slug="anderes", title="Radwege bauen", areas=["08"])
    ProgrammeFactory(slug="entwurf", title=TITLE, areas=["08"], hidden=True)
    assert duplicates.find() == 1
    assert pairs() == {("a", "b")}
    find_duplicates()
    assert LikelyPair.objects.count() == 1


def test_a_programme_is_no_double_of_its_part_or_of_its_variant() -> None:
    whole = ProgrammeFactory(title=TITLE, areas=["08"])
    ProgrammeFactory(title=NEARLY, areas=["08"], part_of=whole)
    ProgrammeFactory(title=f"{TITLE}.", areas=["08"], variant_of=whole)
    assert {one.second.title for one in _found()} & {whole.title} == set()
    assert all(whole not in (one.first, one.second) for one in _found())


def _found() -> list[LikelyPair]:
    duplicates.find()
    return list(LikelyPair.objects.open())


def test_a_pair_that_is_none_any_more_is_forgotten_and_one_that_is_two_stays_so(editor: User) -> None:
    first, second = ProgrammeFactory(title=TITLE), ProgrammeFactory(title=NEARLY)
    duplicates.find()
    Programme.objects.filter(pk=second.pk).update(title="Ganz anders")
    assert duplicates.find() == 0
    assert not LikelyPair.objects.exists()
    Programme.objects.filter(pk=second.pk).update(title=NEARLY)
    duplicates.find()
    duplicates.say_distinct(pair=LikelyPair.objects.get(first=first), by=editor)
    assert duplicates.find() == 0
    with pytest.raises(PermissionDenied):
        duplicates.say_distinct(pair=LikelyPair.objects.get(), by=UserFactory())


def test_two_become_one_and_what_hangs_on_it_moves(client: Client, editor: User) -> None:
    kept = ProgrammeFactory(slug="bleibt", title=TITLE, rate_max=None)
    away = ProgrammeFactory(slug="geht", title=NEARLY, rate_max=60, conditions_read_on=date(2026, 5, 1))
    ConditionFactory(programme=away)
    part = ProgrammeFactory(part_of=away)
    application = ApplicationFactory(programme=away)
    same = ApplicationFactory(programme=kept, organisation=application.organisation, title=application.title)
    correction = CorrectionFactory(programme=away)
    follow = FollowFactory(object_key=str(away.pk))
    LikelyPairFactory(first=kept, second=away)
    duplicates.merge(kept=kept, away=away, by=editor)
    kept.refresh_from_db()
    assert (kept.rate_max, kept.conditions_read_on, kept.conditions.count()) == (60, date(2026, 5, 1), 1)
    for thing, name in ((part, "part_of"), (application, "programme"), (correction, "programme"), (same, "programme")):
        thing.refresh_from_db()
        assert getattr(thing, name) == kept, name
    assert application.title != same.title
    assert Follow.objects.get(pk=follow.pk).object_key == str(kept.pk)
    assert not LikelyPair.objects.exists()
    moved = client.get(reverse("funding:programme_detail", args=["geht"]))
    assert (moved.status_code, moved["Location"]) == (301, kept.get_absolute_url())
    api = client.get("/api/v1/funding-programmes/geht/")
    assert (api.status_code, api["Location"]) == (301, "/api/v1/funding-programmes/bleibt/")
    assert [one["slug"] for one in client.get("/api/v1/funding-programmes/").json()["results"]].count("geht") == 0
    for programme in (kept, away):
        assert ModelLogEntry.objects.for_instance(programme).filter(action=duplicates.MERGED).exists()


def test_an_address_leads_on_through_two_mergers(client: Client, editor: User) -> None:
    one, two, three = (ProgrammeFactory() for _ in range(3))
    duplicates.merge(kept=two, away=one, by=editor)
    duplicates.merge(kept=three, away=two, by=editor)
    assert client.get(one.get_absolute_url())["Location"] == three.get_absolute_url()


def test_an_import_does_not_bring_back_what_was_merged(editor: User) -> None:
    kept, away = ProgrammeFactory(), ProgrammeFactory(imported=True, source_key="bund-x")
    duplicates.merge(kept=kept, away=away, by=editor)
    said = {"source_key": "bund-x", "source_url": "https://www.foerderdatenbank.de/x.html", "attribution": "Von"}
    from funding.services import import_programmes

    record = records.ProgrammeRecord(title="Neu", text_format="text", areas=("08",), **said)
    import_programmes(records=[record], imported_from="x", licence="", licence_url="", complete=False)
    away.refresh_from_db()
    assert (away.title, away.live, away.merged_into) == ("Neu", False, kept)


def test_what_was_merged_is_taken_apart_and_not_found_again(client: Client, editor: User) -> None:
    kept, away = ProgrammeFactory(title=TITLE), ProgrammeFactory(title=NEARLY)
    duplicates.merge(kept=kept, away=away, by=editor)
    client.force_login(editor)
    page = client.get(reverse("funding:duplicates"))
    assert NEARLY in text(page)
    address = reverse("funding:take_apart", args=[away.slug])
    assert client.post(address).status_code == 302
    away.refresh_from_db()
    assert (away.live, away.merged_into) == (True, None)
    assert Client().get(away.get_absolute_url()).status_code == 200
    assert duplicates.find() == 0
    assert "bereits zwei" in text(client.post(address, follow=True))


@pytest.mark.parametrize("values", [{"hidden": True}, {"rate_min": 70}])
def test_what_would_contradict_itself_or_is_not_shown_is_refused(editor: User, values: dict[str, Any]) -> None:
    kept, away = ProgrammeFactory(**values, rate_max=None), ProgrammeFactory(rate_max=60)
    with pytest.raises(ValidationError):
        duplicates.merge(kept=kept, away=away, by=editor)
    away.refresh_from_db()
    assert (away.live, away.merged_into) == (True, None)


def test_the_database_knows_that_what_is_merged_is_not_shown() -> None:
    one, other = ProgrammeFactory(), ProgrammeFactory()
    for values in ({"merged_into": other}, {"merged_into": one, "live": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Programme.objects.filter(pk=one.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_make_one_in_one_direction() -> None:
    editors = [UserFactory(editor=True) for _ in range(2)]
    one, other = ProgrammeFactory(), ProgrammeFactory()
    barrier, results = threading.Barrier(2), []

    def work(kept: Programme, away: Programme, by: User) -> None:
        barrier.wait()
        try:
            results.append(duplicates.merge(kept=kept, away=away, by=by))
        except ValidationError as error:
            results.append(error)
        finally:
            connections.close_all()

    orders = ((one, other, editors[0]), (other, one, editors[1]))
    threads = [threading.Thread(target=work, args=order) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(result, ValidationError) for result in results) == 1
    assert Programme.objects.filter(live=True).count() == 1


# --- the pages ---


def test_an_editor_compares_and_makes_one(client: Client, editor: User) -> None:
    first = ProgrammeFactory(slug="a", title=TITLE, funders=["Land"], rate_max=40)
    second = ProgrammeFactory(slug="b", title=NEARLY, funders=["land"])
    duplicates.find()
    client.force_login(editor)
    page = text(client.get(reverse("funding:duplicates")))
    for said in ("1 Paar von Programmen", "Die Titel gleichen sich", "dieselbe Förderstelle", "Das sind zwei"):
        assert said in page, said
    address = f"{reverse('funding:merge')}?bleibt=a&geht=https://x.example/foerderung/b/"
    shown = text(client.get(address))
    assert "bleibt" in shown
    assert "40" in shown
    done = client.post(reverse("funding:merge"), {"bleibt": "a", "geht": "b"}, follow=True)
    assert "Aus zweien ist eines geworden" in text(done)
    second.refresh_from_db()
    assert second.merged_into == first


@pytest.mark.parametrize("query", ["", "?bleibt=a&geht=a", "?bleibt=a&geht=gibt-es-nicht", "?bleibt=a&geht=%00"])
def test_two_that_there_are_not_are_named_beside_the_field(client: Client, editor: User, query: str) -> None:
    ProgrammeFactory(slug="a")
    client.force_login(editor)
    answer = client.get(f"{reverse('funding:merge')}{query}")
    assert answer.status_code == 400
    assert "field-error" in answer.content.decode()


def test_a_pair_is_said_to_be_two(client: Client, editor: User) -> None:
    pair = LikelyPairFactory()
    client.force_login(editor)
    assert client.post(reverse("funding:say_distinct", args=[pair.pk])).status_code == 302
    assert not LikelyPair.objects.open().exists()
    assert "Keine zwei Programme" in text(client.get(reverse("funding:duplicates")))
