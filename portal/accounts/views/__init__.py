"""The pages of the accounts."""

from portal.accounts.views.own_data import download, erase, erased, own_data, record, request_export
from portal.accounts.views.people import PeopleView, access, end, grant, person
from portal.accounts.views.signing_in import (
    ConfirmCodeView,
    HistoryView,
    OverviewView,
    RenameView,
    SecondFactorView,
    SessionsView,
    SignInView,
    confirming,
    end_session,
    extend_session,
    session_left,
)
from portal.accounts.views.support import SupportViewsView, end_support_view, view_as
from portal.accounts.views.tokens import api_tokens, revoke_token

__all__ = [
    "ConfirmCodeView",
    "HistoryView",
    "OverviewView",
    "PeopleView",
    "RenameView",
    "SecondFactorView",
    "SessionsView",
    "SignInView",
    "SupportViewsView",
    "access",
    "api_tokens",
    "confirming",
    "download",
    "end",
    "end_session",
    "end_support_view",
    "erase",
    "erased",
    "extend_session",
    "grant",
    "own_data",
    "person",
    "record",
    "request_export",
    "revoke_token",
    "session_left",
    "view_as",
]
