"""Imports as jobs: ordered on a page or by the clock, done by a worker, with a report that stays."""

import io
import threading
import urllib.error
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from funding.imports import running
from funding.models import Difference, ImportRun, Programme
from funding.services import IMPORT_LOCK
from funding.services.told import IMPORTED
from funding.tasks import do_import, import_from_source
from portal.accounts.models import User
from portal.notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.funding import ImportRunFactory, ProgrammeFactory
from tests.funding.conftest import row

pytestmark = pytest.mark.django_db

type Dump = Callable[..., Path]


@pytest.fixture
def editor() -> User:
    return UserFactory(editor=True)


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.FUNDING_SOURCE = ""
    storage: Any = ImportRun._meta.get_field("file").storage
    storage.__dict__.pop("base_location", None)


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def sent(path: Path, name: str = "programme.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, path.read_bytes(), content_type="text/csv")


def several(number: int, **values: Any) -> list[dict[str, str]]:
    return [row(f"Bund/Muster/programm-{n}", title=f"Programm {n}", **values) for n in range(number)]


def test_an_editor_sends_a_file_and_reads_the_report(
    client: Client, editor: User, dump: Dump, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Any] = []
    monkeypatch.setattr(running.current_app, "send_task", lambda *job: jobs.append(job))
    client.force_login(editor)
    assert "Es gab noch keinen Import" in text(client.get(reverse("funding:imports")))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("funding:imports"), {"file": sent(dump(*several(3)))})
    run = ImportRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, run.get_absolute_url())
    assert jobs == [(running.DOING, [run.pk])]
    assert "Es geht gleich los" in text(client.get(run.get_absolute_url()))
    stored = Path(run.file.path)
    assert stored.exists()
    do_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.counts["created"], run.counts["rejected"]) == ("done", 3, 0)
    assert Programme.objects.filter(live=True).count() == 3
    assert (run.file.name, stored.exists()) == ("", False)
    page = text(client.get(run.get_absolute_url()))
    assert "Neu3" in page
    part = client.get(run.get_absolute_url(), HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part


def test_a_job_that_comes_twice_is_done_once(editor: User, dump: Dump) -> None:
    run = running.order(by=editor, file=sent(dump(*several(1))))
    assert running.do(run.pk) is not None
    assert running.do(run.pk) is None


def test_a_trial_run_changes_nothing_and_tells_nobody(editor: User, dump: Dump) -> None:
    run = running.do(running.order(by=editor, file=sent(dump(*several(2))), is_trial=True).pk)
    assert run is not None
    assert (run.counts["created"], Programme.objects.count(), Notification.objects.count()) == (2, 0, 0)


def test_what_waits_is_told_to_whoever_ordered_it(client: Client, editor: User, dump: Dump) -> None:
    UserFactory(editor=True)
    running.do(running.order(by=editor, file=sent(dump(*several(2)))).pk)
    assert not Notification.objects.exists()
    run = running.do(running.order(by=editor, file=sent(dump(*several(2, description="Anders.")))).pk)
    assert run is not None
    assert (run.counts["held"], Difference.objects.open().count()) == (2, 2)
    told = Notification.objects.get(kind=IMPORTED)
    assert told.recipient.person == editor
    client.force_login(editor)
    assert "Die Quelle sagt zu 2 Programmen etwas anderes" in text(client.get(reverse("funding:imports")))


def test_changes_are_taken_over_at_once_where_an_editor_says_so(client: Client, editor: User, dump: Dump) -> None:
    running.do(running.order(by=editor, file=sent(dump(*several(1)))).pk)
    client.force_login(editor)
    changed = sent(dump(*several(1, description="Anders.")))
    client.post(reverse("funding:imports"), {"file": changed, "takes_over": "on"})
    running.do(ImportRun.objects.first().pk)  # type: ignore[union-attr] # just ordered
    assert Programme.objects.get().description == "Anders."


def test_a_source_that_has_lost_many_asks_and_goes_on_once_an_editor_agrees(
    client: Client, editor: User, dump: Dump
) -> None:
    running.do(running.order(by=editor, file=sent(dump(*several(10)))).pk)
    run = running.do(running.order(by=editor, file=sent(dump(*several(2)))).pk)
    assert run is not None
    assert (run.state, Programme.objects.exclude(absent_since=None).count()) == ("asks", 0)
    assert Notification.objects.filter(kind=IMPORTED).count() == 1
    client.force_login(editor)
    assert "8 von 10" in text(client.get(run.get_absolute_url()))
    for expected in ("waiting", "waiting"):  # a second click does nothing more
        client.post(reverse("funding:go_on_import", args=[run.pk]))
        run.refresh_from_db()
        assert run.state == expected
    again = running.do(run.pk)
    assert again is not None
    assert (again.state, again.counts["absent"], again.file.name) == ("done", 8, "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a;b\n1;2\n", "weder"),
        (b"", "weder"),
        (b"\x00\xff\xfe", "weder"),
    ],
)
def test_what_cannot_be_read_is_said_in_the_report(editor: User, content: bytes, said: str) -> None:
    run = running.do(running.order(by=editor, file=SimpleUploadedFile("x.csv", content)).pk)
    assert run is not None
    assert run.state == "failed"
    assert said in " ".join([run.message, *run.findings])


