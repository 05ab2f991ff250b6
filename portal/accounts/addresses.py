"""The addresses that are known to belong to a person."""

from portal.accounts.models import User


def confirmed_addresses(user: User) -> list[str]:
    """Return the e-mail addresses, in lower case, that the person has shown to be able to read."""
    return [user.email.lower()] if user.is_active else []
