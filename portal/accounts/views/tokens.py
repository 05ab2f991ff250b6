"""API tokens of a person: list, make, revoke."""

from typing import cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.forms import TokenForm
from portal.accounts.models import ApiToken, User
from portal.accounts.services import tokens


@login_required
@reauthentication_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_tokens(request: HttpRequest) -> HttpResponse:
    """List the own tokens and make new ones; a new secret is shown in the answer and never again."""
    person = cast("User", request.user)
    form = TokenForm(request.POST if request.method == "POST" else None)
    secret, made = "", None
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = tokens.create_token(person=person, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            form = TokenForm()
    context = {
        "heading": _("API tokens"),
        "form": form,
        "secret": secret,
        "made": made,
        "tokens": ApiToken.objects.all().visible_to(person),
    }
    return render(request, "accounts/api_tokens.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_token(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask whether that is meant, and end a token."""
    person = cast("User", request.user)
    token = get_object_or_404(ApiToken.objects.all().visible_to(person), uuid=key)
    if request.method == "POST":
        if tokens.revoke_token(token=token, by=person):
            messages.success(request, _("The token “%(name)s” no longer opens anything.") % {"name": token})
        return redirect("accounts:api_tokens")
    return render(request, "accounts/revoke_token.html", {"heading": _("Revoke the token"), "token": token})
