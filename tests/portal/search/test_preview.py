"""What a group of synonyms changes is shown before it is switched on."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.search.indexing import index_pending
from portal.search.models import SynonymGroup
from portal.search.preview import effects
from tests.factories.accounts import UserFactory
from tests.factories.content import GuideFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> SynonymGroup:
    GuideFactory(title="Quitte im Garten")
    GuideFactory(title="Xylophon im Garten")
    GuideFactory(title="Xylophon im Entwurf", hidden=True)
    index_pending()
    return SynonymGroup.objects.create(words=["Quitte", "Xylophon"], is_active=False)


def test_each_word_says_what_it_finds_without_and_with_the_group(group: SynonymGroup) -> None:
    first, second = effects(group.words, group=group.pk)
    assert (first.word, first.without, first.with_group, list(first.added)) == ("Quitte", 1, 2, ["Xylophon im Garten"])
    assert (second.word, second.without, second.with_group) == ("Xylophon", 1, 2)


def test_it_is_the_same_whether_or_not_the_group_is_in_use(group: SynonymGroup) -> None:
    before = effects(group.words, group=group.pk)
    SynonymGroup.objects.update(is_active=True)
    assert effects(group.words, group=group.pk) == before


def test_editors_see_it_beside_the_group(group: SynonymGroup) -> None:
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    page = client.get(reverse("wagtailsnippets_search_synonymgroup:edit", args=[group.pk])).content.decode()
    assert "Xylophon im Garten" in page
    assert client.get(reverse("wagtailsnippets_search_synonymgroup:add")).status_code == 200
