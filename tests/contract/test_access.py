"""The access table: every address and role with the answer expected. An address that is not listed fails.

The editors' admin has some hundred addresses and one rule for all of them: test_admin_access.py.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from portal.accounts.models import Role
from portal.accounts.services.roles import grant_role
from tests.factories.accounts import DataExportFactory, RoleGrantFactory, UserFactory
from tests.factories.content import GuideFactory
from tests.factories.directory import AssociationFactory, MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db

MUNICIPALITY = ["08118048-ludwigsburg"]
GUIDE, DRAFT_GUIDE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
PERSON, GRANT = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"
EXPORT = "55555555-5555-4555-8555-555555555555"
PUBLISHED, DRAFT = ["offen"], ["entwurf"]


class Line(NamedTuple):
    """An address, how it is asked, and the status for an anonymous reader, a person, an editor, an administrator."""

    name: str
    anonymous: int
    person: int
    editor: int
    administrator: int = 0  # 0: as any person
    args: tuple[str, ...] = ()
    method: str = "GET"
    data: dict[str, str] = {}  # noqa: RUF012 - never changed

    def expected(self, role: str) -> int:
        """The status for a role; advisors, moderators and evaluators may do what every person may."""
        if role == "administrator":
            return self.administrator or self.person
        return int(getattr(self, role if role in {"anonymous", "editor"} else "person"))


READ = (200, 200, 200)
REFUSED = (302, 403, 403)
"""Anonymous readers are asked to sign in, all others are told why they may not; administrators may."""
SIGNED_IN = (302, 200, 200)  # others are asked to sign in
ACCESS = [
    Line("home", *READ),
    Line("theme", 405, 405, 405),
    Line("theme", 403, 403, 403, method="POST"),  # nothing says that the form is ours
    Line("styleguide", 404, 404, 404),  # neither development nor demonstration
    Line("robots_txt", *READ),
    Line("sitemap", *READ),
    Line("sitemap_part", *READ, args=("pages",)),
    Line("sitemap_part", 404, 404, 404, args=("nothing",)),
    Line("security_txt", 404, 404, 404),  # without a contact in the settings
    Line("search:results", *READ),
    Line("content:guide_list", *READ),
    Line("content:study_list", *READ),
    Line("content:news_list", *READ),
    Line("wagtail_serve", *READ, args=("leitfaeden/offener-leitfaden/",)),
    Line("wagtail_serve", 404, 404, 404, args=("leitfaeden/entwurf-eines-leitfadens/",)),  # drafts: in the admin
    Line("wagtail_serve", 403, 403, 403, args=("leitfaeden/offener-leitfaden/",), method="POST"),
    Line("content:imprint", *READ),
    Line("content:privacy", *READ),
    Line("content:accessibility", *READ),
    Line("content:plain_language", *READ),
    Line("content:sign_language", *READ),
    Line("content:contact", *READ),
    Line("content:report_barrier", *READ),
    Line("content:report_barrier", 403, 403, 403, method="POST"),  # nothing says that the form is ours
    Line("content:barrier_reported", 404, 404, 404, args=("made-up",)),
    Line("content:feedback", 405, 405, 405),
    Line("content:feedback", 403, 403, 403, method="POST"),  # likewise
    Line("content:feedback_given", *READ),
    Line("account_login", 200, 302, 302),
    Line("account_logout", 302, 200, 200),
    Line("account_logout", 302, 302, 302, method="POST"),
    Line("account_signup", 200, 302, 302),
    Line("account_request_login_code", 200, 302, 302),
    Line("account_confirm_login_code", 302, 302, 302),
    Line("mfa_authenticate", 302, 302, 302),
    Line("mfa_login_webauthn", 302, 302, 302),
    Line("account_inactive", *READ),
    Line("account_email_verification_sent", *READ),
    Line("account_confirm_email", *READ, args=("made-up",)),  # says that the link is no longer valid
    Line("account_confirm_email", 404, 404, 404, args=("made-up",), method="POST"),
    Line("account_reset_password", *READ),
    Line("account_reset_password_done", *READ),
    Line("account_reset_password_from_key", *READ, args=("1", "made-up")),  # likewise
    Line("account_reset_password_from_key_done", *READ),
    Line("account_email", *SIGNED_IN),
    Line("account_change_password", *SIGNED_IN),
    Line("account_set_password", 302, 302, 302),  # they have one: it leads to changing it
    Line("account_reauthenticate", *SIGNED_IN),
    Line("mfa_reauthenticate", 302, 302, 200),  # the person has no second factor
    Line("mfa_reauthenticate_webauthn", 302, 302, 302),  # nobody has a passkey here
    Line("mfa_index", *SIGNED_IN),
    Line("mfa_activate_totp", 302, 302, 302),  # first somebody confirms that it is her
    Line("mfa_deactivate_totp", 302, 404, 302),
    Line("mfa_view_recovery_codes", 302, 404, 404),
    Line("mfa_generate_recovery_codes", 302, 302, 302),
    Line("mfa_list_webauthn", *SIGNED_IN),
    Line("mfa_add_webauthn", 302, 302, 302),
    Line("mfa_edit_webauthn", 302, 302, 302, args=("1",)),
    Line("mfa_remove_webauthn", 302, 302, 302, args=("1",)),
    Line("usersessions_list", *SIGNED_IN),
    Line("socialaccount_connections", *SIGNED_IN),
    Line("socialaccount_signup", 302, 302, 302),
    Line("socialaccount_login_cancelled", *READ),
    Line("socialaccount_login_error", 401, 401, 401),
    Line("openid_connect_login", 404, 404, 404, args=("unknown",)),
    Line("openid_connect_callback", 404, 404, 404, args=("unknown",)),
    Line("accounts:overview", *SIGNED_IN),
    Line("accounts:rename", *SIGNED_IN),
    Line("accounts:history", *SIGNED_IN),
    Line("accounts:session", 204, 200, 200),
    Line("accounts:extend_session", 405, 405, 405),
    Line("accounts:extend_session", 302, 302, 302, method="POST"),
    Line("accounts:end_session", 302, 405, 405, args=("1",)),
    Line("accounts:end_session", 302, 404, 404, args=("1",), method="POST"),
    Line("accounts:people", *REFUSED, 200),
    Line("accounts:person", *REFUSED, 200, args=(PERSON,)),
    Line("accounts:grant_role", *REFUSED, 302, args=(PERSON,)),
    Line("accounts:grant_role", *REFUSED, 400, args=(PERSON,), method="POST"),
    Line("accounts:end_role", *REFUSED, 200, args=(PERSON, GRANT)),
    Line("accounts:end_role", *REFUSED, 400, args=(PERSON, GRANT), method="POST"),
    Line("accounts:own_data", 302, 200, 200),
    Line("accounts:request_export", 302, 405, 405),
    Line("accounts:request_export", 302, 302, 302, method="POST"),
    Line("accounts:fetch_export", 302, 404, 404, args=(EXPORT,)),  # another person's; test_own_data.py: one's own
    Line("accounts:erase", 302, 200, 200),
    Line("accounts:erase", 302, 200, 200, method="POST"),  # without the password: the form again
    Line("accounts:erased", *READ),
    Line("accounts:record_of_processing", *READ),
    Line("directory:municipality_list", *READ),
    Line("directory:municipality_detail", *READ, args=("08118048-ludwigsburg",)),
    Line("directory:municipality_detail", 404, 404, 404, args=("08999999-nirgends",)),
    Line("directory:district_list", *READ),
    Line("directory:district_detail", *READ, args=("08118-kreis-08118",)),
    Line("directory:association_list", *READ),
    Line("directory:association_detail", *READ, args=("081185001-verband-081185001",)),
    Line("directory:land_list", *READ),
    Line("directory:land_detail", *READ, args=("08-baden-wuerttemberg",)),
    Line("directory:place_suggestions", *READ),
    Line("directory:germany_map", *READ),
    Line("directory:choose_municipality", 405, 405, 405),
    Line("directory:choose_municipality", 403, 403, 403, method="POST"),  # nothing says that the form is ours
    Line("directory:forget_municipality", 405, 405, 405),
    Line("directory:forget_municipality", 403, 403, 403, method="POST"),
    Line("funding:programme_list", *READ),
    Line("funding:programme_detail", *READ, args=("offen",)),
    Line("funding:programme_detail", 404, 404, 200, args=("entwurf",)),
    Line("api:municipalities-list", *READ),
    Line("api:municipalities-detail", *READ, args=("08118048",)),
    Line("api:districts-list", *READ),
    Line("api:districts-detail", *READ, args=("08118",)),
    Line("api:associations-list", *READ),
    Line("api:associations-detail", *READ, args=("081185001",)),
    Line("api:laender-list", *READ),
    Line("api:laender-detail", *READ, args=("08",)),
    Line("api:funding-programmes-list", *READ),
    Line("api:funding-programmes-detail", *READ, args=("offen",)),
    Line("api:funding-programmes-detail", 404, 404, 200, args=("entwurf",)),
    Line("api:funding-programmes-list", 405, 405, 405, method="POST"),
    Line("api:funding-programmes-detail", 405, 405, 405, args=("offen",), method="DELETE"),
    Line("content:picture", 404, 404, 404, args=("images/nirgends.png",)),
    Line("content:picture", 404, 404, 404, args=("documents/geheim.pdf",)),
    Line("wagtaildocs_serve", 404, 404, 404, args=("999999", "nirgends.pdf")),
    Line("api:guides-list", *READ),
    Line("api:guides-detail", *READ, args=(GUIDE,)),
    Line("api:guides-detail", 404, 404, 404, args=(DRAFT_GUIDE,)),
    Line("api:guides-list", 405, 405, 405, method="POST"),
    Line("api:studies-list", *READ),
    Line("api:studies-detail", 404, 404, 404, args=(DRAFT_GUIDE,)),
    Line("api:news-list", *READ),
    Line("api:news-detail", 404, 404, 404, args=(DRAFT_GUIDE,)),
    Line("api:schema", *READ),
    Line("api:docs", *READ),
]


@pytest.fixture(autouse=True)
def _rows() -> None:
    association = AssociationFactory(id="081185001", name="Verband 081185001")
    MunicipalityFactory(ags="08118048", association=association, name="Ludwigsburg")
    RoleGrantFactory(uuid=GRANT, person__uuid=PERSON)
    DataExportFactory(uuid=EXPORT, state="ready", ready_at=timezone.now(), file="exports/of-another-person.zip")
    ProgrammeFactory(slug="offen")
    ProgrammeFactory(slug="entwurf", hidden=True)
    GuideFactory(slug="offener-leitfaden", translation_key=GUIDE)
    GuideFactory(slug="entwurf-eines-leitfadens", translation_key=DRAFT_GUIDE, hidden=True)


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern) == "redaktion/":
                continue
            yield from names(entry.url_patterns, prefix + (f"{entry.namespace}:" if entry.namespace else ""))
        else:
            assert entry.name, f"{entry.pattern} has no name"
            yield prefix + entry.name


@pytest.mark.parametrize(
    "role", ["anonymous", "person", "editor", "advisor", "moderator", "evaluator", "administrator"]
)
@pytest.mark.parametrize("line", ACCESS, ids=lambda line: f"{line.method} {line.name} {' '.join(line.args)}")
def test_an_address_answers_a_role_as_listed(line: Line, role: str) -> None:
    client = Client()
    if role != "anonymous":
        person = UserFactory()
        if role != "person":
            grant_role(person=person, role=Role(role), by=None, reason="Zugriffstabelle")
        client.force_login(person)
    answer = client.generic(line.method, reverse(line.name, args=line.args))
    assert answer.status_code == line.expected(role), answer.content[:300]


def test_every_address_is_listed_and_every_line_is_an_address() -> None:
    there = set(names(get_resolver().url_patterns))
    assert len(there) > 20
    assert there == {line.name for line in ACCESS}
