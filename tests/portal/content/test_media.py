"""What may be uploaded, and how it is handed out."""

import gc
import io
import json
import warnings
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image as Picture
from wagtail.models import Collection, UploadedFile

from portal.content.models import Document, Image
from tests.factories.content import DocumentFactory, ImageFactory
from tests.portal.content.people import approver, client_of, editor

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 20
ORIENTATION, CAMERA, PLACE = 0x0112, 0x0110, 0x8825


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves closing what was uploaded to the collector
        gc.collect()


def photo(kind: str = "JPEG", *, orientation: int = 1) -> bytes:
    """A picture with what a camera notes: its name, how it was held, and where."""
    picture = Picture.new("RGB", (40, 20), "white")
    exif = Picture.Exif()
    exif[CAMERA] = "Musterkamera"
    exif[ORIENTATION] = orientation
    exif.get_ifd(PLACE)[1] = "N"
    made = io.BytesIO()
    picture.save(made, kind, exif=exif)
    return made.getvalue()


def archive(*names: str, **contents: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "<xml/>")
        for name, text in contents.items():
            file.writestr(name, text)
    return made.getvalue()


def body(answer) -> bytes:
    """What an answer holds, read to its end, so that its file is closed."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


# --- pictures ---


def upload_picture(client: Client, name: str, content: bytes, **fields: str):
    data = {"title": "Rathaus", "file": SimpleUploadedFile(name, content), "description": "Ein Rathaus.", "tags": ""}
    return client.post("/redaktion/images/add/", {**data, "collection": Collection.get_first_root_node().pk, **fields})


def test_a_picture_without_a_description_is_refused_by_form_and_database() -> None:
    client = client_of(editor())
    answer = upload_picture(client, "rathaus.jpg", photo(), description="")
    assert (answer.status_code, list(answer.context["form"].errors), Image.objects.count()) == (200, ["description"], 0)
    assert upload_picture(client, "rathaus.jpg", photo()).status_code == 302
    assert Image.objects.get().description == "Ein Rathaus."
    with pytest.raises(IntegrityError, match="content_image_described"), transaction.atomic():
        Image.objects.update(description="")


def test_many_pictures_at_once_each_ask_for_their_description() -> None:
    client = client_of(editor())
    sent = {"title": "rathaus.jpg", "files[]": SimpleUploadedFile("rathaus.jpg", photo())}
    answer = client.post("/redaktion/images/multiple/add/", sent, headers={"X-Requested-With": "XMLHttpRequest"})
    assert (answer.status_code, answer.json()["success"], Image.objects.count()) == (200, True, 0)
    waiting = UploadedFile.objects.get()
    prefix = f"uploaded-image-{waiting.pk}"
    form = {f"{prefix}-title": "Rathaus", f"{prefix}-tags": "", f"{prefix}-credit": "", f"{prefix}-description": ""}
    address = f"/redaktion/images/multiple/create_from_uploaded_image/{waiting.pk}/"
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    refused = client.post(address, form, headers=ajax).json()
    assert (refused["success"], Image.objects.count()) == (False, 0)
    taken = client.post(address, form | {f"{prefix}-description": "Ein Rathaus."}, headers=ajax).json()
    assert (taken["success"], Image.objects.get().description) == (True, "Ein Rathaus.")
    assert exif_of(Image.objects.get()) == {}


@pytest.mark.parametrize(
    "name, content",
    [
        ("rathaus.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("rathaus.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("rathaus.png", photo("JPEG")),
        ("rathaus.jpg", b"<html><script>alert(1)</script></html>"),
        ("rathaus.jpg", b""),
        ("rathaus.exe", photo()),
    ],
)
def test_what_is_no_picture_of_an_allowed_kind_is_refused(name: str, content: bytes) -> None:
    answer = upload_picture(client_of(editor()), name, content)
    assert (answer.status_code, list(answer.context["form"].errors), Image.objects.count()) == (200, ["file"], 0)


def test_a_picture_that_is_too_large_is_refused(settings) -> None:
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100
    answer = upload_picture(client_of(editor()), "rathaus.jpg", photo())
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["file"])


def exif_of(image: Image) -> dict[int, object]:
    with image.file.open() as file, Picture.open(file) as picture:
        return dict(picture.getexif())


@pytest.mark.parametrize("kind, name", [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_a_picture_does_not_keep_where_it_was_taken(kind: str, name: str) -> None:
    with Picture.open(io.BytesIO(photo(kind))) as before:
        assert {CAMERA, PLACE} <= set(before.getexif())
    assert upload_picture(client_of(editor()), name, photo(kind)).status_code == 302
    assert exif_of(Image.objects.get()) == {}


def test_a_picture_taken_upright_stays_upright() -> None:
    upload_picture(client_of(editor()), "a.jpg", photo(orientation=6))
    image = Image.objects.get()
    assert (image.width, image.height, exif_of(image)) == (20, 40, {})


def test_a_picture_is_kept_under_a_name_that_cannot_be_guessed() -> None:
    upload_picture(client_of(editor()), "../../Mein Geheimnis ä.JPG", photo())
    folder, _, name = Image.objects.get().file.name.partition("/")
    stem, _, extension = name.partition(".")
    assert (folder, len(stem), extension, set(stem) <= set("0123456789abcdef")) == ("original_images", 24, "jpg", True)


def test_pictures_are_handed_out_in_the_sizes_of_the_pages_alone() -> None:
    image = ImageFactory()
    small = image.get_rendition("width-100")
    answer = Client().get(small.url)
    headers = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Content-Security-Policy", "Content-Encoding")
    assert [answer.headers[name] for name in headers] == [
        "image/png",
        "public, max-age=31536000, immutable",
        "nosniff",
        "default-src 'none'; sandbox",
        "identity",
    ]
    with small.file.open() as file:
        assert body(answer) == file.read()
    assert "Set-Cookie" not in answer.headers
    assert Client().get(image.file.url).status_code == 404
    original = client_of(editor()).get(image.file.url)
    assert (original.status_code, original.headers["Cache-Control"]) == (200, "private, no-store")
    original.close()


@pytest.mark.parametrize(
    "name", ["images/../original_images/x.png", "images/", "images", "../settings.py", "images/%00"]
)
def test_nothing_but_pictures_is_handed_out(name: str) -> None:
    assert Client().get(f"/media/{name}").status_code in {400, 404}


def test_documents_cannot_be_fetched_around_their_page() -> None:
    document = DocumentFactory()
    assert document.file.storage.exists(document.file.name)
    assert Client().get(f"/media/{document.file.name}").status_code == 404
    assert client_of(approver()).get(f"/media/{document.file.name}").status_code == 404


# --- documents ---


def upload_document(client: Client, name: str, content: bytes):
    data = {"title": "Vorlage", "file": SimpleUploadedFile(name, content), "tags": "", "is_accessible": "on"}
    return client.post("/redaktion/documents/add/", {**data, "collection": Collection.get_first_root_node().pk})


WORD = archive("[Content_Types].xml", "word/document.xml")
TEXT = archive(mimetype="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    "name, content",
    [
        ("vorlage.pdf", PDF),
        ("vorlage.docx", WORD),
        ("vorlage.odt", TEXT),
        ("vorlage.csv", "Straße;Wert\n".encode()),
        ("film.mp4", MP4),
        ("film.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n"),
        ("termin.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    ],
)
def test_documents_of_allowed_kinds_are_taken(name: str, content: bytes) -> None:
    assert upload_document(client_of(editor()), name, content).status_code == 302
    document = Document.objects.get()
    assert (document.title, document.is_accessible, document.file_size) == ("Vorlage", True, len(content))


@pytest.mark.parametrize(
    "name, content",
    [
        ("vorlage.pdf", b"<html><script>alert(1)</script></html>"),
        ("vorlage.pdf", b""),
        ("vorlage.docx", TEXT),
        ("vorlage.odt", WORD),
        ("vorlage.docx", b"PK\x03\x04 broken"),
        ("vorlage.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("vorlage.odt", archive("Basic/Standard/Module1.xml", mimetype="application/vnd.oasis.opendocument.text")),
        ("vorlage.csv", b"\x7fELF\x00\x00"),
        ("vorlage.txt", b"\xef\xbb\xbf <!DOCTYPE html><script>alert(1)</script>"),
        ("vorlage.html", b"<p>Hallo</p>"),
        ("vorlage.svg", b"<svg/>"),
        ("film.mp4", PDF),
        ("termin.ics", b"Hallo"),
        ("ohne-endung", PDF),
    ],
)
def test_documents_that_are_not_what_they_say_are_refused(name: str, content: bytes) -> None:
    answer = upload_document(client_of(editor()), name, content)
    assert (answer.status_code, list(answer.context["form"].errors), Document.objects.count()) == (200, ["file"], 0)


def test_a_document_that_is_too_large_is_refused(settings) -> None:
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 10
    answer = upload_document(client_of(editor()), "vorlage.pdf", PDF)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["file"])


def test_many_documents_at_once_are_judged_as_well() -> None:
    client, ajax = client_of(editor()), {"X-Requested-With": "XMLHttpRequest"}
    for content, success, number in ((b"no document", False, 0), (PDF, True, 1)):
        sent = {"title": "Vorlage", "files[]": SimpleUploadedFile("vorlage.pdf", content)}
        answer = client.post("/redaktion/documents/multiple/add/", sent, headers=ajax)
        assert (json.loads(answer.content)["success"], Document.objects.count()) == (success, number)


def test_a_document_is_a_download_in_which_nothing_runs() -> None:
    upload_document(client_of(editor()), "Vorlage für Ämter.pdf", PDF)
    document = Document.objects.get()
    answer = Client().get(document.url)
    headers = ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options")
    assert [answer.headers[name] for name in headers] == ["application/pdf", "default-src 'none'; sandbox", "nosniff"]
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''Vorlage_f%C3%BCr_%C3%84mter.pdf"
    assert body(answer) == PDF
    again = Client().get(document.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_document_under_another_name_or_without_its_file_is_not_there() -> None:
    document = DocumentFactory()
    assert body(Client().get(document.url)) == b"Name;Wert\nMuster;1\n"
    assert Client().get(f"/dokumente/{document.pk}/anders.csv").status_code == 404
    document.file.storage.delete(document.file.name)
    assert Client().get(document.url).status_code == 404


@pytest.mark.parametrize(
    "asked, status, part, said",
    [
        ("bytes=0-9", 206, MP4[:10], "bytes 0-9/{}"),
        ("bytes=5000-", 206, MP4[5000:], "bytes 5000-{last}/{}"),
        ("bytes=-7", 206, MP4[-7:], "bytes {from7}-{last}/{}"),
        ("bytes=0-999999", 206, MP4, "bytes 0-{last}/{}"),
        ("bytes=999999-", 416, b"", "bytes */{}"),
        ("bytes=-", 200, MP4, None),
        ("bytes=0-1,4-5", 200, MP4, None),
        ("ducks=1-2", 200, MP4, None),
        (None, 200, MP4, None),
    ],
)
def test_a_film_is_fetched_in_parts(asked: str | None, status: int, part: bytes, said: str | None) -> None:
    upload_document(client_of(editor()), "film.mp4", MP4)
    address = Document.objects.get().url
    answer = Client().get(address, headers={"Range": asked} if asked else {})
    size = len(MP4)
    expected = said and said.format(size, last=size - 1, from7=size - 7)
    assert (answer.status_code, body(answer), answer.headers.get("Content-Range")) == (status, part, expected)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "attachment" not in answer.headers.get("Content-Disposition", "")


def test_a_film_that_has_changed_meanwhile_is_fetched_from_its_beginning() -> None:
    upload_document(client_of(editor()), "film.mp4", MP4)
    address = Document.objects.get().url
    whole = Client().get(address)
    assert body(whole) == MP4
    for etag, part in ((whole.headers["ETag"], MP4[:10]), ('"another"', MP4)):
        assert body(Client().get(address, headers={"Range": "bytes=0-9", "If-Range": etag})) == part
