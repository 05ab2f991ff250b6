"""The access table: every address and role with the answer expected. An address that is not listed fails.

The editors' admin has some hundred addresses and one rule for all of them: test_admin_access.py.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from portal.accounts.models import Role, User
from portal.accounts.services.roles import grant_role
from portal.following.models import Follow
from tests.factories.accounts import ApiTokenFactory, DataExportFactory, RoleGrantFactory, UserFactory, add_app
from tests.factories.actors import (
    DelegationFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationClaimFactory,
    OrganisationFactory,
    PersonProfileFactory,
    organisation_of,
)
from tests.factories.audit import AuditEventFactory
from tests.factories.content import GuideFactory
from tests.factories.directory import AssociationFactory, MunicipalityFactory
from tests.factories.evaluation import MeasureFactory, ProposalFactory, ReviewFactory, TechnologyFactory
from tests.factories.following import FollowFactory
from tests.factories.funding import (
    ApplicationFactory,
    ApplicationFileFactory,
    CorrectionFactory,
    DifferenceFactory,
    ImportRunFactory,
    LikelyPairFactory,
    ProgrammeFactory,
    UndertakingFactory,
)
from tests.factories.notifications import DeliveryFactory
from tests.factories.opendata import DumpFactory
from tests.factories.projects import (
    CollectionFactory,
    CollectionItemFactory,
    CooperationFactory,
    CooperationFileFactory,
    CooperationStepFactory,
    JoiningFactory,
    MatchFactory,
    PlanFactory,
    ProjectFactory,
    ReuseFactory,
)

pytestmark = pytest.mark.django_db

MUNICIPALITY = ["08118048-ludwigsburg"]
GUIDE, DRAFT_GUIDE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
PERSON, GRANT = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"
EXPORT = "55555555-5555-4555-8555-555555555555"
MEMBER, REQUEST = "66666666-6666-4666-8666-666666666666", "77777777-7777-4777-8777-777777777777"
INVITATION, CLAIM = "88888888-8888-4888-8888-888888888888", "99999999-9999-4999-8999-999999999999"
TOKEN = "cccccccc-cccc-4ccc-8ccc-cccccccccccc"
OFFERED, OWN = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
EVENT = "4711"
MAIL, FOLLOW = "dddddddd-dddd-4ddd-8ddd-dddddddddddd", "eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee"
REVIEW, MEASURE, PROPOSAL = "4712", "4713", "4714"
CORRECTION = "4715"
RUN = "4716"
PAIR = "4717"
APPLICATION, FILE = "ffffffff-ffff-4fff-8fff-ffffffffffff", "12121212-1212-4212-8212-121212121212"
SHARED, PRIVATE = "20202020-2020-4020-8020-202020202020", "21212121-2121-4121-8121-212121212121"
PLAN, SHOWN_PLAN = "22222222-2222-4222-8222-333333333333", "23232323-2323-4323-8323-232323232323"
MATCH, COOPERATION = "24242424-2424-4424-8424-242424242424", "25252525-2525-4525-8525-252525252525"
REUSE, JOINING = "27272727-2727-4727-8727-272727272727", "28282828-2828-4828-8828-282828282828"
ITEM, STEP, PARTNERS_FILE = "4718", "4719", "26262626-2626-4626-8626-262626262626"
PUBLISHED, DRAFT = ["offen"], ["entwurf"]


ALIKE = {
    "reader": "person",
    "contributor": "reader",
    "representative": "contributor",
    "outsider": "person",
    "approver": "editor",
    "advisor": "person",
    "moderator": "person",
    "evaluator": "person",
    "administrator": "person",
    "token": "person",
    "unscoped": "token",
}
"""Whom a role is like, where its line says nothing else. ``outsider`` represents another organisation; ``token`` and
``unscoped`` are programs with a token of a person, with every scope and with none."""
WITHOUT_TOKENS = {"api:schema", "api:docs"}
ROLES = ("anonymous", "person", "editor", *ALIKE)
CENTRE = ("approver", "advisor", "moderator", "evaluator", "administrator")


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
    but: dict[str, int] = {}  # noqa: RUF012 - as above

    def expected(self, role: str) -> int:
        """The status for a role: its own, or that of the role it is like."""
        said = {"anonymous": self.anonymous, "person": self.person, "editor": self.editor}
        if self.administrator:
            said["administrator"] = self.administrator
        if self.name.startswith("api:") and self.name not in WITHOUT_TOKENS:
            said["unscoped"] = 403
            if self.method != "GET":
                said["token"] = 403  # no scope changes anything
        else:
            said |= {"token": self.anonymous, "unscoped": self.anonymous}  # tokens open the API and nothing else
        said |= self.but
        while role not in said:
            role = ALIKE[role]
        return said[role]


REASON = {"reason": "Die Quelle fehlt."}
PROJECT_STEPS = (
    # anonymous, person, editor, project, step, how it is asked, who else, what is sent
    (302, 404, 403, "eigenes", "submit", "POST", {"reader": 403, "representative": 302, "outsider": 404}, {}),
    (302, 404, 302, "eigenes", "publish", "POST", {"reader": 403, "outsider": 404}, {}),  # refused: it is not complete
    (302, 404, 403, "eingereicht-von-uns", "recall", "POST", {"reader": 403, "representative": 302}, {}),
    (302, 404, 302, "eingereicht-von-uns", "take", "POST", {"reader": 403}, {}),
    (302, 404, 400, "eingereicht-von-uns", "give_back", "POST", {"reader": 403}, {}),
    (302, 404, 302, "eingereicht-von-uns", "give_back", "POST", {"reader": 403}, REASON),
    (302, 404, 200, "eingereicht-von-uns", "give_back", "GET", {"reader": 403}, {}),
    (302, 404, 302, "eingereicht-von-uns", "publish", "POST", {"reader": 403}, {}),
    (302, 403, 403, "offen", "publish", "POST", {}, {}),  # of the centre: in the admin
    (302, 403, 403, "offen", "archive", "POST", {}, REASON),
    (302, 404, 302, "eigenes", "archive", "POST", {"reader": 403, "representative": 302}, REASON),
    (302, 404, 403, "eigenes", "discard", "POST", {"reader": 403, "contributor": 302}, {}),
    (302, 404, 403, "eigenes", "restore", "POST", {"reader": 403, "contributor": 302}, {}),
)
"""The steps of a project's version, by project and role; what is not possible in a stage is said by a message."""
READ = (200, 200, 200)
REFUSED = (302, 403, 403)
"""Anonymous readers are asked to sign in, all others are told why they may not; administrators may."""
SIGNED_IN = (302, 200, 200)  # others are asked to sign in
HIDDEN = (302, 404, 404)  # whom it is no business of does not learn that it is there
SENT_ONLY = (302, 405, 405)  # a button sends it; there is nothing to look at
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
    Line("mfa_reauthenticate", 302, 302, 200, 200, but=dict.fromkeys(CENTRE, 200)),  # others have no second factor
    Line("mfa_reauthenticate_webauthn", 302, 302, 302),  # nobody has a passkey here
    Line("mfa_index", *SIGNED_IN),
    Line("mfa_activate_totp", 302, 302, 302),  # first somebody confirms that it is her
    Line("mfa_deactivate_totp", 302, 404, 302, 302, but=dict.fromkeys(CENTRE, 302)),
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
    Line("accounts:end_session", 302, 302, 302, args=("1",), method="POST"),  # show first that it is you
    Line("accounts:api_tokens", 302, 302, 302),  # first somebody shows that it is her
    Line("accounts:revoke_token", *HIDDEN, args=(TOKEN,)),  # another person's; test_tokens.py: one's own
    Line("accounts:revoke_token", *HIDDEN, args=(TOKEN,), method="POST"),
    Line("accounts:people", *REFUSED, 200),
    Line("accounts:person", *REFUSED, 200, args=(PERSON,)),
    Line("accounts:grant_role", *REFUSED, 302, args=(PERSON,)),
    Line("accounts:grant_role", *REFUSED, 400, args=(PERSON,), method="POST"),
    Line("accounts:end_role", *REFUSED, 200, args=(PERSON, GRANT)),
    Line("accounts:end_role", *REFUSED, 400, args=(PERSON, GRANT), method="POST"),
    Line("accounts:access", *REFUSED, 200, args=(PERSON,)),
    Line("accounts:access", *REFUSED, 400, args=(PERSON,), method="POST"),
    Line(
        "accounts:access",
        *REFUSED,
        302,
        args=(PERSON,),
        method="POST",
        data={"action": "sign-out", "reason": "Gerät verloren"},
    ),
    Line("accounts:view_as", *REFUSED, 200, args=(PERSON,)),
    Line("accounts:view_as", *REFUSED, 400, args=(PERSON,), method="POST"),
    Line("accounts:view_as", *REFUSED, 302, args=(PERSON,), method="POST", data={"reason": "Anfrage 4711: Seite leer"}),
    Line("accounts:end_support_view", *SENT_ONLY),
    Line("accounts:end_support_view", 302, 302, 302, method="POST"),  # there is nothing to end
    Line("accounts:support_views", *SIGNED_IN),
    Line("audit:events", *REFUSED, 200),
    Line("audit:event", *REFUSED, 200, args=(EVENT,)),
    Line("audit:export", *SENT_ONLY, args=("csv",)),
    Line("audit:export", *REFUSED, 200, args=("csv",), method="POST"),
    Line("audit:export", *REFUSED, 200, args=("xlsx",), method="POST"),
    Line("accounts:own_data", 302, 200, 200),
    Line("accounts:request_export", 302, 405, 405),
    Line("accounts:request_export", 302, 302, 302, method="POST"),
    Line("accounts:fetch_export", 302, 404, 404, args=(EXPORT,)),  # another person's; test_own_data.py: one's own
    Line("accounts:erase", 302, 200, 200),
    Line(  # without the password: the form again; who is the last of her kind hands over first
        "accounts:erase",
        302,
        200,
        200,
        method="POST",
        but={"representative": 409, "administrator": 409},
    ),
    Line("accounts:erased", *READ),
    Line("accounts:record_of_processing", *READ),
    Line("api:organisations-list", *READ),
    Line("api:organisations-detail", *READ, args=("eigene",)),
    Line("directory:agree_delegation", *SENT_ONLY, args=(OFFERED,)),
    Line(
        "directory:agree_delegation",
        *HIDDEN,
        args=(OFFERED,),
        method="POST",
        but={"reader": 403, "representative": 302},
    ),
    Line(
        "directory:change_membership",
        *HIDDEN,
        403,
        args=(MEMBER,),
        but={"reader": 403, "representative": 200, "moderator": 403},
    ),
    Line(
        "directory:change_membership",
        *HIDDEN,
        403,
        args=(MEMBER,),
        method="POST",
        but={"reader": 403, "representative": 400, "moderator": 403},
    ),
    Line("directory:choose_acting", *SENT_ONLY),
    Line("directory:choose_acting", 302, 302, 302, method="POST"),
    Line("directory:claims", *REFUSED, 200, but={"moderator": 200}),
    Line("directory:claims", *SENT_ONLY, method="POST"),
    Line("directory:confirm_membership", *SENT_ONLY, args=(REQUEST,)),
    Line(
        "directory:confirm_membership",
        *HIDDEN,
        403,
        args=(REQUEST,),
        method="POST",
        but={"representative": 302, "moderator": 403},
    ),
    Line("directory:create_organisation", 302, 403, 200, 200, but={"approver": 403}),
    Line("directory:create_organisation", 302, 403, 400, 400, method="POST", but={"approver": 403}),
    Line("directory:decide_claim", *REFUSED, 200, args=(CLAIM,), but={"moderator": 200}),
    Line("directory:decide_claim", *REFUSED, 400, args=(CLAIM,), method="POST", but={"moderator": 400}),
    Line("directory:decline_delegation", *SENT_ONLY, args=(OFFERED,)),
    Line(
        "directory:decline_delegation",
        *HIDDEN,
        args=(OFFERED,),
        method="POST",
        but={"reader": 403, "representative": 302},
    ),
    Line("directory:edit_organisation", *REFUSED, args=("eigene",), but={"contributor": 200}),
    Line("directory:edit_organisation", *REFUSED, args=("eigene",), method="POST", but={"contributor": 400}),
    Line("directory:edit_person", *SIGNED_IN),
    Line("directory:edit_person", 302, 400, 400, method="POST"),
    Line(
        "directory:end_membership",
        *HIDDEN,
        200,
        args=(MEMBER,),
        but={"reader": 403, "representative": 200, "moderator": 200},
    ),
    Line(
        "directory:end_membership",
        *HIDDEN,
        302,
        args=(MEMBER,),
        method="POST",
        but={"reader": 403, "representative": 302, "moderator": 302},
    ),
    Line(
        "directory:hand_over",
        *HIDDEN,
        403,
        args=(MEMBER,),
        but={"reader": 403, "representative": 404, "moderator": 403},
    ),
    Line(
        "directory:hand_over",
        *HIDDEN,
        403,
        args=(MEMBER,),
        method="POST",
        but={"reader": 403, "representative": 404, "moderator": 403},
    ),
    Line("directory:invitation", 404, 404, 404, args=("x",)),
    Line("directory:invitation", 404, 404, 404, args=("x",), method="POST"),
    Line("directory:invite", *SENT_ONLY, args=("eigene",)),
    Line("directory:invite", *REFUSED, args=("eigene",), method="POST", but={"representative": 400}),
    Line("directory:join", *SIGNED_IN, args=("eigene",), but={"reader": 302}),
    Line("directory:join", 302, 400, 400, args=("eigene",), method="POST", but={"reader": 403}),
    Line("directory:my_organisations", *SIGNED_IN),
    Line("directory:my_organisations", *SENT_ONLY, method="POST"),
    Line("directory:official_data", 302, 403, 200, 200, args=("eigene",), but={"approver": 403}),
    Line("directory:official_data", 302, 403, 302, 302, args=("eigene",), method="POST", but={"approver": 403}),
    Line("directory:organisation_delegations", *REFUSED, 200, args=("eigene",), but={"reader": 200, "moderator": 200}),
    Line("directory:organisation_delegations", *REFUSED, args=("eigene",), method="POST", but={"representative": 400}),
    Line("directory:organisation_detail", *READ, args=("eigene",)),
    Line("directory:organisation_detail", 405, 405, 405, args=("eigene",), method="POST"),
    Line("directory:organisation_list", *READ),
    Line("directory:organisation_list", 405, 405, 405, method="POST"),
    Line("directory:organisation_members", *REFUSED, 200, args=("eigene",), but={"reader": 200, "moderator": 200}),
    Line("directory:organisation_members", *SENT_ONLY, args=("eigene",), method="POST"),
    Line("directory:person_detail", 404, 200, 200, args=(PERSON,)),
    Line("directory:person_detail", 405, 405, 405, args=(PERSON,), method="POST"),
    Line("directory:reject_membership", *SENT_ONLY, args=(REQUEST,)),
    Line(
        "directory:reject_membership",
        *HIDDEN,
        403,
        args=(REQUEST,),
        method="POST",
        but={"representative": 302, "moderator": 403},
    ),
    Line("directory:revoke_delegation", *SENT_ONLY, args=(OFFERED,)),
    Line("directory:revoke_delegation", *HIDDEN, args=(OFFERED,), method="POST", but={"reader": 403}),
    Line("directory:withdraw_claim", *SENT_ONLY, args=(CLAIM,)),
    Line("directory:withdraw_claim", *HIDDEN, 403, args=(CLAIM,), method="POST", but={"moderator": 403}),
    Line("directory:withdraw_invitation", *SENT_ONLY, args=(INVITATION,)),
    Line("directory:withdraw_invitation", *HIDDEN, args=(INVITATION,), method="POST", but={"representative": 302}),
    Line("directory:withdraw_membership", *SENT_ONLY, args=(REQUEST,)),
    Line(
        "directory:withdraw_membership",
        *HIDDEN,
        403,
        args=(REQUEST,),
        method="POST",
        but={"representative": 403, "moderator": 403},
    ),
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
    Line("projects:project_list", *READ),
    Line("projects:project_map", *READ),
    Line("projects:project_matrix", *READ),
    Line("projects:comparison", *READ),
    Line("projects:list_export", *READ, args=("csv",)),
    Line("projects:list_export", *READ, args=("pdf",)),
    Line("projects:list_export", *READ, args=("geojson",)),
    Line("projects:list_export", 404, 404, 404, args=("docx",)),
    Line("projects:project_detail", *READ, args=("offen",)),
    Line("projects:project_detail", 404, 404, 200, args=("entwurf",)),
    Line("projects:project_detail", 404, 404, 200, args=("eigenes",), but={"reader": 200, "outsider": 404}),
    Line("projects:project_profile", *READ, args=("offen",)),
    Line("projects:project_profile", 404, 404, 200, args=("entwurf",)),
    Line("projects:ours", *SIGNED_IN),
    Line("projects:submitted", 302, 403, 200),
    Line("projects:create", *HIDDEN, but={"reader": 403, "contributor": 200, "outsider": 200}),
    Line("projects:create", *HIDDEN, method="POST", but={"reader": 403, "contributor": 400, "outsider": 400}),
    Line("projects:edit", 302, 403, 403, args=("offen",)),  # of the centre: its editors write it in their admin
    Line("projects:edit", 302, 404, 403, args=("eigenes",), but={"reader": 403, "contributor": 200, "outsider": 404}),
    Line(
        "projects:edit",
        *(302, 404, 403),
        args=("eigenes",),
        method="POST",
        but={"reader": 403, "contributor": 400, "outsider": 404},
    ),
    Line("projects:pictures", 302, 404, 403, args=("eigenes",), but={"reader": 403, "contributor": 200}),
    Line(
        "projects:pictures",
        *(302, 404, 403),
        args=("eigenes",),
        method="POST",
        but={"reader": 403, "contributor": 400},
    ),
    Line("projects:project_inside", 302, 403, 200, args=("offen",)),
    Line("projects:project_inside", 302, 404, 200, args=("eigenes",), but={"reader": 200}),
    Line("projects:project_version", 302, 403, 200, args=("offen",)),
    Line("projects:project_version", 302, 404, 200, args=("eigenes",), but={"reader": 200}),
    Line("projects:project_version", 302, 404, 200, args=("entwurf",)),
    *(
        Line("projects:take_step", *line[:3], args=(line[3], line[4]), method=line[5], but=line[6], data=line[7])
        for line in PROJECT_STEPS
    ),
    Line("projects:confirm_here", *SENT_ONLY, args=("offen",)),
    Line("projects:confirm_here", 302, 403, 302, args=("offen",), method="POST"),
    Line("projects:confirm", 404, 404, 404, args=("made-up",)),
    Line("projects:confirm", 404, 404, 404, args=("made-up",), method="POST"),
    Line("projects:read_in", 302, 403, 200, but={"reader": 403, "contributor": 200, "outsider": 200}),
    Line("projects:read_in", 302, 403, 400, method="POST", but={"reader": 403, "contributor": 400, "outsider": 400}),
    Line("projects:read_in_template", *SIGNED_IN),
    Line(
        "projects:read_in_report",
        *(302, 403, 400),  # what was uploaded is gone
        args=("made-up",),
        but={"reader": 403, "contributor": 400, "outsider": 400},
    ),
    Line("projects:reuse", *HIDDEN, args=("offen",), but={"reader": 403, "contributor": 200, "outsider": 200}),
    Line(
        "projects:reuse",
        *HIDDEN,
        args=("offen",),
        method="POST",
        data={"stage": "planung", "since_on": "01.09.2026"},
        but={"reader": 403, "contributor": 302, "outsider": 302},
    ),
    Line("projects:withdraw_reuse", *HIDDEN, args=("offen",), but={"reader": 403, "contributor": 200, "outsider": 404}),
    Line(
        "projects:withdraw_reuse",
        *HIDDEN,
        args=("offen",),
        method="POST",
        but={"reader": 403, "contributor": 302, "outsider": 404},
    ),
    Line("projects:reuse_report", *HIDDEN, args=("offen",), but={"reader": 403, "contributor": 200, "outsider": 404}),
    Line(
        "projects:reuse_report",
        *HIDDEN,
        args=("offen",),
        method="POST",
        but={"reader": 403, "contributor": 302, "outsider": 404},
    ),
    Line("projects:hide_reuse", 302, 403, 200, args=("offen", REUSE)),
    Line("projects:hide_reuse", 302, 403, 400, args=("offen", REUSE), method="POST"),
    Line("projects:collections", *READ),
    Line("projects:collection", *READ, args=(SHARED,)),
    Line("projects:collection", 404, 404, 404, args=(PRIVATE,)),
    Line("projects:create_collection", *SIGNED_IN),
    Line("projects:create_collection", 302, 400, 400, method="POST"),
    Line("projects:edit_collection", 302, 403, 200, args=(SHARED,)),
    Line("projects:edit_collection", 302, 403, 400, args=(SHARED,), method="POST"),
    Line("projects:edit_collection", 302, 404, 404, args=(PRIVATE,)),
    Line("projects:delete_collection", 302, 403, 200, args=(SHARED,)),
    Line("projects:delete_collection", 302, 403, 302, args=(SHARED,), method="POST"),
    Line("projects:change_item", *SENT_ONLY, args=(SHARED, ITEM)),
    Line("projects:change_item", 302, 403, 302, args=(SHARED, ITEM), method="POST", data={"what": "up"}),
    Line("projects:collect", *SIGNED_IN, args=("offen",)),
    Line("projects:collect", 302, 404, 302, args=("offen",), method="POST", data={"collection": SHARED}),
    Line("projects:radar", *READ),
    Line("projects:create_plan", *HIDDEN, but={"reader": 403, "contributor": 200, "outsider": 404}),
    Line("projects:create_plan", *HIDDEN, method="POST", but={"reader": 403, "contributor": 400, "outsider": 404}),
    Line("projects:plan", *READ, args=(SHOWN_PLAN,)),
    Line("projects:plan", 404, 404, 404, args=(PLAN,), but={"reader": 200, "outsider": 404}),
    Line("projects:edit_plan", *HIDDEN, args=(PLAN,), but={"reader": 403, "contributor": 200, "outsider": 404}),
    Line("projects:edit_plan", 302, 403, 403, args=(SHOWN_PLAN,)),
    Line(
        "projects:edit_plan",
        *HIDDEN,
        args=(PLAN,),
        method="POST",
        but={"reader": 403, "contributor": 400, "outsider": 404},
    ),
    Line("projects:close_plan", *SENT_ONLY, args=(PLAN, "zurueckziehen")),
    Line(
        "projects:close_plan",
        *HIDDEN,
        args=(PLAN, "zurueckziehen"),
        method="POST",
        but={"reader": 403, "contributor": 302, "outsider": 404},
    ),
    Line("projects:match", *HIDDEN, args=(MATCH,), but={"reader": 200, "outsider": 404}),
    Line("projects:answer_match", *SENT_ONLY, args=(MATCH,)),
    Line(
        "projects:answer_match",
        *HIDDEN,
        args=(MATCH,),
        method="POST",
        data={"antwort": "ja"},
        but={"reader": 403, "contributor": 303, "outsider": 404},
    ),
    Line("projects:cooperation", *HIDDEN, args=(COOPERATION,), but={"reader": 200, "outsider": 404}),
    Line(
        "projects:edit_cooperation",
        *HIDDEN,
        args=(COOPERATION,),
        but={"reader": 403, "contributor": 200, "outsider": 404},
    ),
    Line(
        "projects:edit_cooperation",
        *HIDDEN,
        args=(COOPERATION,),
        method="POST",
        but={"reader": 403, "contributor": 400, "outsider": 404},
    ),
    Line("projects:add_step", *SENT_ONLY, args=(COOPERATION,)),
    Line(
        "projects:add_step",
        *HIDDEN,
        args=(COOPERATION,),
        method="POST",
        but={"reader": 403, "contributor": 400, "outsider": 404},
    ),
    Line("projects:tick_step", *SENT_ONLY, args=(COOPERATION, STEP)),
    Line(
        "projects:tick_step",
        *HIDDEN,
        args=(COOPERATION, STEP),
        method="POST",
        but={"reader": 403, "contributor": 302, "outsider": 404},
    ),
    *(
        Line(f"projects:{name}", *HIDDEN, args=args, but={"reader": 403, "contributor": 200, "outsider": 404})
        for name, args in (
            ("edit_step", (COOPERATION, STEP)),
            ("delete_step", (COOPERATION, STEP)),
            ("propose_partner", (COOPERATION,)),
            ("leave_cooperation", (COOPERATION,)),
        )
    ),
    *(
        Line(
            f"projects:{name}",
            *HIDDEN,
            args=args,
            method="POST",
            but={"reader": 403, "contributor": status, "outsider": 404},
        )
        for name, args, status in (
            ("edit_step", (COOPERATION, STEP), 400),
            ("delete_step", (COOPERATION, STEP), 302),
            ("propose_partner", (COOPERATION,), 400),
            ("leave_cooperation", (COOPERATION,), 302),
        )
    ),
    Line("projects:joining", *HIDDEN, args=(JOINING,), but={"reader": 200, "outsider": 404}),
    Line("projects:answer_joining", *SENT_ONLY, args=(JOINING,)),
    Line(
        "projects:answer_joining",
        *HIDDEN,
        args=(JOINING,),
        method="POST",
        data={"antwort": "ja"},
        but={"reader": 403, "contributor": 303, "outsider": 404},
    ),
    Line("projects:attach_file", *SENT_ONLY, args=(COOPERATION,)),
    Line(
        "projects:attach_file",
        *HIDDEN,
        args=(COOPERATION,),
        method="POST",
        but={"reader": 403, "contributor": 400, "outsider": 404},
    ),
    Line("projects:download_file", *HIDDEN, args=(COOPERATION, PARTNERS_FILE), but={"reader": 200, "outsider": 404}),
    Line("projects:detach_file", *SENT_ONLY, args=(COOPERATION, PARTNERS_FILE)),
    Line(
        "projects:detach_file",
        *HIDDEN,
        args=(COOPERATION, PARTNERS_FILE),
        method="POST",
        but={"reader": 403, "contributor": 302, "outsider": 404},
    ),
    Line("api:projects-list", *READ),
    Line("api:projects-detail", *READ, args=("offen",)),
    Line("api:projects-detail", 404, 404, 200, args=("entwurf",)),
    Line("api:projects-geojson", *READ),
    Line("api:projects-match", 400, 400, 400),  # no municipality is named
    Line("api:projects-reuses", *READ, args=("offen",)),
    Line("api:projects-reuses", 404, 404, 200, args=("entwurf",)),
    Line("api:projects-list", 405, 405, 405, method="POST"),
    Line("funding:programme_list", *READ),
    Line("funding:programme_detail", *READ, args=("offen",)),
    Line("funding:programme_detail", 404, 404, 200, args=("entwurf",)),
    Line("funding:propose_correction", *READ, args=("offen",)),
    Line("funding:propose_correction", 403, 403, 403, args=("offen",), method="POST"),  # nothing says it is our form
    Line("funding:propose_correction", 404, 404, 200, args=("entwurf",)),
    Line("funding:corrections", 302, 403, 200),
    Line("funding:imports", 302, 403, 200),
    Line("funding:import_run", 302, 403, 200, args=(RUN,)),
    Line("funding:go_on_import", 302, 403, 302, args=(RUN,), method="POST"),
    Line("funding:differences", 302, 403, 200),
    Line("funding:decide_differences", 302, 403, 302, args=("anders",), method="POST"),
    Line("funding:ask_again", 302, 403, 302, args=("anders",), method="POST", data={"field": "title"}),
    Line("funding:duplicates", 302, 403, 200),
    Line("funding:merge", 302, 403, 400),  # no two are named
    Line("funding:merge", 302, 403, 302, method="POST", data={"bleibt": "offen", "geht": "anders"}),
    *(
        Line(f"funding:{name}", *SENT_ONLY, args=args)
        for name, args in (
            ("go_on_import", (RUN,)),
            ("decide_differences", ("anders",)),
            ("ask_again", ("anders",)),
            ("say_distinct", (PAIR,)),
            ("take_apart", ("anders",)),
        )
    ),
    Line("funding:say_distinct", 302, 403, 302, args=(PAIR,), method="POST"),
    Line("funding:take_apart", 302, 403, 302, args=("anders",), method="POST"),
    Line("funding:decide_correction", *SENT_ONLY, args=(CORRECTION,)),
    Line("funding:decide_correction", 302, 403, 302, args=(CORRECTION,), method="POST"),
    Line("funding:undertakings", *READ),
    Line("funding:undertaking", *READ, args=("offen",)),
    Line("funding:undertaking", 404, 404, 200, args=("entwurf",)),
    Line("funding:applications", *SIGNED_IN),
    Line("funding:application", *HIDDEN, args=(APPLICATION,), but={"reader": 200}),
    Line("funding:edit_application", *HIDDEN, args=(APPLICATION,), but={"reader": 403, "contributor": 200}),
    Line(
        "funding:edit_application",
        *HIDDEN,
        args=(APPLICATION,),
        method="POST",
        but={"reader": 403, "contributor": 400},
    ),
    Line("funding:delete_application", *HIDDEN, args=(APPLICATION,), but={"reader": 403, "contributor": 200}),
    Line(
        "funding:delete_application",
        *HIDDEN,
        args=(APPLICATION,),
        method="POST",
        but={"reader": 403, "contributor": 302},
    ),
    Line("funding:application_step", *SENT_ONLY, args=(APPLICATION, "plan")),
    Line(
        "funding:application_step",
        *HIDDEN,
        args=(APPLICATION, "plan"),
        method="POST",
        but={"reader": 403, "contributor": 302},
    ),
    Line("funding:attach_file", *SENT_ONLY, args=(APPLICATION,)),
    Line("funding:attach_file", *HIDDEN, args=(APPLICATION,), method="POST", but={"reader": 403, "contributor": 400}),
    Line("funding:download_file", *HIDDEN, args=(APPLICATION, FILE), but={"reader": 200}),
    Line("funding:detach_file", *SENT_ONLY, args=(APPLICATION, FILE)),
    Line(
        "funding:detach_file",
        *HIDDEN,
        args=(APPLICATION, FILE),
        method="POST",
        but={"reader": 403, "contributor": 302},
    ),
    Line("funding:note", *SENT_ONLY, args=("offen",)),
    Line(
        "funding:note",
        *HIDDEN,
        args=("offen",),
        method="POST",
        but={"reader": 403, "contributor": 302, "outsider": 302},
    ),
    Line("funding:calculator", *READ),
    Line("funding:comparison", *READ),
    Line("funding:freshness", *READ),
    Line("funding:landscape", 302, 403, 200, 200, but={"approver": 200, "evaluator": 200, "administrator": 200}),
    Line("funding:list_export", *READ, args=("csv",)),
    Line("funding:list_export", *READ, args=("pdf",)),
    Line("funding:list_export", 404, 404, 404, args=("docx",)),
    Line("funding:list_calendar", *READ),
    Line("funding:programme_calendar", *READ, args=("offen",)),
    Line("funding:programme_calendar", 404, 404, 200, args=("entwurf",)),
    Line("funding:programme_places", *READ, args=("offen",)),
    Line("funding:programme_places", 404, 404, 200, args=("entwurf",)),
    Line("funding:answer", 405, 405, 405, args=("offen",)),
    Line("funding:answer", 403, 403, 403, args=("offen",), method="POST"),  # nothing says that the form is ours
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
    Line("api:funding-programmes-deadlines", *READ),
    Line("api:funding-programmes-match", 400, 400, 400, args=("offen",)),  # no municipality is named
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
    Line("search:suggest", *READ),
    Line("search:opened", 405, 405, 405),
    Line("search:opened", 403, 403, 403, method="POST"),  # nothing says that the page is ours
    Line("mails", 404, 404, 404),  # neither development nor a demonstration
    Line("mail", 404, 404, 404, args=("digest",)),
    Line("notifications:inbox", *SIGNED_IN),
    Line("notifications:mark", *SENT_ONLY),
    Line("notifications:mark", 302, 302, 302, method="POST"),
    Line("notifications:preferences", *SIGNED_IN),
    Line("notifications:preferences", 302, 400, 400, method="POST"),
    Line("notifications:mails_again", *SENT_ONLY),
    Line("notifications:mails_again", 302, 302, 302, method="POST"),
    Line("notifications:web_copy", *HIDDEN, args=(MAIL,)),  # of another person
    Line("notifications:stop", 404, 404, 404, args=("made-up",)),
    Line("notifications:stop", 404, 404, 404, args=("made-up",), method="POST"),
    Line("notifications:deliveries", *REFUSED, 200),
    Line("notifications:send_again", *SENT_ONLY, args=(MAIL,)),
    Line("notifications:send_again", *REFUSED, 302, args=(MAIL,), method="POST"),
    Line("following:create", 404, 404, 404),  # the address says what is to be followed: test_following.py
    Line("following:create", 403, 403, 403, method="POST"),  # nothing says that the form is ours
    Line("following:sent", *READ),
    Line("following:confirm", 404, 404, 404, args=("made-up",)),
    Line("following:confirm", 404, 404, 404, args=("made-up",), method="POST"),
    Line("following:subscriber", 404, 404, 404, args=("made-up",)),
    Line("following:subscriber", 404, 404, 404, args=("made-up",), method="POST"),
    Line("following:feed", *READ, args=(FOLLOW,)),  # public content, behind an address that nobody can guess
    Line("following:calendar", *READ, args=(FOLLOW,)),
    Line("following:list", *SIGNED_IN),
    Line("following:change", *SENT_ONLY),
    Line("following:change", *HIDDEN, method="POST", data={"key": FOLLOW}),
    Line("evaluation:statistics", *READ),
    Line("evaluation:statistics_csv", *READ),
    Line("evaluation:statistics_json", *READ),
    Line("evaluation:reports", *READ),
    Line("evaluation:report", *READ, args=("funding", "2026-06-30")),
    Line("evaluation:report", 404, 404, 404, args=("content", "2026-06-30")),  # still being written
    Line("evaluation:report_pdf", *READ, args=("funding", "2026-06-30")),
    Line("evaluation:dashboard", *REFUSED, 200, but={"evaluator": 200}),
    Line("evaluation:review", *REFUSED, 200, args=(REVIEW,), but={"evaluator": 200}),
    Line(
        "evaluation:review",
        *REFUSED,
        400,
        args=(REVIEW,),
        method="POST",
        data={"action": "measure"},
        but={"evaluator": 400},
    ),
    Line("evaluation:publish", *REFUSED, 200, args=(REVIEW,), but={"evaluator": 200}),
    Line("evaluation:publish", *REFUSED, 302, args=(REVIEW,), method="POST", but={"evaluator": 302}),
    Line("evaluation:update_measure", *SENT_ONLY, args=(MEASURE,)),
    Line("evaluation:update_measure", *REFUSED, 302, args=(MEASURE,), method="POST", but={"evaluator": 302}),
    Line("evaluation:radar", *READ),
    Line("evaluation:technology", *READ, args=("offen",)),
    Line("evaluation:technology", 404, 404, 200, 200, args=("entwurf",), but={"evaluator": 200}),
    Line("evaluation:propose", *SIGNED_IN),
    Line("evaluation:propose", 302, 400, 400, method="POST"),
    Line("evaluation:proposals", 302, 403, 200, 200, but={"evaluator": 200}),
    Line("evaluation:answer", 302, 403, 200, 200, args=(PROPOSAL,), but={"evaluator": 200}),
    Line("evaluation:answer", 302, 403, 400, 400, args=(PROPOSAL,), method="POST", but={"evaluator": 400}),
    Line("evaluation:new_technology", 302, 403, 200, 200, but={"evaluator": 200}),
    Line("evaluation:new_technology", 302, 403, 400, 400, method="POST", but={"evaluator": 400}),
    Line("evaluation:edit_technology", 302, 403, 200, 200, args=("offen",), but={"evaluator": 200}),
    Line("evaluation:edit_technology", 302, 403, 400, 400, args=("offen",), method="POST", but={"evaluator": 400}),
    Line("api:technologies-list", *READ),
    Line("api:technologies-detail", *READ, args=("offen",)),
    Line("api:technologies-detail", 404, 404, 200, 200, args=("entwurf",), but={"evaluator": 200}),
    Line("api:indicators", *READ),
    Line("api:vocabularies", *READ),
    Line("opendata:index", *READ),
    Line("opendata:download", *READ, args=("funding-programmes", "csv")),
    Line("opendata:download", 404, 404, 404, args=("organisations", "csv")),
    Line("api:schema", *READ),
    Line("api:docs", *READ),
]


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, User]]:
    """One person for each role, and what the lines speak of: made once, each test starts from it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _made()
        transaction.set_rollback(True)


@pytest.fixture
def people(everybody: dict[str, User]) -> dict[str, User]:
    """The same people, read anew: what one test has asked of them another does not find remembered."""
    return {name: User.objects.get(pk=person.pk) for name, person in everybody.items()}


def _made() -> dict[str, User]:
    association = AssociationFactory(id="081185001", name="Verband 081185001")
    place = MunicipalityFactory(ags="08118048", association=association, name="Ludwigsburg")
    ProgrammeFactory(slug="offen")
    ProgrammeFactory(slug="entwurf", hidden=True)
    UndertakingFactory(slug="offen")
    CorrectionFactory(pk=CORRECTION)
    ImportRunFactory(pk=RUN)
    DifferenceFactory(programme=ProgrammeFactory(imported=True, slug="anders"))
    LikelyPairFactory(pk=PAIR)
    UndertakingFactory(slug="entwurf", hidden=True)
    GuideFactory(slug="offener-leitfaden", translation_key=GUIDE)
    GuideFactory(slug="entwurf-eines-leitfadens", translation_key=DRAFT_GUIDE, hidden=True)
    DumpFactory()
    TechnologyFactory(slug="offen")
    TechnologyFactory(slug="entwurf", hidden=True)
    published = ReviewFactory(area="funding", until=date(2026, 6, 30))
    MeasureFactory(pk=MEASURE, review=published)
    ReviewFactory(pk=REVIEW, area="content", until=date(2026, 6, 30), hidden=True)
    ProposalFactory(pk=PROPOSAL)
    DeliveryFactory(key=MAIL)
    Follow.objects.filter(pk=FollowFactory().pk).update(key=FOLLOW)
    # of somebody who is none of those who ask
    other = RoleGrantFactory(uuid=GRANT, person__uuid=PERSON).person
    PersonProfileFactory(person=other)
    DataExportFactory(
        uuid=EXPORT, person=other, state="ready", ready_at=timezone.now(), file="exports/of-another-person.zip"
    )
    own = organisation_of(place, pk=OWN, slug="eigene")
    foreign = OrganisationFactory(slug="fremde")
    made = {name: UserFactory() for name in ("person", "reader", "contributor", "representative", "outsider", "token")}
    for name in ("representative", "contributor", "reader"):
        MembershipFactory(person=made[name], organisation=own, role=name)
    MembershipFactory(person=made["outsider"], organisation=foreign)
    MembershipFactory(pk=MEMBER, person=other, organisation=own, role="contributor")
    MembershipFactory(pk=REQUEST, organisation=own, hidden=True)
    InvitationFactory(pk=INVITATION, organisation=own)
    OrganisationClaimFactory(pk=CLAIM, organisation=foreign)
    DelegationFactory(
        pk=OFFERED, principal=own, delegate=organisation_of(association), hidden=True, asked_by_delegate=True
    )
    ApplicationFileFactory(pk=FILE, application=ApplicationFactory(pk=APPLICATION, organisation=own))
    _make_projects(own, foreign, other)
    ApiTokenFactory(uuid=TOKEN, person=other)
    AuditEventFactory(pk=EVENT)
    ApiTokenFactory(person=made["token"], secret="kds_token")
    ApiTokenFactory(person=made["token"], secret="kds_unscoped", scopes=[])
    for role in Role:
        made[role] = UserFactory()
        grant_role(person=made[role], role=role, by=None, reason="Zugriffstabelle")
        add_app(made[role])
    return made


def _make_projects(own: Any, foreign: Any, other: User) -> None:
    """Projects of the centre and of the organisation, what it uses again, plans, and what came of one."""
    ReuseFactory(project=ProjectFactory(slug="offen"), organisation=own, id=REUSE)
    ProjectFactory(slug="entwurf", hidden=True)
    ProjectFactory(slug="eigenes", hidden=True, organisation=own)
    ProjectFactory(slug="eingereicht-von-uns", hidden=True, organisation=own, stage="submitted")
    CollectionItemFactory(pk=ITEM, collection=CollectionFactory(pk=SHARED))
    CollectionFactory(pk=PRIVATE, is_public=False, person=other)
    plan = PlanFactory(pk=PLAN, organisation=own, hidden=True)
    shown = PlanFactory(pk=SHOWN_PLAN)
    MatchFactory(pk=MATCH, first=plan, second=shown)
    begun = MatchFactory(first=plan, second=PlanFactory(), first_answer="ja", second_answer="ja")
    CooperationFactory(pk=COOPERATION, match=begun)
    JoiningFactory(
        pk=JOINING,
        cooperation_id=COOPERATION,
        cooperation=None,
        organisation=foreign,
        proposed_by=begun.second.organisation if begun.first.organisation == own else begun.first.organisation,
    )
    CooperationStepFactory(pk=STEP, cooperation_id=COOPERATION, cooperation=None)
    CooperationFileFactory(pk=PARTNERS_FILE, cooperation_id=COOPERATION, cooperation=None)


def answer_to(line: Line, role: str, people: dict[str, User]) -> int:
    """Ask as somebody of a role, and take back what came of it."""
    client = Client()
    with transaction.atomic():
        if role in people and role != "token":
            client.force_login(people[role])
        cache.clear()
        address = reverse(line.name, args=line.args)
        headers = {"Authorization": f"Bearer kds_{role}"} if role in {"token", "unscoped"} else {}
        form = "application/x-www-form-urlencoded"
        answer = client.generic(line.method, address, urlencode(line.data), form, headers=headers)
        if answer.streaming:
            b"".join(answer.streaming_content)  # read to its end, a file is closed
        transaction.set_rollback(True)
    return answer.status_code


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern) == "redaktion/":
                continue
            yield from names(entry.url_patterns, prefix + (f"{entry.namespace}:" if entry.namespace else ""))
        else:
            assert entry.name, f"{entry.pattern} has no name"
            yield prefix + entry.name


@pytest.mark.parametrize("line", ACCESS, ids=lambda line: f"{line.method} {line.name} {' '.join(line.args)}")
def test_an_address_answers_each_role_as_listed(line: Line, people: dict[str, User]) -> None:
    """One by one, each from the same state."""
    answers = {role: answer_to(line, role, people) for role in ROLES}
    wrong = {role: f"{got}, not {line.expected(role)}" for role, got in answers.items() if got != line.expected(role)}
    assert wrong == {}


def test_every_address_is_listed_and_every_line_is_an_address() -> None:
    there = set(names(get_resolver().url_patterns))
    assert len(there) > 20
    assert there == {line.name for line in ACCESS}
