"""The closed lists over the API."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from funding.vocabularies import Availability, Kind, Verdict
from portal.directory.vocabularies import FieldOfAction

pytestmark = pytest.mark.django_db


def lists(client: Client, resource: str, part: str) -> dict[str, list[tuple[str, str]]]:
    told: Any = client.get(reverse("api:vocabularies")).json()
    found = next(one for one in told["resources"] if one["resource"] == resource)
    return {one["name"]: [(value["code"], value["label"]) for value in one["values"]] for one in found[part]}


def test_fields_and_filters_have_their_codes_with_labels(client: Client) -> None:
    fields = lists(client, "funding-programmes", "fields")
    assert fields["kinds"] == [(code, str(label)) for code, label in Kind.choices]
    assert fields["fields_of_action"] == [(code, str(label)) for code, label in FieldOfAction.choices]
    assert fields.keys() >= {"deadline_model", "cumulation", "early_start", "state_aid", "source"}
    filters = lists(client, "funding-programmes", "filters")
    assert filters["availability"] == [(code, str(label)) for code, label in Availability.choices]
    assert filters["fit"] == [(code, str(label)) for code, label in Verdict.choices]
    assert "sort" not in filters


def test_a_parameter_is_refused_by_name(client: Client) -> None:
    answer = client.get(reverse("api:vocabularies"), {"resource": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "resource")
