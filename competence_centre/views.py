"""Light or dark; the components on show."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from competence_centre.colours import colour_pairs
from competence_centre.mail_samples import mail_samples
from competence_centre.styleguide import icons, shown_components
from portal import theme
from portal.middleware import require_same_origin

LIKE_THE_DEVICE = "device"


@csrf_exempt
@require_POST
@require_same_origin
def set_theme(request: HttpRequest) -> HttpResponse:
    """Show all pages light, dark, or as the device is set; go back to the page that asked.

    Raises:
        BadRequest: there is no such theme.
    """
    wanted = request.POST.get("theme", "")
    if wanted not in (*theme.THEMES, LIKE_THE_DEVICE):
        message = f"There is no theme {wanted!r}."
        raise BadRequest(message)
    page = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(page if own else reverse("home"))
    if wanted == LIKE_THE_DEVICE:
        theme.forget(response)
    else:
        theme.remember(response, wanted)
    return response


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in its states, for those who build pages and those who judge them.

    Raises:
        Http404: this is neither development nor a demonstration.
    """
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    context = {"components": shown_components(request), "colours": colour_pairs(), "icons": icons()}
    return render(request, "styleguide/page.html", context)


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Show every mail of notifications in all its variants, as text; the HTML is one link further.

    Raises:
        Http404: this is neither development nor a demonstration.
    """
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "styleguide/mails.html", {"samples": mail_samples()})


@require_safe
@csp_override({**settings.SECURE_CSP, "style-src": [CSP.UNSAFE_INLINE]})  # a mail has its look in itself
def mail(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Show the HTML of one of these mails, as a mail program does.

    Raises:
        Http404: there is no such mail, or this is neither development nor a demonstration.
    """
    found = next((sample for sample in mail_samples() if sample.key == key), None)
    if found is None or not (settings.DEBUG or settings.DEMO):
        raise Http404
    return HttpResponse(found.html)
