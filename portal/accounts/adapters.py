"""Where allauth asks the portal: mails, addresses, what is kept secret, what happens after signing in (ADR 0015)."""

import base64
import hashlib
import logging
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts import services
from portal.accounts.models import Method, User
from portal.accounts.services.mails import hand_to_queue
from portal.accounts.session_limits import begin
from portal.throttling import reader_of

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin

log = logging.getLogger(__name__)


CHANGED = {
    "account/email/email_changed": "email",
    "account/email/email_deleted": "email",
    "account/email/password_changed": "password",
    "account/email/password_reset": "password",
    "account/email/password_set": "password",
    "mfa/email/totp_activated": "app",
    "mfa/email/totp_deactivated": "app",
    "mfa/email/webauthn_added": "passkey",
    "mfa/email/webauthn_removed": "passkey",
    "mfa/email/recovery_codes_generated": "recovery codes",
    "socialaccount/email/account_connected": "provider",
    "socialaccount/email/account_disconnected": "provider",
}
"""What the audit says has changed, by the mail that allauth sends about it."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: mails in our design, no address of a device anywhere, a history of signing in."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return a pseudonym of the network instead of its address: limits tell networks apart without knowing them.

        It has the form of an IPv6 address because allauth's table of sessions wants one. The upper half, which limits
        look at, is a keyed hash; nothing can be read out of it without the secret key.
        """
        digest = salted_hmac("portal.accounts.network", reader_of(request), algorithm="sha256").hexdigest()
        return f"fd{digest[:2]}:{digest[2:6]}:{digest[6:10]}:{digest[10:14]}::"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a mail and hand it to the queue, so that the answer takes as long with it as without."""
        with override(settings.LANGUAGE_CODE):
            about = {
                **context,
                "email": email,
                "site_url": settings.SITE_URL,
                "operator_name": settings.OPERATOR_NAME,
                "operator_email": settings.OPERATOR_EMAIL,
            }
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", about).split())
            text = render_to_string(f"{template_prefix}_message.txt", about).strip() + "\n"
            html = render_to_string("accounts/mail.html", {"subject": subject, "text": text})
        transaction.on_commit(lambda: hand_to_queue(subject, text, html, email))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person that something about signing in changed, and note it in the audit.

        allauth calls this wherever something changes, in the transaction of the change.
        """
        services.sign_in_changed(person=user, changed=[CHANGED[template_prefix]])
        super().send_notification_mail(template_prefix, user, context, email)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - allauth's
        """Make the account with the name that the form asked for."""
        user.display_name = form.cleaned_data["display_name"]
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password in the history of the account, if there is one."""
        person = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        if person is not None:
            self.note(request, person, Method.PASSWORD, successful=False)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Begin to count the session's time, and note it in the history."""
        begin(request)
        with transaction.atomic():
            response: HttpResponse = super().post_login(request, user, **kwargs)
            self.note(request, user, method_of(request, user), successful=True)
        return response

    def note(self, request: HttpRequest, person: User, method: Method, *, successful: bool) -> None:
        """Write a line into the history."""
        agent = request.headers.get("User-Agent", "")
        services.note_sign_in(person=person, method=method, user_agent=agent, successful=successful)

    def get_email_verification_redirect_url(self, email_address: Any) -> str:  # noqa: ARG002 - allauth's signature
        """After confirming: the account for those who are signed in, the page to sign in for others."""
        signed_in = allauth_context.request.user.is_authenticated
        return reverse("accounts:overview" if signed_in else "account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - allauth's signature
        """Back to the overview."""
        return reverse("accounts:overview")


def method_of(request: HttpRequest, person: User) -> Method:
    """Tell how the person has just signed in, from what allauth has noted in the session."""
    records = get_authentication_records(request, person)
    latest = records[-1] if records else {}
    if latest.get("method") == "mfa":
        if latest.get("passwordless"):
            return Method.PASSKEY
        kinds = {Authenticator.Type.WEBAUTHN: Method.PASSKEY, Authenticator.Type.RECOVERY_CODES: Method.RECOVERY}
        return kinds.get(latest.get("type"), Method.APP)
    named = {"code": Method.CODE, "socialaccount": Method.PROVIDER}
    return named.get(latest.get("method", ""), Method.PASSWORD)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        """Encrypt with the secret key of the portal."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt with the secret key of the portal, or with an earlier one."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to take away the last factor of somebody whose role needs one."""
        person: Any = authenticator.user
        if not person.needs_second_factor:
            return True
        factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        others = Authenticator.objects.filter(user_id=person.pk, type__in=factors).exclude(pk=authenticator.pk)
        left: bool = others.exists()
        return left

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """Number the passkeys."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        return "Kompetenzzentrum Digitale Städte und Regionen"


def _cipher() -> MultiFernet:
    """Encrypts with the present secret key, and reads what was encrypted with an earlier one."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = (hashlib.sha256(b"portal.accounts.second-factor" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Accounts at providers of OpenID Connect."""

    def pre_social_login(self, request: HttpRequest, sociallogin: "SocialLogin") -> None:  # noqa: ARG002 - allauth's
        """Believe a provider's word about an address only where the operator says so."""
        provider: Any = sociallogin.account.get_provider()
        if not provider.app.settings.get("confirms_email"):
            for address in sociallogin.email_addresses:
                address.verified = False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Tell the operator what the person cannot mend."""
        if exception is not None:
            name = provider.app.provider_id
            log.warning("Signing in at %s has failed: %s: %.200s", name, type(exception).__name__, exception)
        super().on_authentication_error(request, provider, error, exception, extra_context)

    def populate_user(self, request: HttpRequest, sociallogin: "SocialLogin", data: dict[str, Any]) -> Any:
        """Take the name as a proposal; the form asks for it."""
        user: Any = super().populate_user(request, sociallogin, data)
        user.display_name = (data.get("name") or "")[:120]
        return user

    def get_signup_form_initial_data(self, sociallogin: "SocialLogin") -> dict[str, Any]:
        """Propose name and address."""
        user: Any = sociallogin.user
        return {**super().get_signup_form_initial_data(sociallogin), "display_name": user.display_name}
