"""One lock for all that changes who belongs to an organisation, so that two at once are one after the other."""

from django.db import connection

from portal.directory.models import Organisation


def lock(organisation: Organisation) -> Organisation:
    """Return the organisation as it is now, held until the end of the transaction.

    Every service here takes this lock before it decides, so that what it decides about is still so when it is stored.
    """
    assert connection.in_atomic_block, "a lock lasts as long as a transaction"  # noqa: S101 - a mistake of ours
    return Organisation.objects.select_for_update().get(pk=organisation.pk)
