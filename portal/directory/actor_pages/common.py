"""What the pages about actors share."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.directory.models import Organisation


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; the views ask for it before."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required comes first
    return request.user


def organisation_or_404(slug: str) -> Organisation:
    """Find an organisation by its name in addresses.

    Raises:
        Http404: there is none.
    """
    found = Organisation.objects.all().with_claimed().filter(slug=slug)
    organisation = found.select_related("land", "municipality", "district", "association").first()
    if organisation is None:
        raise Http404(_("There is no such organisation."))
    return organisation


def carried_out(form: BaseForm, action: Callable[[], object]) -> bool:
    """Do what a form asks for; what does not fit stands beside the form's fields, and the answer is no."""
    try:
        action()
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            for name, problems in error.error_dict.items():
                form.add_error(name if name in form.fields else None, problems)
        else:
            form.add_error(None, error)
        return False
    return True


def told(request: HttpRequest, action: Callable[[], object], success: str) -> bool:
    """Do what a button asks for, and say on the next page what came of it."""
    try:
        action()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, success)
    return True


def page(request: HttpRequest, template: str, form: BaseForm | None = None, **context: Any) -> HttpResponse:
    """Draw a page; with status 400 where its form has errors."""
    wrong = form is not None and form.is_bound and bool(form.errors)
    status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
    return render(request, f"directory/actors/{template}.html", {"form": form, **context}, status=status)
