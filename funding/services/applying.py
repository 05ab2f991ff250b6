"""Keeping an organisation's applications: noting, changing, stepping on, files, sharing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Count

from funding import permissions
from funding.models import DECIDED, GRANTED, MACHINE, Application, ApplicationFile, Programme
from portal.accounts.models import User
from portal.directory.models import Municipality, Organisation
from portal.keeping import accept, forget
from portal.permissions import enforce
from portal.visibility import Viewer

FEWEST = 3
"""So many municipalities have to have got something before it is said that they have (k-anonymity)."""


@transaction.atomic
def note(*, organisation: Organisation, programme: Programme, title: str, by: User) -> Application:
    """Put a programme on an organisation's shortlist; what is there already under this title is returned.

    Raises:
        PermissionDenied: ``by`` does not act for the organisation.
    """
    enforce(permissions.can_apply_for(by, organisation))
    try:
        with transaction.atomic():
            return Application.objects.create(organisation=organisation, programme=programme, title=title)
    except IntegrityError:
        return Application.objects.get(organisation=organisation, programme=programme, title=title)


def step(*, application: Application, verb: str, by: Viewer) -> Application:
    """Take one step; ``MACHINE`` says which there are.

    Raises:
        PermissionDenied: ``by`` does not act for the organisation.
        ValidationError: somebody else was faster.
        KeyError: there is no such step.
    """
    return MACHINE.apply(application, verb, by=by)


@transaction.atomic
def attach(*, application: Application, file: UploadedFile[Any], by: User) -> ApplicationFile:
    """Keep a file with an application.

    Raises:
        PermissionDenied: ``by`` does not act for the organisation.
        ValidationError: it is too large, of a kind that is not kept, or one too many.
    """
    enforce(permissions.can_keep_application(by, application))
    Application.objects.select_for_update().get(pk=application.pk)
    name, ending = accept(file, there=application.files.count())
    kept = ApplicationFile(application=application, name=name, size=file.size or 0, uploaded_by=by)
    kept.file.save(f"{kept.pk}.{ending}", file, save=False)
    kept.save()
    return kept


def detach(*, file: ApplicationFile, by: User) -> None:
    """Delete a file for good.

    Raises:
        PermissionDenied: ``by`` does not act for the organisation.
    """
    enforce(permissions.can_keep_application(by, file.application))
    _forget([file])


@transaction.atomic
def delete(*, application: Application, by: User) -> None:
    """Delete an application with its files for good.

    Raises:
        PermissionDenied: ``by`` does not act for the organisation.
    """
    enforce(permissions.can_keep_application(by, application))
    _forget(application.files.all())
    application.delete()


def _forget(files: Iterable[ApplicationFile]) -> None:
    for file in files:
        forget(file.file)
        file.delete()


def got_by_similar(programme: Programme, place: Municipality | None) -> int:
    """Return how many municipalities of the same size class got money of a programme; 0 where they are too few to say.

    Below ``FEWEST`` a number could tell who it was.
    """
    if place is None:
        return 0
    got = Application.objects.filter(
        programme=programme, state__in=GRANTED, organisation__municipality__size_class=place.size_class
    )
    number: int = got.aggregate(number=Count("organisation", distinct=True))["number"]
    return number if number >= FEWEST else 0


def reusable(programme: Programme) -> list[Application]:
    """Return what organisations let others reuse of their applications to a programme, the newest decisions first."""
    shared = Application.objects.shared().filter(programme=programme).select_related("organisation")
    return list(shared.order_by("-decided_on", "pk"))


def success_rate() -> float | None:
    """Return how many in a hundred of the decided applications were approved; None without any."""
    counted: dict[str, Any] = dict(
        Application.objects.filter(state__in=DECIDED).order_by().values_list("state").annotate(number=Count("pk"))
    )
    decided = sum(counted.values())
    return 100 * (decided - counted.get("refused", 0)) / decided if decided else None


def due_by(day: date) -> list[Application]:
    """Return the applications of which something is due up to a day."""
    return list(Application.objects.due_by(day).with_parts().order_by("pk"))
