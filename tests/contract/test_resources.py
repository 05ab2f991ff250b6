"""What every resource keeps to. A new one is tested by being registered."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from portal.areas import Resource
from portal.search.indexing import index_pending
from portal.views import FilteredListView
from portal.visibility import visible_rows
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def list_url(resource: Resource) -> str:
    assert resource.list_url_name
    return reverse(resource.list_url_name)


def api_url(resource: Resource) -> str:
    return reverse(f"api:{resource.slug}-list")


def key_in_api(resource: Resource, obj: Any) -> str:
    return reverse(f"api:{resource.slug}-detail", args=[getattr(obj, resource.viewset.lookup_field)])


def statements(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured]


def test_a_resource_has_a_name_and_a_page(resource: Resource, make: Any, client: Client) -> None:
    (obj,) = make(resource)
    assert str(obj)
    assert str(obj) in client.get(obj.get_absolute_url()).content.decode()


def test_a_list_costs_the_same_for_one_and_for_many(resource: Resource, make: Any, client: Client) -> None:
    make(resource)
    one = statements(client, list_url(resource))
    make(resource, 9)
    many = statements(client, list_url(resource))
    assert len(many) == len(one), many
    assert len(many) <= 8


def test_an_api_list_costs_the_same_for_one_and_for_many(resource: Resource, make: Any, client: Client) -> None:
    make(resource)
    one = statements(client, api_url(resource))
    make(resource, 9)
    many = statements(client, api_url(resource))
    assert len(many) == len(one), many
    assert len(many) <= 8


def test_a_page_of_one_thing_costs_at_most_eight_statements(resource: Resource, make: Any, client: Client) -> None:
    objects = make(resource, 10)
    assert len(statements(client, objects[0].get_absolute_url())) <= 8


def test_a_page_has_exactly_one_main_heading(resource: Resource, make: Any, client: Client) -> None:
    (obj,) = make(resource)
    for url in (list_url(resource), obj.get_absolute_url()):
        assert client.get(url).content.decode().count("<h1") == 1, url


def test_htmx_gets_the_results_alone(resource: Resource, make: Any, client: Client) -> None:
    (obj,) = make(resource)
    whole = client.get(list_url(resource)).content.decode()
    part = client.get(list_url(resource), headers={"HX-Request": "true"}).content.decode()
    assert str(obj) in part
    assert "<html" in whole
    assert "<html" not in part
    assert 'id="results"' in part


def test_page_and_api_share_one_set_of_filters(resource: Resource) -> None:
    view = resolve(list_url(resource)).func.view_class
    assert issubclass(view, FilteredListView)
    assert view.filterset_class is resource.filterset
    assert resource.viewset.filterset_class is resource.filterset


def test_page_and_api_count_the_same(resource: Resource, make: Any, client: Client) -> None:
    made = {obj.pk for obj in make(resource, 3)}
    assert client.get(list_url(resource)).context["count"] == len(made)
    assert len(client.get(api_url(resource)).json()["results"]) == len(made)


def test_the_api_tells_what_is_wrong_with_a_parameter(resource: Resource, client: Client) -> None:
    for query, name in (
        ("unknown=1", "unknown"),
        ("limit=0", "limit"),
        ("cursor=%00", "cursor"),
        ("cursor=xx", "cursor"),
        ("q=a%00", "q"),
    ):
        answer = client.get(f"{api_url(resource)}?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), query
        assert [error["name"] for error in answer.json()["errors"]] == [name]


def test_a_page_keeps_the_values_and_shows_nothing_when_a_parameter_is_wrong(
    resource: Resource, make: Any, client: Client
) -> None:
    make(resource)
    assert client.get(list_url(resource)).context["count"] == 1
    answer = client.get(f"{list_url(resource)}?unknown=1")
    assert answer.status_code == 400
    assert list(answer.context["object_list"]) == []
    assert "unknown" in answer.context["problems"]


def test_a_list_says_that_it_did_not_search(resource: Resource, make: Any, client: Client) -> None:
    """“0 results” would be a statement about the data; nothing was asked of them."""
    make(resource)
    refused = client.get(list_url(resource), {"gibt-es-nicht": "1"}).content.decode()
    asked = client.get(list_url(resource)).content.decode()
    assert ["Es wurde nicht gesucht" in body for body in (refused, asked)] == [True, False]
    assert "<strong>0</strong> Treffer" not in refused
    assert '<h2 class="kern-title">Bitte prüfen Sie Ihre Angaben</h2>' in refused


def test_pages_of_the_api_meet_every_row_exactly_once(resource: Resource, make: Any, client: Client) -> None:
    objects = make(resource, 7)
    lookup = resource.viewset.lookup_field
    seen: list[str] = []
    url = f"{api_url(resource)}?limit=2"
    while url:
        body = client.get(url).json()
        seen += [row[lookup] for row in body["results"]]
        url = body["next"]
    assert len(seen) == len(set(seen))
    assert set(seen) >= {str(getattr(obj, lookup)) for obj in objects}


def test_an_unchanged_answer_is_not_sent_twice(resource: Resource, make: Any, client: Client) -> None:
    make(resource)
    first = client.get(api_url(resource))
    again = client.get(api_url(resource), headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_what_is_hidden_shows_nowhere(
    restricted_resource: Resource, make: Any, client: Client, editor_client: Client
) -> None:
    resource = restricted_resource
    (shown,) = make(resource)
    (hidden,) = make(resource, hidden=True)
    addresses = (list_url(resource), api_url(resource), f"{list_url(resource)}?q={str(hidden).split()[0]}")
    index_pending()
    # It could leak: who may see it finds it in each of these places. What nobody may see is published for a moment.
    seen_by_editors = visible_rows(resource.model, UserFactory(editor=True)).filter(pk=hidden.pk).exists()
    if not seen_by_editors:
        resource.model._default_manager.filter(pk=hidden.pk).update(live=True)
    for address in addresses:
        assert str(hidden) in editor_client.get(address).content.decode(), address
    assert editor_client.get(hidden.get_absolute_url()).status_code == 200
    assert editor_client.get(key_in_api(resource, hidden)).status_code == 200
    if not seen_by_editors:
        resource.model._default_manager.filter(pk=hidden.pk).update(live=False)
    # Everybody else does not.
    for reader in (client, *([] if seen_by_editors else [editor_client])):
        for address in addresses:
            body = reader.get(address).content.decode()
            assert str(hidden) not in body, address
        assert str(shown) in reader.get(list_url(resource)).content.decode()
        assert reader.get(list_url(resource)).context["count"] == 1
        assert reader.get(hidden.get_absolute_url()).status_code == 404
        assert reader.get(key_in_api(resource, hidden)).status_code == 404