def test_a_rejected_record_is_named_with_its_line(client: Client, editor: User, dump: Dump) -> None:
    rows = [*several(2), row("Bund/Muster/programm-0", title="Noch einmal")]
    run = running.do(running.order(by=editor, file=sent(dump(*rows))).pk)
    assert run is not None
    assert (run.counts["created"], run.counts["rejected"]) == (2, 1)
    client.force_login(editor)
    assert "Zeile 4" in text(client.get(run.get_absolute_url()))


def test_a_fault_of_ours_is_told_and_nothing_is_changed(
    editor: User, dump: Dump, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(running, "import_programmes", lambda **_kwargs: 1 / 0)
    run = running.do(running.order(by=editor, file=sent(dump(*several(1)))).pk)
    assert run is not None
    assert (run.state, "schiefgegangen" in run.message) == ("failed", True)
    assert "ZeroDivisionError" in caplog.text
    assert Notification.objects.filter(kind=IMPORTED).count() == 1


@pytest.mark.parametrize(
    "data", [{}, {"file": SimpleUploadedFile("x.pdf", b"x")}, {"file": SimpleUploadedFile("x.csv", b"")}]
)
def test_a_form_that_cannot_be_right_is_refused_beside_the_field(
    client: Client, editor: User, data: dict[str, Any]
) -> None:
    client.force_login(editor)
    answer = client.post(reverse("funding:imports"), data)
    assert answer.status_code == 400
    assert "field-error" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_only_editors_order(dump: Dump) -> None:
    with pytest.raises(PermissionDenied):
        running.order(by=UserFactory(), file=sent(dump(*several(1))))


# --- by the clock ---


def test_every_night_the_source_of_the_settings_is_asked(settings: Any, dump: Dump) -> None:
    import_from_source()
    assert not ImportRun.objects.exists()
    settings.FUNDING_SOURCE = str(dump(*several(2)))
    import_from_source()
    run = ImportRun.objects.get()
    assert (run.state, run.name, run.ordered_by) == ("done", settings.FUNDING_SOURCE, None)
    editors = [UserFactory(editor=True), UserFactory(editor=True)]
    settings.FUNDING_SOURCE = str(dump(*several(2, description="Anders.")))
    import_from_source()
    assert {one.recipient.person for one in Notification.objects.filter(kind=IMPORTED)} == set(editors)


def test_a_source_on_another_server_is_fetched(settings: Any, dump: Dump, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FUNDING_SOURCE = "https://daten.example.org/programme.csv"
    content = dump(*several(2)).read_bytes()
    asked: list[Any] = []

    def answer(request: Any, timeout: int) -> io.BytesIO:
        asked.append((request.full_url, request.get_header("User-agent"), timeout))
        return io.BytesIO(content)

    monkeypatch.setattr(running.urllib.request, "urlopen", answer)
    run = running.do_scheduled()
    assert run is not None
    assert (run.state, run.counts["created"]) == ("done", 2)
    assert asked[0][0] == settings.FUNDING_SOURCE
    assert settings.SITE_URL in asked[0][1]
    monkeypatch.setattr(running.fdb_csv, "MAX_BYTES", 10)
    refused = running.do_scheduled()
    assert refused is not None
    assert (refused.state, "größer" in refused.message) == ("failed", True)


def test_a_server_that_cannot_be_reached_is_said(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FUNDING_SOURCE = "https://daten.example.org/programme.csv"

    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr(running.urllib.request, "urlopen", fails)
    run = running.do_scheduled()
    assert run is not None
    assert (run.state, "nicht erreichbar" in run.message) == ("failed", True)


def test_a_path_that_is_not_there_is_said(settings: Any, tmp_path: Path) -> None:
    settings.FUNDING_SOURCE = str(tmp_path / "fehlt.csv")
    run = running.do_scheduled()
    assert run is not None
    assert run.state == "failed"


def test_an_import_whose_worker_was_stopped_is_given_up_and_one_at_work_is_not() -> None:
    long_ago = timezone.now() - timedelta(hours=3)
    lost = ImportRunFactory(state="running", started_at=long_ago, finished_at=None)
    ImportRunFactory(state="running", finished_at=None)
    assert running.give_up_lost_ones() == 1
    lost.refresh_from_db()
    assert (lost.state, "unterbrochen" in lost.message) == ("failed", True)


@pytest.mark.django_db(transaction=True)
def test_while_an_import_is_at_work_none_is_given_up() -> None:
    ImportRunFactory(state="running", started_at=timezone.now() - timedelta(hours=3), finished_at=None)
    held, released = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
            held.set()
            released.wait(20)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    held.wait(20)
    try:
        assert running.give_up_lost_ones() == 0
    finally:
        released.set()
        thread.join()
    assert running.give_up_lost_ones() == 1


def test_protected_programmes_of_our_own_are_never_touched(editor: User, dump: Dump) -> None:
    own = ProgrammeFactory(title="Unseres")
    running.do(running.order(by=editor, file=sent(dump(*several(1)))).pk)
    own.refresh_from_db()
    assert (own.title, own.absent_since) == ("Unseres", None)
