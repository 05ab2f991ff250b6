"""Writing accounts: signing in, roles of the centre."""

from portal.accounts.services.roles import end_role, grant_role
from portal.accounts.services.signing_in import (
    confirm_address,
    deactivate,
    end_all_sessions,
    end_session,
    note_sign_in,
    purge_sign_ins,
    rename,
    sign_in_changed,
)

__all__ = [
    "confirm_address",
    "deactivate",
    "end_all_sessions",
    "end_role",
    "end_session",
    "grant_role",
    "note_sign_in",
    "purge_sign_ins",
    "rename",
    "sign_in_changed",
]
