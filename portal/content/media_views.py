"""Handing out what editors have uploaded: pictures in the sizes of the pages, documents as downloads, films in parts.

What is uploaded is never a page of the portal: nothing in it runs (CSP ``sandbox``), and no browser guesses what it is
(``nosniff``). In production the proxy hands out the pictures itself, from the same folder and with the same headers.
"""

import mimetypes
import re
from typing import IO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal.content.models import Document
from portal.content.models.media import ORIGINALS, RENDITIONS

HARMLESS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
AS_IT_IS = {"Content-Encoding": "identity"}
"""Keeps the middleware from compressing what is compressed already, which would also break the parts of films."""

FOR_GOOD = "public, max-age=31536000, immutable"
SHOWN_IN_PAGES = ("video/mp4", "text/vtt")
"""Films and their captions are played in a page and fetched in parts; everything else is a download."""

LARGEST_PART = 2 * 1024 * 1024
"""Bytes of a film that one answer holds at most; players ask for the next part by themselves."""

RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with a picture; with one as it was uploaded (which may say where it was taken) to editors alone.

    Raises:
        Http404: there is no such picture, or this reader may not know of it.
    """
    folder, _, file = name.partition("/")
    original = folder == ORIGINALS and request.user.has_perm("wagtailadmin.access_admin")
    if "/" in file or not (folder == RENDITIONS or original):
        raise Http404
    opened = _open(name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(opened, content_type=kind, headers={**HARMLESS, **AS_IT_IS})
    response["Cache-Control"] = "private, no-store" if original else FOR_GOOD
    return response


@require_safe
def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """Answer with a document.

    Wagtail's own view would show PDF files in the browser, under our address, and knows no parts of films.

    Raises:
        Http404: there is no such document, or not under this name, or its file is gone.
    """
    document = get_object_or_404(Document, pk=document_id)
    if document.filename != document_filename:
        raise Http404
    etag = f'"{document.file_hash or document.pk}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    kind = document.content_type
    headers = {**HARMLESS, **AS_IT_IS, "ETag": etag, "Cache-Control": "no-cache"}
    opened = _open(document.file.name)
    if kind in SHOWN_IN_PAGES:
        return _in_parts(request, opened, document.file.size, kind, headers)
    return FileResponse(opened, as_attachment=True, filename=document.filename, content_type=kind, headers=headers)


def _open(name: str) -> IO[bytes]:
    try:
        return default_storage.open(name)
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error


def _in_parts(
    request: HttpRequest, opened: IO[bytes], size: int, kind: str, headers: dict[str, str]
) -> HttpResponseBase:
    """Answer with the part of a file that was asked for (RFC 9110, 14): players need it to jump, some to play at all.

    Several parts at once are answered with the whole file, which the standard allows.
    """
    headers = {**headers, "Accept-Ranges": "bytes"}
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    unchanged = request.headers.get("If-Range", headers["ETag"]) == headers["ETag"]
    if asked is None or not (asked[1] or asked[2]) or not unchanged:
        return FileResponse(opened, content_type=kind, headers=headers)
    first = int(asked[1]) if asked[1] else max(size - int(asked[2]), 0)
    last = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
    if first > last:
        opened.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    last = min(last, first + LARGEST_PART - 1)
    with opened:
        opened.seek(first)
        part = opened.read(last - first + 1)
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return HttpResponse(part, status=206, content_type=kind, headers=headers)
