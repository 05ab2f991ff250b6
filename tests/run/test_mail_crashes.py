"""Workers that are killed, schedulers that run at once, a database that stops: no mail is lost, none comes twice."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from competence_centre.embedded import ROOT, EmbeddedPostgres
from tests.migrated import copy_to, template_of

DATABASE = "mails"

RECIPIENTS = 300
KILLED = 5

FILL = f"""
from datetime import timedelta
from django.utils import timezone
from portal.notifications.models import Delivery, Digest, Notification, Recipient
Digest.objects.all().delete(); Recipient.objects.all().delete()
now = timezone.now()
people = Recipient.objects.bulk_create(
    Recipient(email=f"abo{{n}}@example.org", confirmed_at=now) for n in range({RECIPIENTS}))
Notification.objects.bulk_create(
    Notification(recipient=one, kind="follow-confirm-test", thread="t", dedupe_key="k", rhythm="weekly",
        created_at=now - timedelta(days=9), due_at=now) for one in people)
"""

DECLARE = """
from datetime import timedelta
from portal.areas import Area, Message, NotificationKind, areas
from portal.notifications.services import building, sending
areas.register(Area(slug="t", label="t", summary="t", order=1, notifications=(NotificationKind(
    slug="follow-confirm-test", label="t", description="t", samples=list,
    message=lambda row, thing: Message(subject="Neues", text="Es gibt Neues.", reason="Test", path="/", link="Weiter"),
),)))
sending.LEASE = timedelta(seconds=1)
"""

WORK = f"""{DECLARE}
import time
from django.db import connection, OperationalError, InterfaceError
import sys
print("ready", flush=True); sys.stdin.readline()
while True:
    try:
        sending.deliver(20)
    except (OperationalError, InterfaceError):
        connection.close()
    time.sleep(0.02)
"""

SCHEDULE = f"""{DECLARE}
import sys
print("ready", flush=True); sys.stdin.readline()
building.build_mails()
"""


MOVED = 20
"""Funding programmes whose deadline is moved."""

SAVED = f"""
from datetime import date, timedelta
from django.utils import timezone
from funding.models import Programme
from portal.areas import areas
from portal.following.models import Change, Seen
from portal.following.services import noticing, subscribing
from portal.notifications.models import Digest, Recipient
from portal.search.indexing import index_pending
Digest.objects.all().delete(); Recipient.objects.all().delete(); Programme.objects.all().delete()
now = timezone.now()
for n in range({MOVED}):
    Programme.objects.create(slug=f"p{{n}}", title=f"Programm {{n}}", areas=["08"], kinds=["zuschuss"], live=True,
        first_published_at=now, last_published_at=now, deadline_model="fenster",
        closes_on=timezone.localdate() + timedelta(days=100))
resource = subscribing.resource_named("funding-programmes")
target = subscribing.Target(resource=resource, object_key="", parameters={{"kind": ["zuschuss"]}})
for one in Recipient.objects.bulk_create(
        Recipient(email=f"abo{{n}}@example.org", confirmed_at=now) for n in range({RECIPIENTS})):
    subscribing.follow(recipient=one, target=target, title="Zuschüsse", rhythm="weekly", is_confirmed=True)
Seen.objects.filter(resource=resource.slug).delete()
noticing.remember_all(resource)
index_pending(); Change.objects.all().delete()
Programme.objects.update(closes_on=timezone.localdate() + timedelta(days=200))
index_pending()
"""

NOTICE = """
import sys
from portal.following.services import noticing
noticing.BATCH = 1
print("ready", flush=True); sys.stdin.readline()
noticing.look_at_changes()
"""

A_WEEK_LATER = """
from datetime import timedelta
from django.db.models import F
from portal.notifications.models import Notification
from portal.notifications.services import building
Notification.objects.update(created_at=F("created_at") - timedelta(days=9), due_at=F("due_at") - timedelta(days=9))
building.build_mails()
"""


class Mailbox:
    """Keeps every mail that was handed over, as one that knows nothing of identifiers would."""

    def __init__(self):
        self.got = []
        self.lock = threading.Lock()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library's name
        await asyncio.sleep(0.01)  # a real one takes its time, too
        message = message_from_bytes(envelope.content, policy=policy.default)
        with self.lock:
            self.got.append((envelope.rcpt_tos[0], str(message["Message-ID"])))
        return "250 OK"


@pytest.fixture(scope="module")
def server():
    folder = ROOT / "var" / "test" / f"mail-crashes-{os.getpid()}"
    copy_to(folder)
    with EmbeddedPostgres(folder, fast=True) as running:
        running.ensure_database(DATABASE, template_of(running))
        run(running, 0, "", "migrate")
        yield running
    running.remove()


@pytest.fixture
def mailbox():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.port = port
    yield box
    controller.stop()


def environment(server, port):
    return os.environ | {
        "DATABASE_URL": server.url(DATABASE),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "LOG_LEVEL": "CRITICAL",
    }


def run(server, port, code, *command):
    subprocess.run(
        [sys.executable, ROOT / "manage.py", *(command or ("shell", "--no-imports", "-c", code))],
        env=environment(server, port),
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def start(server, port, code):
    """Start a process and wait until its Django is set up."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "shell", "--no-imports", "-c", code],
        env=environment(server, port),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process):
    """Let a process begin."""
    process.stdin.write("go\n")
    process.stdin.flush()
    return process


