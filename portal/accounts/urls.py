"""Signing in and out, what a person does with her account and her data, and how administrators look after people.

The views are allauth's, and so are the names, because allauth builds addresses from them; the addresses are German.
What changes something does so in one transaction with its line in the audit.
"""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from django.db import transaction
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _

from portal.accounts import oidc, views


def page(view: Any, heading: Any, **settings: Any) -> Any:
    """Return a view of allauth with the heading of its page, all that it writes in one transaction."""
    return transaction.atomic(view.as_view(extra_context={"heading": heading}, **settings))


people = [
    path("", views.PeopleView.as_view(), name="people"),
    path("<uuid:key>/", views.person, name="person"),
    path("<uuid:key>/rolle-vergeben/", views.grant, name="grant_role"),
    path("<uuid:key>/rolle-beenden/<uuid:grant>/", views.end, name="end_role"),
    path("<uuid:key>/zugang/", views.access, name="access"),
    path("<uuid:key>/ansehen/", views.view_as, name="view_as"),
]

data = [
    path("meine-daten/", views.own_data, name="own_data"),
    path("meine-daten/kopie-anfordern/", views.request_export, name="request_export"),
    path("meine-daten/kopie/<uuid:key>/", views.download, name="fetch_export"),
    path("loeschen/", views.erase, name="erase"),
    path("geloescht/", views.erased, name="erased"),
]

tokens = [
    path("", views.api_tokens, name="api_tokens"),
    path("<uuid:key>/widerrufen/", views.revoke_token, name="revoke_token"),
]

own = [
    path("", views.OverviewView.as_view(), name="overview"),
    path("name/", views.RenameView.as_view(), name="rename"),
    path("verlauf/", views.HistoryView.as_view(), name="history"),
    path("support-zugriffe/", views.SupportViewsView.as_view(), name="support_views"),
    path("sitzung/", views.session_left, name="session"),
    path("sitzung/verlaengern/", views.extend_session, name="extend_session"),
    path("sitzungen/<int:key>/beenden/", views.end_session, name="end_session"),
]

password = [
    path("", page(account.PasswordChangeView, _("Change password")), name="account_change_password"),
    path("festlegen/", page(account.PasswordSetView, _("Set a password")), name="account_set_password"),
]

factors = [
    path("", page(mfa.IndexView, _("Second factor")), name="mfa_index"),
    path("app/", page(totp.ActivateTOTPView, _("Set up an app for codes")), name="mfa_activate_totp"),
    path("app/entfernen/", page(totp.DeactivateTOTPView, _("Remove the app for codes")), name="mfa_deactivate_totp"),
    path("codes/", page(recovery.ViewRecoveryCodesView, _("Recovery codes")), name="mfa_view_recovery_codes"),
    path(
        "codes/neu/",
        page(recovery.GenerateRecoveryCodesView, _("New recovery codes")),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", page(passkeys.ListWebAuthnView, _("Passkeys")), name="mfa_list_webauthn"),
    path("passkeys/neu/", page(passkeys.AddWebAuthnView, _("Add a passkey")), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", page(passkeys.EditWebAuthnView, _("Rename passkey")), name="mfa_edit_webauthn"),
    path(
        "passkeys/<int:pk>/entfernen/",
        page(passkeys.RemoveWebAuthnView, _("Remove passkey")),
        name="mfa_remove_webauthn",
    ),
]

confirm = [
    path(f"{name}/", views.confirming(page(view, _("Confirm that it is you"))), name=url_name)
    for name, view, url_name in (
        ("passwort", account.ReauthenticateView, "account_reauthenticate"),
        ("code", mfa.ReauthenticateView, "mfa_reauthenticate"),
        ("passkey", passkeys.ReauthenticateWebAuthnView, "mfa_reauthenticate_webauthn"),
    )
]

providers = [
    path("", page(social.ConnectionsView, _("Accounts of other providers")), name="socialaccount_connections"),
    path("abgebrochen/", page(social.LoginCancelledView, _("Not signed in")), name="socialaccount_login_cancelled"),
    path("fehler/", page(social.LoginErrorView, _("Signing in has failed")), name="socialaccount_login_error"),
    path("registrieren/", page(social.SignupView, _("Sign up")), name="socialaccount_signup"),
    re_path(r"^(?P<provider_id>[\w-]+)/$", oidc.login, name="openid_connect_login"),
    re_path(r"^(?P<provider_id>[\w-]+)/zurueck/$", oidc.callback, name="openid_connect_callback"),
]

named: list[Any] = [
    path("konto/", include(own)),
    path("konto/", include(data)),
    path("konto/api-schluessel/", include(tokens)),
    path("datenschutz/verarbeitungsverzeichnis/", views.record, name="record_of_processing"),
    path("verwaltung/personen/", include(people)),
    path("verwaltung/ansicht-beenden/", views.end_support_view, name="end_support_view"),
]

urlpatterns = [
    # Not in one transaction, because what failed is to be noted: signing in.
    path("anmelden/", views.SignInView.as_view(extra_context={"heading": _("Sign in")}), name="account_login"),
    path(
        "anmelden/code/",
        account.RequestLoginCodeView.as_view(extra_context={"heading": _("Sign in by e-mail")}),
        name="account_request_login_code",
    ),
    path(
        "anmelden/code/eingeben/",
        views.ConfirmCodeView.as_view(extra_context={"heading": _("Enter the code")}),
        name="account_confirm_login_code",
    ),
    path(
        "anmelden/zweiter-faktor/",
        views.SecondFactorView.as_view(extra_context={"heading": _("Second factor")}),
        name="mfa_authenticate",
    ),
    path("anmelden/passkey/", passkeys.LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    path("anmelden/anbieter/", include(providers)),
    path("abmelden/", page(account.LogoutView, _("Sign out")), name="account_logout"),
    path("", include((named, "accounts"))),
    path("konto/registrieren/", page(account.SignupView, _("Sign up")), name="account_signup"),
    path("konto/gesperrt/", page(account.AccountInactiveView, _("Account closed")), name="account_inactive"),
    path("konto/e-mail/", page(account.EmailView, _("E-mail address")), name="account_email"),
    path(
        "konto/e-mail/bestaetigen/",
        page(account.EmailVerificationSentView, _("Confirm your e-mail address")),
        name="account_email_verification_sent",
    ),
    re_path(
        r"^konto/e-mail/bestaetigen/(?P<key>[-:\w]+)/$",
        page(account.ConfirmEmailView, _("Confirm your e-mail address")),
        name="account_confirm_email",
    ),
    path("konto/passwort/", include(password)),
    path(
        "konto/passwort/vergessen/",
        page(account.PasswordResetView, _("Forgotten password")),
        name="account_reset_password",
    ),
    path(
        "konto/passwort/vergessen/gesendet/",
        page(account.PasswordResetDoneView, _("Look into your mailbox")),
        name="account_reset_password_done",
    ),
    path(
        "konto/passwort/vergessen/fertig/",
        page(account.PasswordResetFromKeyDoneView, _("Your password has been changed")),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^konto/passwort/vergessen/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        page(account.PasswordResetFromKeyView, _("New password")),
        name="account_reset_password_from_key",
    ),
    path("konto/zweiter-faktor/", include(factors)),
    path("konto/sitzungen/", page(views.SessionsView, _("Where you are signed in")), name="usersessions_list"),
    path("konto/bestaetigen/", include(confirm)),
]
