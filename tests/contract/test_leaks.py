"""What a person may not see is neither found, counted, suggested, fed nor cached: for every kind with hidden rows."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.areas import Resource
from portal.search.indexing import index_pending, recount_words
from portal.search.models import Entry, Word
from tests.factories import factory_for
from tests.factories.following import FollowFactory

pytestmark = pytest.mark.django_db

SECRET = "Zwiebelfischquark"


def make(resource: Resource) -> Any:
    """Make a row that could leak."""
    name = "title" if hasattr(resource.model, "title") else "name"
    return factory_for(resource.model)(hidden=True, **{name: SECRET})


def test_nothing_hidden_leaks_from_search_suggestions_lists_or_feeds(restricted_resource: Resource) -> None:
    resource = restricted_resource
    row = make(resource)
    index_pending()
    recount_words()
    assert (
        Entry.objects.filter(kind=resource.slug, key=str(row.pk), title=SECRET).exists() or not resource.list_url_name
    )
    client = Client()
    for _again in range(2):  # the second answer may come out of a cache
        answer = client.get(reverse("search:results"), {"q": SECRET})
        assert answer.context["count"] == 0
        assert not any(line["count"] for facet in answer.context["facets"] for line in facet["values"])
        everything = client.get(reverse("search:results"), {"kind": resource.slug})
        assert everything.context["count"] == 0
        assert SECRET.lower() not in everything.content.decode().lower()
        assert json.loads(client.get(reverse("search:suggest"), {"q": SECRET[:6]}).content) == []
        assert SECRET not in client.get(reverse(f"api:{resource.slug}-list")).content.decode()
        if resource.list_url_name:
            assert SECRET not in client.get(reverse(resource.list_url_name)).content.decode()
    mistyped = client.get(reverse("search:results"), {"q": SECRET[:-1] + "g"}).content.decode()
    assert SECRET.lower() not in mistyped.lower(), "offered as a correction"
    assert not Word.objects.filter(word=SECRET.lower()).exists()
    if resource.list_url_name:
        feed = client.get(reverse("following:feed", args=[FollowFactory(resource=resource.slug).key]))
        assert SECRET not in feed.content.decode()
        saving = client.get(reverse("following:create"), {"liste": resource.slug, "objekt": str(row.pk)})
        assert saving.status_code == 404
