"""The access table: every address and role with the answer expected. An address that is not listed fails."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories.accounts import UserFactory
from tests.factories.directory import AssociationFactory, MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db

MUNICIPALITY = ["08118048-ludwigsburg"]
PUBLISHED, DRAFT = ["offen"], ["entwurf"]


class Line(NamedTuple):
    """An address, how it is asked, and the status for an anonymous reader, a signed-in person and an editor."""

    name: str
    anonymous: int
    person: int
    editor: int
    args: tuple[str, ...] = ()
    method: str = "GET"
    data: dict[str, str] = {}  # noqa: RUF012 - never changed


READ = (200, 200, 200)
ACCESS = [
    Line("home", *READ),
    Line("accounts:login", 200, 302, 302),
    Line("accounts:logout", 405, 405, 405),
    Line("accounts:logout", 302, 302, 302, method="POST"),
    Line("directory:municipality_list", *READ),
    Line("directory:municipality_detail", *READ, args=("08118048-ludwigsburg",)),
    Line("directory:municipality_detail", 404, 404, 404, args=("08999999-nirgends",)),
    Line("directory:district_list", *READ),
    Line("directory:district_detail", *READ, args=("08118-kreis-08118",)),
    Line("directory:association_list", *READ),
    Line("directory:association_detail", *READ, args=("081185001-verband-081185001",)),
    Line("directory:land_list", *READ),
    Line("directory:land_detail", *READ, args=("08-baden-wuerttemberg",)),
    Line("directory:place_suggestions", *READ),
    Line("directory:germany_map", *READ),
    Line("directory:choose_municipality", 405, 405, 405),
    Line("directory:choose_municipality", 403, 403, 403, method="POST"),  # nothing says that the form is ours
    Line("directory:forget_municipality", 405, 405, 405),
    Line("directory:forget_municipality", 403, 403, 403, method="POST"),
    Line("funding:programme_list", *READ),
    Line("funding:programme_detail", *READ, args=("offen",)),
    Line("funding:programme_detail", 404, 404, 200, args=("entwurf",)),
    Line("funding:programme_state", 403, 403, 200, args=("offen", "withdraw")),
    Line("funding:programme_state", 404, 404, 404, args=("offen", "fly")),
    Line("funding:programme_state", 403, 403, 302, args=("offen", "withdraw"), method="POST"),
    Line("funding:programme_state", 404, 404, 302, args=("entwurf", "publish"), method="POST"),
    Line("funding:programme_checked", 405, 405, 405, args=("offen",)),
    Line("funding:programme_checked", 403, 403, 302, args=("offen",), method="POST"),
    Line("funding:programme_checked", 404, 404, 302, args=("entwurf",), method="POST"),
    Line("api:municipalities-list", *READ),
    Line("api:municipalities-detail", *READ, args=("08118048",)),
    Line("api:districts-list", *READ),
    Line("api:districts-detail", *READ, args=("08118",)),
    Line("api:associations-list", *READ),
    Line("api:associations-detail", *READ, args=("081185001",)),
    Line("api:laender-list", *READ),
    Line("api:laender-detail", *READ, args=("08",)),
    Line("api:funding-programmes-list", *READ),
    Line("api:funding-programmes-detail", *READ, args=("offen",)),
    Line("api:funding-programmes-detail", 404, 404, 200, args=("entwurf",)),
    Line("api:funding-programmes-list", 405, 405, 405, method="POST"),
    Line("api:funding-programmes-detail", 405, 405, 405, args=("offen",), method="DELETE"),
    Line("api:schema", *READ),
    Line("api:docs", *READ),
]


@pytest.fixture(autouse=True)
def _rows() -> None:
    association = AssociationFactory(id="081185001", name="Verband 081185001")
    MunicipalityFactory(ags="08118048", association=association, name="Ludwigsburg")
    ProgrammeFactory(slug="offen")
    ProgrammeFactory(slug="entwurf", hidden=True)


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns, prefix + (f"{entry.namespace}:" if entry.namespace else ""))
        else:
            assert entry.name, f"{entry.pattern} has no name"
            yield prefix + entry.name


@pytest.mark.parametrize("role", ["anonymous", "person", "editor"])
@pytest.mark.parametrize("line", ACCESS, ids=lambda line: f"{line.method} {line.name} {' '.join(line.args)}")
def test_an_address_answers_a_role_as_listed(line: Line, role: str) -> None:
    client = Client()
    if role != "anonymous":
        client.force_login(UserFactory(editor=role == "editor"))
    answer = client.generic(line.method, reverse(line.name, args=line.args))
    assert answer.status_code == getattr(line, role), answer.content[:300]


def test_every_address_is_listed_and_every_line_is_an_address() -> None:
    there = set(names(get_resolver().url_patterns))
    assert len(there) > 20
    assert there == {line.name for line in ACCESS}
