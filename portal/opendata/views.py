"""Pages of the open data."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.opendata.models import Dump
from portal.opendata.services import open_resources


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the files: what is in them, how large they are, from when, and what one may do with them."""
    written = list(Dump.objects.all())
    rows: list[dict[str, Any]] = [
        {"resource": resource, "files": [one for one in written if one.resource == resource.slug]}
        for resource in open_resources()
    ]
    return render(request, "opendata/index.html", {"rows": rows})


@require_safe
def download(request: HttpRequest, resource: str, kind: str) -> HttpResponseBase:  # noqa: ARG001 - same for everybody
    """Give one file.

    Raises:
        Http404: there is none.
    """
    dump = get_object_or_404(Dump, resource=resource, format=kind)
    try:
        opened = dump.file.open("rb")
    except OSError as error:
        raise Http404(_("This file is being written anew. Please try again in a minute.")) from error
    response = FileResponse(opened, as_attachment=True, filename=str(dump), content_type="application/gzip")
    response["Last-Modified"] = http_date(dump.written_at.timestamp())
    return response
