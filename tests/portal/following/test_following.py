"""Saved searches: what is new and what changes is told, once, to those whom it concerns."""

import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.models import Programme
from funding.vocabularies import Area, Field
from portal.areas import areas
from portal.following.models import Change, Follow, Seen
from portal.following.services import noticing, subscribing
from portal.following.services.matching import matches
from portal.notifications.models import Delivery, Notification, Recipient, Rhythm
from portal.notifications.services.building import build_mails
from portal.notifications.services.sending import deliver
from portal.search.indexing import index_pending, indexed
from portal.search.words import splitter
from tests.factories.accounts import UserFactory
from tests.factories.content import GuideFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.following import FollowFactory
from tests.factories.funding import ProgrammeFactory
from tests.factories.notifications import PreferenceFactory, RecipientFactory

pytestmark = pytest.mark.django_db

FUNDING = "funding-programmes"
FORM = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def _known() -> None:
    """Everything that is there is known: what comes now is new."""
    ProgrammeFactory(title="Seit langem da")
    noticing.remember_all(areas.resource_of(Programme))
    Change.objects.all().delete()


def changed(*programmes: Programme) -> None:
    """What the triggers and the index note when something is saved."""
    Change.objects.bulk_create([Change(resource=FUNDING, key=str(one.pk)) for one in programmes], ignore_conflicts=True)
    noticing.look_at_changes()


def told(recipient: Recipient) -> list[str]:
    rows = Notification.objects.filter(recipient=recipient).order_by("pk")
    return [row.facts["event"] for row in rows]


# --- what is new and what has changed ---


@pytest.mark.usefixtures("_known")
def test_what_is_new_is_told_to_those_whose_search_finds_it_and_to_nobody_else() -> None:
    cycling = FollowFactory(filters={"field": [Field.INFRASTRUCTURE.value]})
    other = FollowFactory(filters={"field": [Field.CULTURE.value]})
    everything = FollowFactory()
    changed(ProgrammeFactory(fields=[Field.INFRASTRUCTURE.value]))
    assert told(cycling.recipient) == ["new"]
    assert told(everything.recipient) == ["new"]
    assert told(other.recipient) == []


@pytest.mark.usefixtures("_known")
def test_the_same_is_told_once_even_where_two_searches_find_it_and_the_message_names_both() -> None:
    one = FollowFactory(title="Erste", rhythm="weekly")
    FollowFactory(title="Zweite", recipient=one.recipient, rhythm="now", filters={"area": [Area.NATIONWIDE.value]})
    programme = ProgrammeFactory()
    changed(programme)
    changed(programme)
    (row,) = Notification.objects.filter(recipient=one.recipient)
    assert row.rhythm == Rhythm.NOW
    assert [entry["title"] for entry in row.facts["follows"]] == ["Erste", "Zweite"]


@pytest.mark.usefixtures("_known")
def test_a_draft_is_told_to_nobody_and_its_publication_once() -> None:
    """C-09."""
    follow = FollowFactory()
    draft = ProgrammeFactory(hidden=True)
    changed(draft)
    assert told(follow.recipient) == []
    Programme.objects.filter(pk=draft.pk).update(live=True, first_published_at=timezone.now())
    changed(draft)
    assert told(follow.recipient) == ["new"]
    Programme.objects.filter(pk=draft.pk).update(live=False)
    changed(draft)
    Programme.objects.filter(pk=draft.pk).update(live=True)
    changed(draft)
    assert told(follow.recipient) == ["new"]


@pytest.mark.usefixtures("_known")
def test_a_deadline_that_moves_is_told_each_time_with_both_dates() -> None:
    programme = ProgrammeFactory(closes_on=timezone.localdate() + timedelta(days=60))
    changed(programme)
    follow = FollowFactory(object_key=str(programme.pk))
    later = timezone.localdate() + timedelta(days=90)
    Programme.objects.filter(pk=programme.pk).update(closes_on=later)
    changed(programme)
    (row,) = Notification.objects.filter(recipient=follow.recipient)
    assert (row.facts["event"], row.facts["deadline"]) == ("deadline", later.isoformat())
    assert row.facts["old"] == (timezone.localdate() + timedelta(days=60)).isoformat()