def end(process):
    """Kill a process, as a crash would, and close what leads to it."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def states(server):
    with server.connect(DATABASE) as connection:
        rows = connection.execute("SELECT state, count(*) FROM notifications_delivery GROUP BY state").fetchall()
    return dict(rows)


def in_doubt(server):
    """Count the mails that are with the mail server, for all that the database knows."""
    with server.connect(DATABASE) as connection:
        return connection.execute(
            "SELECT count(*) FROM notifications_delivery WHERE state = 'sending' AND handed_at IS NOT NULL"
        ).fetchone()[0]


def wait_until_sent(server, seconds=60):
    began = time.monotonic()
    while states(server) != {"sent": RECIPIENTS}:
        assert time.monotonic() - began < seconds, states(server)
        time.sleep(0.1)


def judge(mailbox, doubtful):
    """One mail for each: the same identifier is the same mail. Handed over again is only what was in doubt."""
    identifiers = {}
    for recipient, identifier in mailbox.got:
        identifiers.setdefault(recipient, set()).add(identifier)
    assert len(identifiers) == RECIPIENTS
    assert all(len(some) == 1 for some in identifiers.values())
    assert len(mailbox.got) - RECIPIENTS <= doubtful


def test_workers_killed_at_random_points_lose_nothing_and_repeat_nothing(server, mailbox):
    """Domains 0.1, X3."""
    run(server, mailbox.port, FILL)
    run(server, mailbox.port, f"{DECLARE}\nbuilding.build_mails()")
    chance = random.Random(20261129)  # noqa: S311 - moments, no secrets
    waiting = [start(server, mailbox.port, WORK) for _ in range(KILLED + 2)]
    working = [go(waiting.pop()), go(waiting.pop())]
    doubtful = 0
    try:
        while waiting:
            time.sleep(chance.uniform(0.05, 0.4))
            end(working.pop(0))
            doubtful += in_doubt(server)
            working.append(go(waiting.pop()))
        assert states(server) != {"sent": RECIPIENTS}, "all was sent before the last was killed"
        wait_until_sent(server)
    finally:
        for worker in working:
            end(worker)
    judge(mailbox, doubtful)


def test_a_moved_deadline_is_told_once_to_each_saved_search_although_workers_are_killed(server, mailbox):
    """From the change of a funding programme to the mail, with kills on the whole way."""
    run(server, mailbox.port, SAVED)
    chance = random.Random(6)  # noqa: S311 - moments, no secrets
    killed_in_the_middle = 0
    waiting = [start(server, mailbox.port, NOTICE) for _ in range(4)]
    while waiting:
        before = changes_left(server)
        worker = go(waiting.pop())
        if waiting:
            while worker.poll() is None and changes_left(server) == before > 0:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.1))  # somewhere within the next programme
            end(worker)
            killed_in_the_middle += 0 < changes_left(server) < MOVED
        else:
            worker.communicate()
    assert killed_in_the_middle, "no worker was killed between two programmes"
    assert changes_left(server) == 0
    with server.connect(DATABASE) as connection:
        told = connection.execute(
            "SELECT recipient_id, count(*) FROM notifications_notification GROUP BY recipient_id"
        ).fetchall()
    assert (len(told), {number for _recipient, number in told}) == (RECIPIENTS, {MOVED})
    run(server, mailbox.port, A_WEEK_LATER)
    first, second = (start(server, mailbox.port, WORK) for _ in range(2))
    try:
        go(first)
        while len(mailbox.got) < RECIPIENTS / 4:
            time.sleep(0.01)
        end(first)
        doubtful = in_doubt(server)
        go(second)
        wait_until_sent(server)
    finally:
        end(second)
    judge(mailbox, doubtful)


def changes_left(server):
    with server.connect(DATABASE) as connection:
        return connection.execute("SELECT count(*) FROM following_change").fetchone()[0]


def test_three_schedulers_at_once_make_one_mail_for_each(server, mailbox):
    """C-10, with processes of their own."""
    run(server, mailbox.port, FILL)
    schedulers = [start(server, mailbox.port, SCHEDULE) for _ in range(3)]
    threads = [threading.Thread(target=one.communicate, args=["go\n"]) for one in schedulers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [one.returncode for one in schedulers] == [0, 0, 0]
    assert states(server) == {"queued": RECIPIENTS}
    run(server, mailbox.port, f"{DECLARE}\nsending.deliver()")
    judge(mailbox, 0)
    assert Counter(recipient for recipient, _identifier in mailbox.got).most_common(1)[0][1] == 1


def test_a_database_that_restarts_in_the_middle_costs_no_mail(server, mailbox):
    run(server, mailbox.port, FILL)
    run(server, mailbox.port, f"{DECLARE}\nbuilding.build_mails()")
    worker = go(start(server, mailbox.port, WORK))
    try:
        while len(mailbox.got) < RECIPIENTS / 4:
            time.sleep(0.01)
        server.stop()
        server.start()
        doubtful = in_doubt(server) + 1
        wait_until_sent(server)
    finally:
        end(worker)
    judge(mailbox, doubtful)
