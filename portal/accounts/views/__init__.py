"""The pages of the accounts."""

from portal.accounts.views.people import PeopleView, end, grant, person
from portal.accounts.views.signing_in import (
    ConfirmCodeView,
    HistoryView,
    OverviewView,
    RenameView,
    SecondFactorView,
    SessionsView,
    SignInView,
    end_session,
    extend_session,
    session_left,
)

__all__ = [
    "ConfirmCodeView",
    "HistoryView",
    "OverviewView",
    "PeopleView",
    "RenameView",
    "SecondFactorView",
    "SessionsView",
    "SignInView",
    "end",
    "end_session",
    "extend_session",
    "grant",
    "person",
    "session_left",
]
