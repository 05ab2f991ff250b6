"""Whether the address of an account is known to be the person's own."""

from portal.accounts.models import User


def has_confirmed_address(user: User) -> bool:
    """Tell whether the person has shown that the address is hers: she signed in, or the centre gave her a role."""
    if user.last_login is not None or user.last_seen_on is not None:
        return True
    return user.is_superuser or user.is_staff or user.groups.exists()
