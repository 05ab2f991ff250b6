"""The pages of the accounts."""

from portal.accounts.views.own_data import download, erase, erased, overview, record, request_export
from portal.accounts.views.signing_in import SignInView, SignOutView

__all__ = ["SignInView", "SignOutView", "download", "erase", "erased", "overview", "record", "request_export"]