@pytest.mark.usefixtures("_known")
def test_a_programme_whose_deadline_was_over_is_open_again() -> None:
    programme = ProgrammeFactory(closes_on=timezone.localdate() - timedelta(days=3))
    changed(programme)
    follow = FollowFactory(object_key=str(programme.pk))
    Programme.objects.filter(pk=programme.pk).update(closes_on=timezone.localdate() + timedelta(days=30))
    changed(programme)
    assert told(follow.recipient) == ["reopened"]


@pytest.mark.usefixtures("_known")
def test_a_text_that_changes_is_told_by_its_name_and_a_change_that_nobody_sees_is_not() -> None:
    programme = ProgrammeFactory(requirements="Eigenanteil 10 %")
    changed(programme)
    follow = FollowFactory(object_key=str(programme.pk))
    Programme.objects.filter(pk=programme.pk).update(keywords="Radweg")
    changed(programme)
    assert told(follow.recipient) == []
    Programme.objects.filter(pk=programme.pk).update(requirements="Eigenanteil 20 %")
    changed(programme)
    (row,) = Notification.objects.filter(recipient=follow.recipient)
    assert row.facts["names"] == ["requirements"]


@pytest.mark.usefixtures("_known")
def test_deadlines_are_told_30_and_7_days_before_each_once() -> None:
    programme = ProgrammeFactory(closes_on=date(2027, 3, 31))
    changed(programme)
    follow = FollowFactory(object_key=str(programme.pk))
    for day in (date(2027, 2, 20), date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 24), date(2027, 3, 31)):
        noticing.tell_of_deadlines(day)
    assert told(follow.recipient) == ["closing", "closing"]
    noticing.tell_of_deadlines(date(2027, 4, 1))
    assert told(follow.recipient) == ["closing", "closing"]


def test_the_very_first_look_remembers_everything_and_tells_nobody() -> None:
    follow = FollowFactory()
    programme = ProgrammeFactory()
    changed(programme)
    assert told(follow.recipient) == []
    assert Seen.objects.filter(resource=FUNDING, key=str(programme.pk)).exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_form_saves_is_noted_at_once_without_anybody_asking() -> None:
    programme = ProgrammeFactory()
    assert Change.objects.filter(resource=FUNDING, key=str(programme.pk)).exists()


@pytest.mark.usefixtures("_known")
def test_unconfirmed_and_removed_searches_are_told_nothing() -> None:
    waiting = FollowFactory(recipient=RecipientFactory(subscriber=True, confirmed_at=None), is_confirmed=False)
    gone = FollowFactory()
    subscribing.remove(gone)
    changed(ProgrammeFactory())
    assert told(waiting.recipient) == told(gone.recipient) == []


# --- matching: the same as running each search ---

SEARCHES: dict[str, list[dict[str, list[str]]]] = {
    FUNDING: [
        {},
        {"field": [Field.INFRASTRUCTURE.value]},
        {"field": [Field.INFRASTRUCTURE.value, Field.CULTURE.value], "area": [Area.NATIONWIDE.value]},
        {"q": ["Radweg"]},
        {"q": ["Radweg"], "field": [Field.CULTURE.value]},
        {"municipality": ["08118048"]},
        {"municipality": ["08118048"], "applicant": ["kommune"]},
    ],
    "municipalities": [
        {},
        {"q": ["Ludwigsburg"]},
        {"land": ["08"]},
        {"land": ["08"], "size": ["under-500", "1000-1999"]},
        {"include": ["former"]},
        {"include": ["former"], "land": ["08", "09"]},
    ],
    "guides": [{}, {"q": ["Glasfaser"]}, {"field": ["mobilitaet"]}],
}


