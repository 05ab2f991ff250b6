"""What the views of the area share."""

from http import HTTPStatus
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.visibility import visible_rows
from projects.models import AgreementTemplate, Project


def me(request: HttpRequest) -> User:
    """Return who is signed in; the views that ask demand it."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required
    return request.user


MOST_DIGITS = 9
"""More digits than any version has; longer numbers are not read."""


def sent_number(request: HttpRequest, name: str) -> int:
    """Return the number that a form sends along, such as the version that somebody has seen; 0 where it is none."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def visible_project(request: HttpRequest, slug: str) -> Project:
    """Return a project that the reader may see.

    Raises:
        Http404: there is none, or it is not hers to see.
    """
    rows: Any = visible_rows(Project, request.user)
    found: Project = get_object_or_404(rows.for_lists().defer(None), slug=slug)
    return found


def trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    """Name the pages above."""
    return [(_("Projects"), reverse("projects:project_list")), *further]


def agreement_templates() -> list[AgreementTemplate]:
    """Return the templates for agreements that editors offer to everybody."""
    return list(AgreementTemplate.objects.filter(is_active=True).select_related("document"))


def show_form(request: HttpRequest, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    """Show a form; one that was sent and is wrong is answered with 400, its values kept."""
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)
