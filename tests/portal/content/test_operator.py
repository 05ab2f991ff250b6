"""Who operates the portal (landscape 3.4, point 20): a deployment without its operator does not pass."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, mailers
from django.core.management import call_command
from django.test import override_settings

from portal.mail import mailer
from portal.operator import DEMANDED, check_operator, operator
from scripts.checks import PRODUCTION

ROOT = Path(__file__).resolve().parent.parent.parent.parent
REAL = {name: PRODUCTION[name] for name in (*DEMANDED, "SITE_URL") if name in PRODUCTION}


@pytest.fixture
def real(settings):
    """Settings as a deployment has them."""
    for name, value in REAL.items():
        setattr(settings, name, value)
    return settings


def problems():
    return [(message.id, message.msg.split()[0]) for message in check_operator(None)]


def test_complete_operator_passes(real):
    assert problems() == []


@pytest.mark.parametrize("name", DEMANDED)
def test_each_missing_value_fails(real, name):
    setattr(real, name, "")
    assert problems() == [("portal.E010", name)]


@pytest.mark.parametrize("value", ["Musterstadt", "MUSTER", "x@muster.example", "https://www.example.org"])
def test_each_placeholder_fails(real, value):
    real.OPERATOR_NAME = value
    assert problems() == [("portal.E010", "OPERATOR_NAME")]


@pytest.mark.parametrize("url", ["http://portal.bund.de", "", "portal.bund.de"])
def test_address_without_tls_fails(real, url):
    real.SITE_URL = url
    assert problems() == [("portal.E011", "SITE_URL")]


def deploy(keep=tuple(PRODUCTION), **changes):
    """Run the very command of a deployment, in its environment or in a part of it."""
    return subprocess.run(
        [
            sys.executable,
            "manage.py",
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
            "--tag",
            "portal",
            "--tag",
            "mail",
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | {name: PRODUCTION[name] for name in keep} | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def test_deployment_passes_with_an_operator_and_fails_as_a_demonstration():
    assert deploy().returncode == 0
    without = deploy(**dict.fromkeys(DEMANDED, ""))
    assert without.returncode == 1
    assert without.stderr.count("portal.E010") == len(DEMANDED)
    demo = deploy(keep=("SECRET_KEY",), DEMO="on")
    assert demo.returncode == 1
    assert "OPERATOR_NAME holds a placeholder" in demo.stderr
    assert "EMAIL_URL is not set" in demo.stderr
    assert "SITE_URL is" in demo.stderr


@override_settings(OPERATOR_ADDRESS=" Hauptstraße 1 ; 10115 Berlin;", OPERATOR_ARBITRATION="")
def test_lines_are_separated_by_semicolons():
    assert operator().address == ("Hauptstraße 1", "10115 Berlin")
    assert operator().arbitration == ()


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (
            "smtp+tls://portal%40bund.de:ge%3Aheim@mail.bund.de:587",
            {"host": "mail.bund.de", "port": 587, "username": "portal@bund.de", "password": "ge:heim", "use_tls": True},
        ),
        ("smtp+ssl://mail.bund.de:465", {"host": "mail.bund.de", "port": 465, "use_ssl": True}),
        ("smtp://relay:25", {"host": "relay", "port": 25}),
        ("", {"host": "localhost", "port": 25}),
    ],
)
def test_mail_server_is_read_from_its_address(url, options):
    entry = mailer(url)
    assert entry == {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": options | {"timeout": 20},
    }
    with override_settings(MAILERS={"default": entry}):
        assert mailers.default.host == options["host"]


def test_mails_of_a_demonstration_are_files(tmp_path):
    with override_settings(MAILERS={"default": mailer("", files=tmp_path / "mails")}):
        EmailMessage("Betreff", "Grüße", to=["ada@gemeinde.example"]).send()
    (file,) = (tmp_path / "mails").iterdir()
    assert "Subject: Betreff" in file.read_text()


def test_known_server_is_used_even_where_mails_could_be_files(tmp_path):
    assert mailer("smtp://relay:25", files=tmp_path)["BACKEND"].endswith("smtp.EmailBackend")


def test_system_checks_of_development_ask_for_no_operator():
    call_command("check", "--tag", "portal")
