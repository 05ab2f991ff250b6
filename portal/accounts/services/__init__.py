"""Writing accounts: signing in, roles of the centre, what people may ask for by law, what is forgotten by itself."""

from portal.accounts.addresses import has_confirmed_address
from portal.accounts.services.roles import end_role, grant_role
from portal.accounts.services.signing_in import (
    confirm_address,
    deactivate,
    end_all_sessions,
    end_session,
    note_sign_in,
    reactivate,
    remove_factors,
    rename,
    renew_session_key,
    sign_in_changed,
    sign_out,
)

__all__ = [
    "confirm_address",
    "deactivate",
    "end_all_sessions",
    "end_role",
    "end_session",
    "grant_role",
    "has_confirmed_address",
    "note_sign_in",
    "reactivate",
    "remove_factors",
    "rename",
    "renew_session_key",
    "sign_in_changed",
    "sign_out",
]
