"""The API's documentation page says what the schema says."""

import re
from html import unescape

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from competence_centre.api_documentation import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_page_names_every_address_parameter_and_field_of_the_schema(client: Client, schema: dict) -> None:
    text = unescape(client.get("/api/v1/docs/").content.decode())
    assert sorted(re.findall(r"<code>GET (/api/[^<]+)</code>", text)) == sorted(schema["paths"])
    shown = set(re.findall(r'<th scope="row"><code>([^<]+)</code>', text))
    lists = [item["get"] for path, item in schema["paths"].items() if "{" not in path]
    parameters = {parameter["name"] for operation in lists for parameter in operation.get("parameters", ())}
    fields = {
        name
        for key, part in schema["components"]["schemas"].items()
        if not key.startswith("Paginated")
        for name in part.get("properties", {})
    }
    assert shown == parameters | fields


def test_values_are_described_without_the_syntax_of_schemas() -> None:
    reader = Reader(
        {
            "paths": {},
            "components": {
                "schemas": {
                    "Level": {"enum": ["eu", "bund"], "type": "string"},
                    "Place": {"type": "object", "properties": {}},
                }
            },
        }
    )
    level = {"$ref": "#/components/schemas/Level"}
    place = {"$ref": "#/components/schemas/Place"}
    lines = [
        reader._line("a", {"type": ["string", "null"], "format": "date"}, ""),
        reader._line("b", {"type": "array", "items": level}, "Wer gibt\n* `eu` - EU"),
        reader._line("c", {"oneOf": [place, {"type": "null"}]}, ""),
    ]
    assert [(line.name, line.values, line.meaning) for line in lines] == [
        ("a", (), ""),
        ("b", ("eu", "bund"), "Wer gibt"),
        ("c", (), ""),
    ]
    assert lines[2].kind.startswith("Place ")
