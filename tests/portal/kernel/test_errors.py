import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from competence_centre import urls

pytestmark = pytest.mark.django_db


def forbidden(_request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Nur die Redaktion darf das.")


def missing(_request: HttpRequest) -> HttpResponse:
    raise Http404("No Programme matches the given query")


def suspicious(_request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("internal detail")


def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


urlpatterns = [
    path("verboten/", forbidden),
    path("fehlt/", missing),
    path("verdaechtig/", suspicious),
    path("kaputt/", broken),
    path("api/v1/verboten/", forbidden),
    path("api/v1/kaputt/", broken),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("url", "status", "shown", "unsaid"),
    [
        ("/verboten/", 403, "Nur die Redaktion darf das.", "unsaid"),
        ("/fehlt/", 404, "<h1", "No Programme matches"),
        ("/verdaechtig/", 400, "<h1", "internal detail"),
        ("/kaputt/", 500, "<h1", "secret detail"),
    ],
)
@override_settings(ROOT_URLCONF=__name__)
def test_an_error_is_a_full_page(client: Client, url: str, status: int, shown: str, unsaid: str) -> None:
    answer = client.get(url)
    body = answer.content.decode()
    assert answer.status_code == status
    assert shown in body
    assert unsaid not in body
    assert body.count("<h1") == 1
    assert '<html lang="de"' in body
    assert 'href="/foerderung/"' in body, "an error page has the navigation"


@override_settings(ROOT_URLCONF=__name__)
def test_an_error_of_the_api_is_a_problem(client: Client) -> None:
    for url, status in (
        ("/api/v1/verboten/", 403),
        ("/api/v1/kaputt/", 500),
        ("/api/v1/gibt-es-nicht/", 404),
    ):
        answer = client.get(url)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["status"] == status
        assert "secret" not in answer.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_the_page_of_a_failure_needs_no_database(rf: RequestFactory) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from portal.errors import server_error

    with CaptureQueriesContext(connection) as captured:
        assert server_error(rf.get("/")).status_code == 500
    assert len(captured) == 0