@pytest.mark.parametrize("slug", sorted(SEARCHES))
def test_a_change_finds_the_searches_that_would_find_it(slug: str) -> None:
    """What matching answers is what running every search over the changed rows would answer."""
    place = MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    MunicipalityFactory(ags="08118049", name="Altdorf", valid_to=date(2020, 1, 1))
    ProgrammeFactory(title="Radweg bauen", fields=[Field.INFRASTRUCTURE.value])
    ProgrammeFactory(title="Museum", fields=[Field.CULTURE.value], areas=["08"])
    ProgrammeFactory(title="Radweg in Bayern", fields=[Field.CULTURE.value], areas=["09"])
    GuideFactory(title="Glasfaser im Dorf", fields=["mobilitaet"])
    GuideFactory(title="Ein anderer", fields=["energie"])
    assert place.land_id == "08"
    index_pending()
    resource = subscribing.resource_named(slug)
    assert resource is not None
    rows = resource.model._default_manager.all()
    follows = []
    for parameters in SEARCHES[slug]:
        filters = subscribing.filters_of(resource, parameters, queryset=rows)
        assert not filters.problems, (parameters, filters.problems)
        follows.append(FollowFactory(resource=slug, filters=parameters))
    found = matches(resource, list(rows.values_list("pk", flat=True)))
    for follow in follows:
        expected = {
            str(key)
            for key in subscribing.filters_of(resource, follow.parameters, queryset=rows).qs.values_list(
                "pk", flat=True
            )
        }
        assert {key for key, some in found.items() if follow in some} == expected, follow.parameters
        assert expected, follow.parameters


