"""Open data: the files of the night."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from portal.areas import areas
from portal.opendata import services
from portal.opendata.models import Dump
from portal.opendata.tasks import write_dumps
from tests.factories.funding import ConditionFactory, ContactFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

PROGRAMMES = "funding-programmes"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def read(kind: str, resource: str = PROGRAMMES) -> str:
    answer: Any = Client().get(reverse("opendata:download", args=[resource, kind]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/gzip"
    assert answer["Content-Disposition"] == f'attachment; filename="{resource}.{kind}.gz"'
    return gzip.decompress(b"".join(answer.streaming_content)).decode()


def lines(kind: str) -> list[dict[str, Any]]:
    if kind == "ndjson":
        return [json.loads(line) for line in read(kind).splitlines()]
    return list(csv.DictReader(io.StringIO(read(kind).removeprefix("\ufeff")), delimiter=";"))


def test_a_file_has_all_that_everybody_may_read_as_the_api_gives_it(client: Client) -> None:
    first = ProgrammeFactory(slug="eins", imported=True, description="Zeile 1\nZeile 2; „mehr“", areas=["08", "09"])
    ContactFactory(programme=first)
    ConditionFactory(programme=first)
    ProgrammeFactory(slug="zwei", title="=1+1")
    ProgrammeFactory(slug="geheim", hidden=True)
    write_dumps()
    told = lines("ndjson")
    assert [one["slug"] for one in told] == ["eins", "zwei"]
    answer = client.get(reverse(f"api:{PROGRAMMES}-detail", args=["eins"])).json()
    differs = {name for name in answer if name != "url" and answer[name] != told[0][name]}
    assert (differs, told[0].keys()) == (set(), answer.keys())
    assert told[0]["url"].endswith("/foerderung/eins/")
    one, two = lines("csv")
    assert (one["slug"], one["areas"], one["attribution"]) == ("eins", "08|09", first.attribution)
    assert one["description"] == "Zeile 1\nZeile 2; „mehr“"
    assert json.loads(one["contacts"])[0]["email"] == "auskunft@example.org"
    assert two["title"] == "'=1+1"


def test_each_list_that_may_be_given_away_has_both_files_with_its_licence(client: Client) -> None:
    assert {one.slug for one in services.open_resources()} >= {PROGRAMMES, "municipalities", "laender"}
    page = client.get(reverse("opendata:index")).content.decode()
    assert "in der kommenden Nacht" in page
    assert services.write_dumps() == 2 * len(services.open_resources())
    page = client.get(reverse("opendata:index")).content.decode()
    assert "in der kommenden Nacht" not in page
    for one in services.open_resources():
        for kind in ("ndjson", "csv"):
            assert reverse("opendata:download", args=[one.slug, kind]) in page
            read(kind, one.slug)
    assert "CC BY-ND 4.0" in page


def test_the_next_night_takes_the_place_of_the_one_before(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ProgrammeFactory()
    with django_capture_on_commit_callbacks(execute=True):
        services.write_dumps()
    before = {one.file.name for one in Dump.objects.all()}
    monkeypatch.setattr("portal.opendata.services.CHUNK", 1)
    ProgrammeFactory.create_batch(2)
    Dump.objects.update(rows=0)
    with django_capture_on_commit_callbacks(execute=True):
        services.write_dumps()
    assert {one.rows for one in Dump.objects.filter(resource=PROGRAMMES)} == {3}
    assert len(lines("ndjson")) == 3
    kept = {f"opendata/{name}" for name in default_storage.listdir("opendata")[1]}
    assert kept == {one.file.name for one in Dump.objects.all()}
    assert not kept & before or len(kept) == len(before)


def test_one_list_that_fails_keeps_its_file_and_no_other_from_theirs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ProgrammeFactory()
    services.write_dumps()
    resource = next(one for one in areas.each("resources") if one.slug == PROGRAMMES)

    def fails(_self: object) -> None:
        message = "The database is gone"
        raise RuntimeError(message)

    monkeypatch.setattr(resource.viewset, "get_queryset", fails)
    assert services.write_dumps() == 2 * (len(services.open_resources()) - 1)
    assert "could not be written" in caplog.text
    assert len(lines("ndjson")) == 1


@pytest.mark.parametrize("address", ["funding-programmes.xml.gz", "organisations.csv.gz", "quark.csv.gz"])
def test_what_there_is_not_is_not_found(client: Client, address: str) -> None:
    services.write_dumps()
    assert client.get(f"{reverse('opendata:index')}{address}").status_code == 404


def test_a_file_that_vanished_is_not_found(client: Client) -> None:
    services.write_dumps()
    default_storage.delete(Dump.objects.get(resource=PROGRAMMES, format="csv").file.name or "")
    assert client.get(reverse("opendata:download", args=[PROGRAMMES, "csv"])).status_code == 404


def test_a_format_that_fails_leaves_nothing_of_the_other_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    ProgrammeFactory()
    monkeypatch.setitem(services.WRITERS, "csv", lambda _file, _resource: 1 // 0)
    assert services.write_dumps() == 0
    assert not Dump.objects.exists()
    assert not default_storage.exists("opendata")
