"""The addresses that are known to belong to a person."""

from allauth.account.models import EmailAddress

from portal.accounts.models import User


def confirmed_addresses(user: User) -> list[str]:
    """Return the e-mail addresses, in lower case, that the person has shown to be able to read."""
    if not user.is_active:
        return []
    return [one.email.lower() for one in EmailAddress.objects.filter(user_id=user.pk, verified=True).order_by("pk")]


def has_confirmed_address(user: User) -> bool:
    """Tell whether the person has shown that the address of the account is hers."""
    confirmed: bool = EmailAddress.objects.filter(user_id=user.pk, verified=True, email__iexact=user.email).exists()
    return confirmed