def test_the_cost_does_not_grow_with_the_number_of_searches(django_assert_max_num_queries: Any) -> None:
    programmes = [ProgrammeFactory() for _ in range(3)]
    recipient = RecipientFactory()
    for number in range(40):
        FollowFactory(
            recipient=recipient,
            filters={"q": [f"Wort{number % 4}"], "field": [list(Field.values)[number // 4]]},
        )
    splitter()
    with django_assert_max_num_queries(8):
        matches(areas.resource_of(Programme), [one.pk for one in programmes])


# --- pages ---


def test_a_list_offers_to_save_its_search_with_its_filters() -> None:
    page = Client().get(reverse("funding:programme_list"), {"q": "Radweg", "page": "1"}).content.decode()
    address = re.search(r'href="(/folgen/\?[^"]+)"', page)
    assert address is not None
    assert "q=Radweg" in address[1]
    assert "liste=funding-programmes" in address[1]
    assert "page=" not in address[1]


def test_somebody_with_an_account_saves_a_search_and_finds_it_in_her_list() -> None:
    client = Client()
    person = UserFactory()
    client.force_login(person)
    url = reverse("following:create", query={"liste": FUNDING, "field": Field.CULTURE.value, "sort": "title"})
    assert "Kultur, Medien" in client.get(url).content.decode()
    answer = client.post(url, {"title": "Kultur", "rhythm": "daily"}, follow=True, **FORM)
    assert "Kultur" in answer.content.decode()
    (follow,) = Follow.objects.all()
    assert (follow.recipient.person, follow.parameters) == (person, {"field": [Field.CULTURE.value]})
    again = client.post(url, {"title": "Kultur!", "rhythm": "weekly"}, **FORM)
    assert again.status_code == 302
    (follow,) = Follow.objects.all()
    assert (follow.title, follow.rhythm) == ("Kultur!", "weekly")


def test_an_address_alone_is_told_nothing_before_it_confirms_and_opening_the_link_changes_nothing(
    mailoutbox: list[Any],
) -> None:
    client = Client()
    url = reverse("following:create", query={"liste": FUNDING, "q": "Radweg"})
    answer = client.post(url, {"title": "Radwege", "rhythm": "weekly", "email": "Kim@Example.org"}, **FORM)
    assert answer.url == reverse("following:sent")
    assert "Set-Cookie" not in answer.headers
    build_mails()
    deliver()
    (mail,) = mailoutbox
    assert mail.to == ["kim@example.org"]
    assert "List-Unsubscribe" not in mail.extra_headers
    link = re.search(r"/folgen/bestaetigen/\S+/", mail.body)
    assert link is not None
    assert client.get(link[0]).status_code == 200
    assert not Follow.objects.active().exists()
    assert client.post(link[0]).status_code == 200
    assert Follow.objects.active().get().recipient.confirmed_at is not None
    assert client.post(link[0]).status_code == 200


def test_the_form_of_another_site_is_refused_and_bad_input_keeps_what_was_typed() -> None:
    url = reverse("following:create", query={"liste": FUNDING})
    values = {"title": "Meine Suche", "rhythm": "weekly", "email": "keine Adresse"}
    assert Client().post(url, values).status_code == 403
    answer = Client().post(url, values, **FORM)
    assert answer.status_code == 400
    assert "Meine Suche" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [{}, {"liste": "gibt-es-nicht"}, {"liste": FUNDING, "field": "falsch"}, {"liste": FUNDING, "objekt": "x\x00"}],
)
def test_what_cannot_be_followed_is_a_404(query: dict[str, str]) -> None:
    assert Client().get(reverse("following:create", query=query)).status_code == 404


def test_nobody_follows_more_than_the_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribing, "QUOTA", 2)
    recipient = RecipientFactory()
    FollowFactory(recipient=recipient, filters={"q": ["eins"]})
    FollowFactory(recipient=recipient, filters={"q": ["zwei"]})
    with pytest.raises(ValidationError):
        FollowFactory(recipient=recipient, filters={"q": ["drei"]})


def test_what_was_removed_can_be_brought_back_for_a_week() -> None:
    client = Client()
    follow = FollowFactory()
    client.force_login(follow.recipient.person)
    url = reverse("following:change")
    client.post(url, {"key": str(follow.key), "action": "remove"})
    assert not Follow.objects.active().exists()
    client.post(url, {"key": str(follow.key), "action": "bring-back"})
    assert Follow.objects.active().exists()
    client.post(url, {"key": str(follow.key), "action": "remove"})
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        client.force_login(follow.recipient.person)
        client.post(url, {"key": str(follow.key), "action": "bring-back"})
        assert not Follow.objects.active().exists()
        subscribing.purge()
    assert not Follow.objects.exists()


def test_nobody_changes_what_another_follows() -> None:
    client = Client()
    client.force_login(UserFactory())
    follow = FollowFactory()
    assert client.post(reverse("following:change"), {"key": str(follow.key), "action": "remove"}).status_code == 404
    assert client.post(reverse("following:change"), {"key": "x", "action": "remove"}).status_code == 404
    assert Follow.objects.active().exists()


def test_an_address_alone_has_its_page_behind_a_link_that_nobody_can_make_up() -> None:
    client = Client()
    follow = FollowFactory(recipient=RecipientFactory(subscriber=True))
    from portal.notifications.services.writing import choices_path

    page = choices_path(follow.recipient)
    assert follow.title in client.get(page).content.decode()
    client.post(page, {"key": str(follow.key), "action": "rhythm", "rhythm": "daily"})
    follow.refresh_from_db()
    assert follow.rhythm == "daily"
    assert client.get(page[:-3] + "x/").status_code == 404
    client.post(page, {"action": "forget"})
    assert not Recipient.objects.exists()
    assert client.get(page).status_code == 404


def test_whoever_makes_an_account_with_a_confirmed_address_takes_along_what_it_follows() -> None:
    follow = FollowFactory(recipient=RecipientFactory(subscriber=True, email="kim@example.org"))
    person = UserFactory(email="kim@example.org")
    subscribing.adopt(person, "kim@example.org")
    (own,) = Follow.objects.all()
    assert (own.recipient.person, own.title) == (person, follow.title)


@pytest.mark.usefixtures("_known")
def test_a_feed_lists_what_was_new_last_and_nothing_that_not_everybody_may_see() -> None:
    follow = FollowFactory(filters={"field": [Field.CULTURE.value]})
    changed(ProgrammeFactory(title="Museum & Dorf", fields=[Field.CULTURE.value]))
    hidden = ProgrammeFactory(title="Geheim", fields=[Field.CULTURE.value])
    changed(hidden)
    Programme.objects.filter(pk=hidden.pk).update(live=False)
    answer = Client().get(reverse("following:feed", args=[follow.key]))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert "Museum &amp; Dorf" in text
    assert "Geheim" not in text
    subscribing.remove(follow)
    assert Client().get(reverse("following:feed", args=[follow.key])).status_code == 404


@pytest.mark.usefixtures("_known")
def test_a_calendar_has_the_deadlines_as_whole_days() -> None:
    follow = FollowFactory()
    day = timezone.localdate() + timedelta(days=40)
    changed(ProgrammeFactory(title="Mit Frist", closes_on=day))
    text = Client().get(reverse("following:calendar", args=[follow.key])).content.decode()
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in text
    assert "Mit Frist" in text
    assert text.startswith("BEGIN:VCALENDAR")
    news = FollowFactory(resource="news")
    assert Client().get(reverse("following:calendar", args=[news.key])).status_code == 404


def test_a_choice_for_all_overrides_the_rhythms_of_single_searches() -> None:
    ProgrammeFactory()
    noticing.remember_all(areas.resource_of(Programme))
    follow = FollowFactory(rhythm="now")
    PreferenceFactory(recipient=follow.recipient, kind="following", rhythm=Rhythm.NEVER)
    changed(ProgrammeFactory())
    assert Notification.objects.get(recipient=follow.recipient).rhythm == Rhythm.NEVER
    assert not Notification.objects.visible_to(follow.recipient.person).exists()


@pytest.mark.usefixtures("_known")
def test_one_click_in_a_mail_ends_that_search_and_leaves_the_others(mailoutbox: list[Any]) -> None:
    """RFC 8058 for an address without account."""
    recipient = RecipientFactory(subscriber=True)
    one = FollowFactory(recipient=recipient, filters={"field": [Field.CULTURE.value]})
    other = FollowFactory(recipient=recipient, filters={"field": [Field.INFRASTRUCTURE.value]})
    changed(ProgrammeFactory(fields=[Field.CULTURE.value]))
    build_mails(timezone.now() + timedelta(minutes=3))
    Delivery.objects.update(due_at=timezone.now())
    deliver()
    (mail,) = mailoutbox
    assert one.title in mail.body
    link = re.search(r"/abbestellen/\S+/", mail.body)
    assert link is not None
    assert Client().post(link[0]).status_code == 200
    assert list(Follow.objects.active()) == [other]
    assert "konto/mitteilungen" not in mail.body, "there is no account"
    manage = re.search(r"/folgen/verwalten/\S+/", mail.body)
    assert manage is not None
    assert other.title in Client().get(manage[0]).content.decode()


@pytest.mark.usefixtures("_known")
def test_a_deadline_that_is_taken_away_is_told_to_nobody_and_reminds_nobody() -> None:
    programme = ProgrammeFactory(closes_on=timezone.localdate() + timedelta(days=5))
    changed(programme)
    follow = FollowFactory(object_key=str(programme.pk))
    Programme.objects.filter(pk=programme.pk).update(closes_on=None)
    changed(programme)
    assert noticing.tell_of_deadlines() == 0
    assert told(follow.recipient) == []


def test_an_address_that_has_left_everything_gets_mails_again_once_it_wants_one() -> None:
    follow = FollowFactory(recipient=RecipientFactory(subscriber=True))
    PreferenceFactory(recipient=follow.recipient, kind="following", rhythm=Rhythm.PORTAL)
    subscribing.change_rhythm(follow, "daily")
    assert not follow.recipient.preferences.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_comes_while_the_one_before_is_looked_at_is_not_lost() -> None:
    """With the control that without waiting it would be."""

    def race(note: Any) -> bool:
        Change.objects.all().delete()
        Change.objects.create(resource=FUNDING, key="1")
        noted = threading.Event()

        def come() -> None:
            note()
            connection.close()
            noted.set()

        with transaction.atomic():
            taken = list(Change.objects.select_for_update())
            thread = threading.Thread(target=come)
            thread.start()
            noted.wait(0.5)
            Change.objects.filter(pk__in=[one.pk for one in taken]).delete()
        thread.join()
        return Change.objects.filter(key="1").exists()

    kind = next(one for one in areas.searchables() if one.slug == FUNDING)
    ignoring = [Change(resource=FUNDING, key="1")]
    assert not race(lambda: Change.objects.bulk_create(ignoring, ignore_conflicts=True))
    assert race(lambda: indexed.send(kind, keys=["1"]))
