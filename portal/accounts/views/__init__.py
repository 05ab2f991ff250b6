"""The pages of the accounts."""

from portal.accounts.views.people import PeopleView, end, grant, person
from portal.accounts.views.signing_in import SignInView, SignOutView

__all__ = ["PeopleView", "SignInView", "SignOutView", "end", "grant", "person"]
