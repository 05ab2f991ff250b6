import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from portal.middleware import require_same_origin
from tests.factories.accounts import UserFactory

PAGES = [
    "/",
    "/foerderung/",
    "/kommunen/",
    "/anmelden/",
    "/gibt-es-nicht/",
    "/api/v1/funding-programmes/",
    "/api/v1/docs/",
]


@require_same_origin
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_form_without_cookie_comes_from_the_portal_itself(
    headers: dict[str, str], accepted: bool, rf: RequestFactory
) -> None:
    request = rf.post("/", headers=headers)
    if accepted:
        assert view(request).status_code == 200
    else:
        with pytest.raises(PermissionDenied):
            view(request)


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES)
def test_every_answer_carries_the_safety_headers(url: str, client: Client) -> None:
    answer = client.get(url)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_strict_transport_security_is_sent_over_tls(client: Client) -> None:
    with override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True):
        answer = Client().get("/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.django_db
@pytest.mark.parametrize("url", [page for page in PAGES if page != "/anmelden/"])
def test_an_anonymous_reader_gets_no_cookie(url: str, client: Client) -> None:
    assert dict(client.get(url, follow=True).cookies) == {}


@pytest.mark.django_db
def test_pages_of_a_person_are_kept_by_no_cache(client: Client) -> None:
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")
    client.force_login(UserFactory())
    assert client.get("/")["Cache-Control"] == "private, no-store"
