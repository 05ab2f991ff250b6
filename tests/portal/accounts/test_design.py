"""Every page and every mail of signing in is ours, in formal German, not the one that django-allauth brings along."""

from pathlib import Path
from typing import Any

import allauth
import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

from portal.accounts.adapters import CHANGED, AccountAdapter
from tests.architecture.test_foreign_messages import INFORMAL
from tests.factories.accounts import UserFactory

THEIRS = Path(allauth.__file__).parent / "templates"
OURS = Path(settings.BASE_DIR) / "templates"
FOLDERS = ("account", "mfa", "socialaccount", "usersessions")
NEVER_SHOWN = {
    "frames and parts of allauth's own pages": (
        "account/base_",
        "account/snippets/",
        "mfa/base_",
        "mfa/recovery_codes/base.html",
        "mfa/totp/base.html",
        "mfa/webauthn/base.html",
        "mfa/webauthn/snippets/",
        "socialaccount/base_",
        "socialaccount/snippets/",
        "usersessions/base_",
    ),
    "codes in place of links when confirming an address or resetting a password": (
        "account/confirm_email_verification_code.html",
        "account/confirm_password_reset_code.html",
        "account/email/password_reset_code_",
    ),
    "telephone numbers, which nobody is asked for": (
        "account/confirm_phone_verification_code.html",
        "account/phone_change.html",
        "account/messages/phone_",
    ),
    "signing up by passkey, or not at all": (
        "account/signup_by_passkey.html",
        "account/signup_closed.html",
        "mfa/webauthn/signup_form.html",
    ),
    "several addresses for one account": ("account/email.html",),
    "a decorator that no view of ours has": ("account/verified_email_required.html",),
    "addresses that are not routed": ("mfa/recovery_codes/download.txt", "mfa/trust.html"),
    "a mail that nothing sends": ("account/email/email_confirm_",),
    "cookies with SameSite=Strict; ours are Lax": ("socialaccount/login_redirect.html",),
}
ENGLISH = (" the ", " your ", " you ", " please ", " has been ")


def test_every_template_is_ours_or_never_shown() -> None:
    allowed = tuple(start for starts in NEVER_SHOWN.values() for start in starts)
    theirs = {str(path.relative_to(THEIRS)) for folder in FOLDERS for path in (THEIRS / folder).rglob("*.*")}
    assert len(theirs) > 80
    assert {name for name in theirs if not (OURS / name).exists() and not name.startswith(allowed)} == set()
    for name in theirs:
        if not name.startswith(allowed):
            assert OURS in Path(get_template(name).origin.name).parents, name


def test_what_is_never_shown_has_no_address() -> None:
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not names & {"mfa_trust", "mfa_download_recovery_codes", "account_signup_by_passkey", "account_change_phone"}


MAILS = sorted(
    str(path.relative_to(OURS)).removesuffix("_subject.txt")
    for folder in FOLDERS
    for path in (OURS / folder / "email").rglob("*_subject.txt")
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mail", MAILS)
def test_every_mail_is_formal_german_with_the_same_words_as_html(mail: str, mailoutbox: list[Any], rf: Any) -> None:
    person = UserFactory(display_name="Kim Beispiel")
    context = {
        "user": person,
        "code": "ABCD-EFGH",
        "activate_url": "https://portal.example/a/",
        "password_reset_url": "https://portal.example/p/",
        "signup_url": "https://portal.example/s/",
        "current_site": "portal.example",
        "from_email": "alt@example.org",
        "to_email": "neu@example.org",
        "deleted_email": "alt@example.org",
        "account": None,
        "provider": None,
        "authenticator": None,
        "request": rf.get("/"),
    }
    AccountAdapter().send_mail(mail, person.email, context)
    (message,) = mailoutbox
    html = str(message.alternatives[0][0])
    for text in (message.subject, message.body):
        assert text.strip()
        assert not INFORMAL.search(text), text
        assert not [word for word in ENGLISH if word in text.lower()], text
    assert message.subject in html
    assert "Guten Tag" in message.body
    assert settings.OPERATOR_NAME in message.body
    assert 'lang="de"' in html
    for line in filter(None, map(str.strip, message.body.splitlines())):
        if "://" not in line and "@" not in line:
            assert line.split()[0] in html, line


def test_every_mail_about_a_change_is_noted_in_the_audit() -> None:
    about_changes = {mail for mail in MAILS if "base_notification" in (OURS / f"{mail}_message.txt").read_text()}
    assert about_changes == set(CHANGED)
