"""The access table: every address and role with the answer expected. An address that is not listed fails.

The editors' admin has some hundred addresses and one rule for all of them: test_admin_access.py.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.factories.accounts import DataExportFactory, UserFactory
from tests.factories.content import GuideFactory
from tests.factories.directory import AssociationFactory, MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db

MUNICIPALITY = ["08118048-ludwigsburg"]
GUIDE, DRAFT_GUIDE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
EXPORT = "33333333-3333-4333-8333-333333333333"
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
    Line("theme", 405, 405, 405),
    Line("theme", 403, 403, 403, method="POST"),  # nothing says that the form is ours
    Line("styleguide", 404, 404, 404),  # neither development nor demonstration
    Line("robots_txt", *READ),
    Line("sitemap", *READ),
    Line("sitemap_part", *READ, args=("pages",)),
    Line("sitemap_part", 404, 404, 404, args=("nothing",)),
    Line("security_txt", 404, 404, 404),  # without a contact in the settings
    Line("search:results", *READ),
    Line("content:guide_list", *READ),
    Line("content:study_list", *READ),
    Line("content:news_list", *READ),
    Line("wagtail_serve", *READ, args=("leitfaeden/offener-leitfaden/",)),
    Line("wagtail_serve", 404, 404, 404, args=("leitfaeden/entwurf-eines-leitfadens/",)),  # drafts: in the admin
    Line("wagtail_serve", 403, 403, 403, args=("leitfaeden/offener-leitfaden/",), method="POST"),
    Line("content:imprint", *READ),
    Line("content:privacy", *READ),
    Line("content:accessibility", *READ),
    Line("content:plain_language", *READ),
    Line("content:sign_language", *READ),
    Line("content:contact", *READ),
    Line("content:report_barrier", *READ),
    Line("content:report_barrier", 403, 403, 403, method="POST"),  # nothing says that the form is ours
    Line("content:barrier_reported", 404, 404, 404, args=("made-up",)),
    Line("content:feedback", 405, 405, 405),
    Line("content:feedback", 403, 403, 403, method="POST"),  # likewise
    Line("content:feedback_given", *READ),
    Line("accounts:login", 200, 302, 302),
    Line("accounts:logout", 405, 405, 405),
    Line("accounts:logout", 302, 302, 302, method="POST"),
    Line("accounts:own_data", 302, 200, 200),
    Line("accounts:request_export", 302, 405, 405),
    Line("accounts:request_export", 302, 302, 302, method="POST"),
    Line("accounts:fetch_export", 302, 404, 404, args=(EXPORT,)),  # another person's; test_own_data.py: one's own
    Line("accounts:erase", 302, 200, 200),
    Line("accounts:erase", 302, 200, 200, method="POST"),  # without the password: the form again
    Line("accounts:erased", *READ),
    Line("accounts:record_of_processing", *READ),
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
    Line("content:picture", 404, 404, 404, args=("images/nirgends.png",)),
    Line("content:picture", 404, 404, 404, args=("documents/geheim.pdf",)),
    Line("wagtaildocs_serve", 404, 404, 404, args=("999999", "nirgends.pdf")),
    Line("api:guides-list", *READ),
    Line("api:guides-detail", *READ, args=(GUIDE,)),
    Line("api:guides-detail", 404, 404, 404, args=(DRAFT_GUIDE,)),
    Line("api:guides-list", 405, 405, 405, method="POST"),
    Line("api:studies-list", *READ),
    Line("api:studies-detail", 404, 404, 404, args=(DRAFT_GUIDE,)),
    Line("api:news-list", *READ),
    Line("api:news-detail", 404, 404, 404, args=(DRAFT_GUIDE,)),
    Line("api:schema", *READ),
    Line("api:docs", *READ),
]


@pytest.fixture(autouse=True)
def _rows() -> None:
    association = AssociationFactory(id="081185001", name="Verband 081185001")
    MunicipalityFactory(ags="08118048", association=association, name="Ludwigsburg")
    DataExportFactory(uuid=EXPORT, state="ready", ready_at=timezone.now(), file="exports/of-another-person.zip")
    ProgrammeFactory(slug="offen")
    ProgrammeFactory(slug="entwurf", hidden=True)
    GuideFactory(slug="offener-leitfaden", translation_key=GUIDE)
    GuideFactory(slug="entwurf-eines-leitfadens", translation_key=DRAFT_GUIDE, hidden=True)


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern) == "redaktion/":
                continue
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
