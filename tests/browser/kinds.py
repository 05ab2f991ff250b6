"""Every kind of page, as one list that the browser tests walk over.

A new address, a new resource and a new page type of the editors join by themselves; where nobody can walk to one, a
test fails with its name (`test_kinds.py`). The states that a page can be in (errors, empty, filtered …) are named one
by one at the end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, resolve, reverse
from playwright.sync_api import Page
from wagtail.models import Locale, get_page_models
from wagtail.models import Page as AnyPage

from funding.models import Application, ImportRun, LikelyPair, Programme
from portal.areas import areas
from portal.audit.models import AuditEvent, Verb
from portal.content.models import FormPage
from portal.content.models.forms import SENT
from portal.directory.actors.mails import invitation_token
from portal.following.services.subscribing import confirmation_token
from portal.notifications.services.stopping import token_for
from portal.notifications.services.writing import choices_path
from projects.models import Collection, Cooperation, CooperationStep, Joining, Match, Plan, Project, Reuse
from projects.services.confirming import token_for as token_of
from tests.browser.failures import FAILURES

if TYPE_CHECKING:
    from tests.browser.sites import Site

NO_PAGE = {  # answers to an anonymous GET that say: here is no page to look at
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NO_CONTENT,
}
ADMIN = "portal.content.admin.urls"  # for signed-in editors alone, and Wagtail's own work


@dataclass(frozen=True)
class Kind:
    """A kind of page.

    Attributes:
        status: what it is answered with.
        reader: who looks at it: somebody unknown, somebody who has chosen a municipality or dark pages, an editor,
            somebody who represents the municipality (``person``), an administrator, or one who looks at the portal as
            somebody else (``viewing``).
        sends: the fields to fill in before the page's form is sent; None when the page itself is meant.
        form: which form that is.
    """

    name: str
    address: str
    status: int = 200
    reader: Literal["anonymous", "chosen", "dark", "editor", "person", "administrator", "viewing"] = "anonymous"
    sends: Mapping[str, str] | None = field(default=None, hash=False)
    form: str = "main form[method=post]:not(#feedback-form, #passkey-login)"

    def open(self, page: Page, site: "Site") -> str:
        """Show it in the window and return its HTML as the server sent it."""
        page.context.clear_cookies()
        cookies = site.cookies.get(self.reader, {})
        page.context.add_cookies(
            [{"name": name, "value": value, "domain": "localhost", "path": "/"} for name, value in cookies.items()]
        )
        response = page.goto(self.address)
        if self.sends is not None:
            form = page.locator(self.form)
            for name, value in self.sends.items():
                field = form.locator(f"[name={name}]")
                if field.get_attribute("type") == "hidden":  # nobody fills it in: another one changed what it says
                    field.evaluate("(field, value) => (field.value = value)", value)
                else:
                    field.fill(value)
            with page.expect_navigation() as sending:
                # Neither the browser's own check nor a script comes between.
                form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
            response = sending.value
        assert response is not None
        assert response.status == self.status, f"{self.address} answers {response.status}"
        return response.text()


def kinds(site: "Site") -> list[Kind]:
    """Return every kind of page there is, each once."""
    found: dict[object, Kind] = {}
    for kind in [*addresses(), *page_types(), *states(site)]:
        found.setdefault((kind.address, kind.reader, kind.sends is None or kind.name), kind)
    return list(found.values())


# --- addresses ---


def addresses() -> Iterator[Kind]:
    """Yield each address of the portal that shows an anonymous reader a page, or fails."""
    client = Client(raise_request_exception=False)
    for name, address in reachable().items():
        if address is not None:
            answer = client.get(address)
            is_page = answer.get("Content-Type", "").startswith("text/html")
            if is_page and answer.status_code not in NO_PAGE:
                yield Kind(name, address, status=ANSWERED.get(name, HTTPStatus.OK))


def reachable() -> dict[str, str | None]:
    """Return an address for each name; None for one that nobody knows the arguments of."""
    found: dict[str, str | None] = {}
    known = samples()
    for name in names(get_resolver().url_patterns):
        try:
            found[name] = known.get(name) or reverse(name)
        except NoReverseMatch:
            found[name] = None
    return found


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Yield the name of every address that can be a page."""
    for entry in patterns:
        if isinstance(entry, URLPattern):
            name = f"{prefix}{entry.name}"
            if name not in NEVER_A_PAGE and not is_of_the_api(name):
                yield name
        elif getattr(entry.urlconf_name, "__name__", "") != ADMIN:
            yield from names(entry.url_patterns, prefix + (f"{entry.namespace}:" if entry.namespace else ""))


ANSWERED = {"socialaccount_login_error": HTTPStatus.UNAUTHORIZED}
"""Pages that say what went wrong, and do so by their status, too."""

NEVER_A_PAGE = {
    "content:picture": "a picture that editors have uploaded",
    "wagtaildocs_serve": "a document that editors have uploaded",
    "wagtaildocs_authenticate_with_password": "documents have no passwords here",
    "accounts:person": "for administrators alone",
    "accounts:grant_role": "the same",
    "accounts:end_role": "the same",
    "accounts:access": "the same",
    "accounts:view_as": "the same",
    "audit:event": "the same",
    "audit:export": "a file",
    "accounts:end_support_view": "only sent",
    "mail": "a mail; styleguide/mails/ is for demonstrations alone",
    "following:create": "its address says what is to be followed: news_states() has it",
    "following:feed": "XML",
    "following:calendar": "a calendar",
    "evaluation:report_pdf": "a PDF",
    "opendata:download": "a file",
    "sitemap_part": "XML",
    "security_txt": "plain text",
    "accounts:fetch_export": "a ZIP",
    "accounts:session": "a number for the script",
    "accounts:extend_session": "only sent",
    "accounts:end_session": "only sent",
    "openid_connect_login": "leads to the provider",
    "openid_connect_callback": "comes from the provider",
    **dict.fromkeys(
        [
            "accounts:revoke_token",
            "account_confirm_email",
            "account_reset_password_from_key",
            "mfa_edit_webauthn",
            "mfa_remove_webauthn",
            "directory:decide_claim",
            "directory:edit_organisation",
            "directory:official_data",
            "directory:join",
            "directory:organisation_members",
            "directory:organisation_delegations",
            "directory:invitation",
            "directory:change_membership",
            "directory:hand_over",
            "directory:end_membership",
            "directory:person_detail",
            "notifications:web_copy",
            "notifications:stop",
            "following:confirm",
            "following:subscriber",
            "evaluation:report",
            "evaluation:review",
            "evaluation:publish",
            "evaluation:answer",
            "evaluation:edit_technology",
        ],
        "for some people alone: people_states() has them",
    ),
    **dict.fromkeys(
        [
            "directory:withdraw_claim",
            "directory:invite",
            "directory:withdraw_invitation",
            "directory:confirm_membership",
            "directory:reject_membership",
            "directory:withdraw_membership",
            "directory:agree_delegation",
            "directory:decline_delegation",
            "directory:revoke_delegation",
            "notifications:send_again",
            "evaluation:update_measure",
        ],
        "only sent",
    ),
    "funding:programme_places": "one of the states",
    **dict.fromkeys(
        [
            "funding:application",
            "funding:edit_application",
            "funding:delete_application",
            "funding:attach_file",
            "funding:download_file",
            "funding:detach_file",
            "funding:application_step",
            "funding:note",
        ],
        "for the organisation alone: states() has them",
    ),
    "funding:undertaking": "two of the states",
    "funding:propose_correction": "one of the states",
    "funding:import_run": "for editors alone: funding_states() has two",
    **dict.fromkeys(
        [
            "funding:decide_correction",
            "funding:answer",
            "funding:go_on_import",
            "funding:decide_differences",
            "funding:ask_again",
            "funding:say_distinct",
            "funding:take_apart",
        ],
        "only sent",
    ),
    "funding:list_export": "a file",
    **dict.fromkeys(["projects:list_export", "projects:project_profile", "projects:download_file"], "a file"),
    "projects:read_in_report": "its address is made by uploading a file; the journey reads one in",
    **dict.fromkeys(["api:projects-geojson", "api:projects-match", "api:projects-reuses"], "JSON"),
    **dict.fromkeys(
        [
            *("projects:confirm", "projects:collection", "projects:edit_collection", "projects:delete_collection"),
            *("projects:collect", "projects:plan", "projects:edit_plan", "projects:match", "projects:cooperation"),
            *("projects:edit_cooperation", "projects:edit", "projects:pictures", "projects:project_inside"),
            *("projects:take_step", "projects:reuse", "projects:reuse_report", "projects:edit_step"),
            *("projects:withdraw_reuse", "projects:hide_reuse", "projects:project_version"),
            *("projects:delete_step", "projects:propose_partner", "projects:leave_cooperation", "projects:joining"),
        ],
        "for some people alone: project_states() has them",
    ),
    **dict.fromkeys(
        [
            *("projects:confirm_here", "projects:change_item", "projects:close_plan"),
            *("projects:answer_match", "projects:add_step", "projects:tick_step", "projects:attach_file"),
            *("projects:detach_file", "projects:answer_joining"),
        ],
        "only sent",
    ),
    "api:funding-programmes-match": "JSON",
    "funding:programme_calendar": "a calendar",
    "content:barrier_reported": "its address is made by sending a report, which is one of the states",
    "wagtail_serve": "the pages of the editors; page_types() has one of each type",
}
"""Addresses with arguments that nobody can walk to, and why."""


def is_of_the_api(name: str) -> bool:
    """Whether it is the list or one object of a resource: JSON, which the contract tests look at."""
    return name in {
        f"api:{resource.slug}-{what}" for resource in areas.each("resources") for what in ("list", "detail")
    }


def samples() -> dict[str, str]:
    """Return an address for each name that needs arguments: that of the registry's objects."""
    found = {}
    for resource in areas.each("resources"):
        instance: Any = resource.model._default_manager.first()
        assert instance is not None, f"the tests have made no {resource.slug}"
        address = instance.get_absolute_url()
        found[resolve(address).view_name] = address
    return found


# --- pages of the editors ---


def page_types() -> Iterator[Kind]:
    """Yield a published page of every type that editors can write, in every language that there is one in."""
    for model in written_types():
        for locale in Locale.objects.order_by("pk"):
            published = model.objects.live().public().exact_type(model).filter(locale=locale).order_by("pk")
            # The page that holds most shows most.
            page = max(published, key=lambda page: len(page.to_json()), default=None)
            if page is not None:
                yield Kind(f"a {model.__name__}, {locale.language_code}", urlsplit(page.get_url()).path)


def written_types() -> list[type[AnyPage]]:
    """Return the types of page that editors can write."""
    return [model for model in get_page_models() if model is not AnyPage]


# --- states ---


def states(site: "Site") -> Iterator[Kind]:
    """Yield what pages look like when something is wrong, empty, filtered, chosen or signed in."""
    programmes, programme = site.list_url, site.programme.get_absolute_url()
    yield Kind("no such page", "/gibt-es-nicht/", status=404)
    for status in FAILURES:
        yield Kind(f"error {status}", f"/?fail-with={status}", status=int(status))
    for resource in areas.each("resources"):
        if resource.list_url_name:
            address = reverse(resource.list_url_name)
            yield Kind(f"{resource.slug}, broken filter", f"{address}?gibt-es-nicht=1", status=400)
            yield Kind(f"{resource.slug}, no such page of the list", f"{address}?page=999", status=404)
            if "q" in resource.filterset.base_filters:
                yield Kind(f"{resource.slug}, nothing found", f"{address}?q=xylophonorchester")
    yield Kind("programmes, filtered", f"{programmes}?municipality={site.place.pk}&kind=zuschuss")
    yield Kind("programmes, filters wrong", f"{programmes}?kind=quatsch&q=rathaus&municipality=1", status=400)
    yield Kind("programmes, second page", f"{programmes}?municipality=&page=2")
    yield Kind("places found", f"{reverse('directory:municipality_list')}?q=musterdorf")
    wrong = {"login": "niemand@example.org", "password": "falsch"}
    yield Kind("sign in, refused", reverse("account_login"), sends=wrong)
    yield Kind("sign in, nothing filled in", reverse("account_login"), sends={"login": "", "password": ""})
    for name, address in {"home": "/", "programme": programme, "place": site.place.get_absolute_url()}.items():
        yield Kind(f"{name}, municipality chosen", address, reader="chosen")
    yield Kind("programmes, municipality chosen", programmes, reader="chosen")
    yield from funding_states(site)
    yield from project_states(site)
    yield Kind("home, dark chosen", "/", reader="dark")
    yield Kind("programme, for an editor", programme, reader="editor")
    yield Kind("guide, for an editor", site.guide.get_absolute_url(), reader="editor")
    erase = reverse("accounts:erase")
    yield Kind("my data", reverse("accounts:own_data"), reader="editor")
    yield Kind("delete the account", erase, reader="editor")
    yield Kind("delete the account, refused", erase, reader="editor", sends={"password": "falsch"})
    yield Kind("guide with all blocks", site.guide.get_absolute_url())
    yield from search_states()
    yield from form_states()
    yield from account_states()
    yield from people_states(site)
    yield from news_states(site)
    yield from evaluation_states(site)


def funding_states(site: "Site") -> Iterator[Kind]:
    """Yield the pages about what fits, what it costs, and what an organisation applies for."""
    programmes, programme = site.list_url, site.programme.get_absolute_url()
    yield Kind("programmes that fit", f"{programmes}?municipality={site.place.pk}&fit=fits&fit=unknown")
    calculator = f"{reverse('funding:calculator')}?programm={site.programme.slug}"
    yield Kind("calculator, a programme", calculator)
    yield Kind("calculator, result", f"{calculator}&kosten-1=120.000&kosten-2=80000,50&sonst-1=5000&spaeter=on")
    yield Kind("calculator, refused", f"{calculator}&kosten-1=viel&sonst-2=-1", status=400)
    comparison = f"{reverse('funding:comparison')}?programm={site.programme.slug}"
    others = "&programm=".join(
        ["", *Programme.objects.filter(live=True).order_by("title").values_list("slug", flat=True)[1:4]]
    )
    yield Kind("correction", f"{programme}korrektur/")
    yield Kind("correction, sent", f"{programme}korrektur/?gesendet=1")
    yield Kind("correction, refused", f"{programme}korrektur/", status=400, sends={"value": "", "reason": ""})
    yield Kind("corrections", reverse("funding:corrections"), reader="editor")
    for number, run in enumerate(ImportRun.objects.order_by("pk"), 1):
        yield Kind(f"import, report {number}", run.get_absolute_url(), reader="editor")
    yield Kind("imports", reverse("funding:imports"), reader="editor")
    yield Kind("imports, refused", reverse("funding:imports"), reader="editor", status=400, sends={})
    yield Kind("differences from the source", reverse("funding:differences"), reader="editor")
    yield Kind("duplicates", reverse("funding:duplicates"), reader="editor")
    pair = LikelyPair.objects.get()
    both = f"bleibt={pair.first.slug}&geht={pair.second.slug}"
    yield Kind("duplicates, side by side", f"{reverse('funding:merge')}?{both}", reader="editor")
    yield Kind("duplicates, refused", f"{reverse('funding:merge')}?bleibt=x&geht=", reader="editor", status=400)
    yield Kind("open data, written", reverse("opendata:index"))
    yield Kind("undertaking, municipality chosen", reverse("funding:undertaking", args=["e-akte"]), reader="chosen")
    yield Kind("undertaking, nothing helps", reverse("funding:undertaking", args=["pflege"]))
    kept = Application.objects.get().get_absolute_url()
    yield Kind("our applications", reverse("funding:applications"), reader="person")
    yield Kind("our applications, none", reverse("funding:applications"), reader="editor")
    yield Kind("application", kept, reader="person")
    yield Kind("application, changing", f"{kept}bearbeiten/", reader="person")
    yield Kind(
        "application, refused", f"{kept}bearbeiten/", status=400, reader="person", sends={"title": "", "requested": "x"}
    )
    yield Kind("application, deleting", f"{kept}loeschen/", reader="person")
    yield Kind("comparison of four programmes", f"{comparison}{others}", reader="chosen")
    yield Kind("comparison, adding one", f"{comparison}&dazu=digitale")
    yield Kind("comparison, nothing to add", f"{comparison}&dazu=xylophon", status=400)
    yield Kind("funding landscape", reverse("funding:landscape"), reader="editor")
    where = f"{programme}kommunen/"
    yield Kind("programme, where it fits", where)
    yield Kind("programme, members of a district", f"{where}?district={site.place.district_id}")
    yield Kind("programme, for a member", programme, reader="person")


def reuse_states() -> Iterator[Kind]:
    """Yield the pages of those who use a project again, and of editors who look after their texts."""
    for what in ("reuse", "reuse_report", "withdraw_reuse"):
        yield Kind(f"project, {what}", reverse(f"projects:{what}", args=["abf-nachgenutzt"]), reader="person")
    for one in Reuse.objects.filter(project__slug="abf-nachgenutzt"):
        address = reverse("projects:hide_reuse", args=[one.project.slug, one.pk])
        yield Kind(f"project, a text to hide, {one.stage}", address, reader="editor")
    yield Kind(
        "project, reuse refused",
        reverse("projects:reuse", args=["abf-nachgenutzt"]),
        reader="person",
        status=400,
        sends={"since_on": "neulich"},
        form="main form.form",
    )


def project_states(site: "Site") -> Iterator[Kind]:
    """Yield the pages of projects: found, written, reviewed, used again, put together, planned."""
    projects, whole = reverse("projects:project_list"), reverse("projects:project_detail", args=["aaa-mitfahrbank"])
    chosen = f"?municipality={site.place.pk}"
    yield Kind("projects for a municipality", f"{projects}{chosen}&action=mobilitaet")
    yield Kind("projects, filters wrong", f"{projects}?phase=quatsch&place=1&programme=nichts", status=400)
    yield Kind("projects on the map of a Land", f"{reverse('projects:project_map')}?land={site.place.pk[:2]}")
    yield Kind("map, nothing found", f"{reverse('projects:project_map')}?q=xylophonorchester")
    yield Kind("matrix, filters wrong", f"{reverse('projects:project_matrix')}?phase=quatsch", status=400)
    for slug in ("aab-maengelmelder", "aac-aarhus"):
        yield Kind(f"project {slug}", reverse("projects:project_detail", args=[slug]))
    yield Kind("project, municipality chosen", whole, reader="chosen")
    yield Kind("project, for a member", whole, reader="person")
    yield Kind("project, for an editor", whole, reader="editor")
    comparison = f"{reverse('projects:comparison')}?projekt=aaa-mitfahrbank"
    yield Kind("comparison of projects", f"{comparison}&projekt=aab-maengelmelder&projekt=aac-aarhus", reader="chosen")
    yield Kind("comparison of projects, nothing to add", f"{comparison}&dazu=xylophon", status=400)
    yield Kind("our projects", reverse("projects:ours"), reader="person")
    yield Kind("our projects, none", reverse("projects:ours"), reader="editor")
    yield Kind("submitted projects", reverse("projects:submitted"), reader="editor")
    create = reverse("projects:create")
    yield Kind("project, begun", create, reader="person")
    yield Kind("project, refused", create, reader="person", status=400, sends={"title": "", "started_on": "gestern"})
    for slug in ("abd-eingereicht", "abe-ueberarbeitet"):
        yield Kind(f"project inside, {slug}", reverse("projects:project_inside", args=[slug]), reader="editor")
        yield Kind(
            f"project as readers would see it, {slug}",
            reverse("projects:project_version", args=[slug]),
            reader="editor",
        )
    yield Kind("project inside", reverse("projects:project_inside", args=["abc-in-arbeit"]), reader="person")
    yield Kind("project, not published", reverse("projects:project_detail", args=["abc-in-arbeit"]), reader="person")
    yield Kind("project, being written", reverse("projects:edit", args=["abc-in-arbeit"]), reader="person")
    yield Kind("project, pictures", reverse("projects:pictures", args=["abc-in-arbeit"]), reader="person")
    back = reverse("projects:take_step", args=["abd-eingereicht", "give_back"])
    yield Kind("project, returned without a reason", back, reader="editor", status=400, sends={"reason": ""})
    token = token_of(Project.objects.get(slug="abe-ueberarbeitet"), site.membership.person)
    yield Kind("project, still right?", reverse("projects:confirm", args=[token]))
    yield Kind("project, still right, link gone", reverse("projects:confirm", args=["nichts"]), status=404)
    yield Kind("read in projects", reverse("projects:read_in"), reader="person")
    yield from reuse_states()
    yield Kind("collections, for a member", reverse("projects:collections"), reader="person")
    for one in Collection.objects.order_by("-is_public", "pk"):
        yield Kind(f"collection {one.title}", one.get_absolute_url(), reader="person")
    kept = Collection.objects.get(is_public=False)
    yield Kind("collection, begun", reverse("projects:create_collection"), reader="person")
    yield Kind("collection, changing", reverse("projects:edit_collection", args=[kept.pk]), reader="person")
    yield Kind("collection, deleting", reverse("projects:delete_collection", args=[kept.pk]), reader="person")
    yield Kind("collect a project", reverse("projects:collect", args=["aaa-mitfahrbank"]), reader="person")
    radar, plan = reverse("projects:radar"), Plan.objects.get(title="Aaa Unsere Mitfahrbank")
    yield Kind("radar, for a member", radar, reader="person")
    yield Kind("plan", plan.get_absolute_url(), reader="person")
    yield Kind("plan, begun", reverse("projects:create_plan"), reader="person")
    yield Kind(
        "plan, refused",
        reverse("projects:edit_plan", args=[plan.pk]),
        reader="person",
        status=400,
        sends={"title": "", "begins_on": "bald"},
    )
    for one in Match.objects.order_by("pk"):
        yield Kind(f"proposal {one.pk}", one.get_absolute_url(), reader="person")
    yield from cooperation_states()


def cooperation_states() -> Iterator[Kind]:
    """Yield the pages of what two do together."""
    cooperation = Cooperation.objects.get().get_absolute_url()
    yield Kind("co-operation", cooperation, reader="person")
    yield Kind("co-operation, changing", f"{cooperation}bearbeiten/", reader="person")
    yield Kind(
        "co-operation, changed by others meanwhile",
        f"{cooperation}bearbeiten/",
        reader="person",
        status=400,
        sends={"title": "Gemeinsam", "version": "0"},
    )
    step = CooperationStep.objects.get().pk
    yield Kind("step of a co-operation, changing", f"{cooperation}schritte/{step}/bearbeiten/", reader="person")
    yield Kind("step of a co-operation, deleting", f"{cooperation}schritte/{step}/loeschen/", reader="person")
    yield Kind("co-operation, a further partner", f"{cooperation}partner/", reader="person")
    yield Kind(
        "co-operation, a further partner, refused",
        f"{cooperation}partner/",
        reader="person",
        status=400,
        sends={"place": "08999999"},
    )
    yield Kind("co-operation, leaving", f"{cooperation}austreten/", reader="person")
    yield Kind("further partner", Joining.objects.get().get_absolute_url(), reader="person")


def account_states() -> Iterator[Kind]:
    """Yield the pages of an account, and what they look like when something is missing."""
    for area in areas:
        for item in area.account_pages:
            yield Kind(f"account, {item.url_name}", reverse(item.url_name), reader="person")
    yield Kind("account", reverse("accounts:overview"), reader="person")
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"):
        yield Kind(f"account, {name}", reverse(name), reader="person")
    yield Kind("second factor, set up", reverse("mfa_index"), reader="administrator")
    yield Kind("recovery codes", reverse("mfa_generate_recovery_codes"), reader="administrator")
    yield Kind("sign up, refused", reverse("account_signup"), sends={"email": "keine", "password1": "kurz"})
    yield Kind(
        "password, refused", reverse("account_change_password"), reader="person", sends={"oldpassword": "falsch"}
    )
    yield Kind("app for codes, refused", reverse("mfa_activate_totp"), reader="person", sends={"code": "1"})
    yield Kind("token, refused", reverse("accounts:api_tokens"), status=400, reader="person", sends={"name": ""})
    yield Kind("confirm address, link over", reverse("account_confirm_email", args=["made-up"]))
    yield Kind("new password, link over", reverse("account_reset_password_from_key", args=["1", "made-up"]))
    yield Kind("code by mail, refused", reverse("account_request_login_code"), sends={"email": "keine"})


def people_states(site: "Site") -> Iterator[Kind]:
    """Yield the pages about actors for those who work there, and those of the centre about people."""
    actor = site.organisation.get_absolute_url()
    mine, other = site.membership, site.colleague
    yield Kind("actor, for a member", actor, reader="person")
    for name in ("mitglieder", "aufgabenuebertragung", "profil"):
        yield Kind(f"actor, {name}", f"{actor}{name}/", reader="person")
    yield Kind("actor, joining", f"{actor}beitreten/", reader="editor")
    yield Kind("actor, joining, a claim", f"{site.other_organisation.get_absolute_url()}beitreten/", reader="editor")
    yield Kind(
        "actor, claim refused",
        f"{site.other_organisation.get_absolute_url()}beitreten/",
        status=400,
        reader="editor",
        sends={"evidence": ""},
    )
    yield Kind(
        "invitation, refused",
        f"{actor}mitglieder/",
        status=400,
        reader="person",
        form="[aria-labelledby=invite] form",
        sends={},
    )
    yield Kind("invitation", reverse("directory:invitation", args=[invitation_token(site.invitation)]))
    yield Kind("membership, changed", reverse("directory:change_membership", args=[other.pk]), reader="person")
    yield Kind("membership, ended", reverse("directory:end_membership", args=[other.pk]), reader="person")
    yield Kind("membership, the last", reverse("directory:end_membership", args=[mine.pk]), reader="person")
    yield Kind("handing over", reverse("directory:hand_over", args=[mine.pk]), reader="person")
    yield Kind("a person", reverse("directory:person_detail", args=[other.person.uuid]), reader="person")
    yield Kind("actor, official data", f"{actor}stammdaten/", reader="administrator")
    yield Kind("actor, a new one", reverse("directory:create_organisation"), reader="administrator")
    yield Kind("claims", reverse("directory:claims"), reader="administrator")
    yield Kind("a claim", reverse("directory:decide_claim", args=[site.claim.pk]), reader="administrator")
    for view in ("table", "map"):
        yield Kind(f"actors as {view}", f"{reverse('directory:organisation_list')}?view={view}")
    yield Kind("people", reverse("accounts:people"), reader="administrator")
    yield Kind("roles of a person", reverse("accounts:person", args=[other.person.uuid]), reader="administrator")
    yield Kind("view of the support", reverse("accounts:view_as", args=[mine.person.uuid]), reader="administrator")
    yield Kind(
        "view of the support, refused",
        reverse("accounts:view_as", args=[mine.person.uuid]),
        status=400,
        reader="administrator",
        sends={"reason": "kurz"},
    )
    yield Kind("home, in a view of the support", "/", reader="viewing")
    audit, line = reverse("audit:events"), AuditEvent.objects.filter(verb=Verb.ROLE_GRANTED).latest("pk")
    yield Kind("audit", audit, reader="administrator")
    yield Kind("audit, filtered", f"{audit}?verb=role-granted&since=2020-01-01", reader="administrator")
    yield Kind("audit, broken period", f"{audit}?since=2030-01-01&until=2020-01-01", status=400, reader="administrator")
    yield Kind("audit, nothing found", f"{audit}?q=xylophonorchester", reader="administrator")
    yield Kind("a line of the audit", reverse("audit:event", args=[line.pk]), reader="administrator")
    grant = site.grant
    yield Kind("access of a person", reverse("accounts:access", args=[grant.person.uuid]), reader="administrator")
    yield Kind("end a role", reverse("accounts:end_role", args=[grant.person.uuid, grant.uuid]), reader="administrator")


def search_states() -> Iterator[Kind]:
    """Yield the answers of the search."""
    search = reverse("search:results")
    yield Kind("search, found", f"{search}?q=Digitale+Rath%C3%A4user")
    yield Kind("search, narrowed down", f"{search}?q=Digital&kind=guides&sort=newest")
    yield Kind("search, mended", f"{search}?q=Digitalisirung")
    yield Kind("search, nothing found", f"{search}?q=Xylophonorchester+Querfl%C3%B6te")
    yield Kind("search, refused", f"{search}?gibt-es-nicht=1", status=400)


def form_states() -> Iterator[Kind]:
    """Yield what readers see who send something without an account."""
    barrier = reverse("content:report_barrier")
    yield Kind("barrier, from a page", f"{barrier}?seite=/foerderung/")
    yield Kind("barrier, nothing filled in", barrier, status=400, sends={"description": ""})
    yield Kind("barrier, reported", barrier, sends={"description": "Der Text ist zu klein.", "email": "a@example.org"})
    yield Kind("feedback, refused", "/impressum/", status=400, sends={}, form="#feedback-form")
    form = FormPage.objects.live().latest("pk").get_absolute_url()
    yield Kind("form of the editors, nothing filled in", form, sends={})
    yield Kind("form of the editors, sent", f"{form}?{SENT}=1")


def news_states(site: "Site") -> Iterator[Kind]:
    """Yield the pages about what people are told and what they follow."""
    yield Kind("notifications, all read", f"{reverse('notifications:inbox')}?ungelesen=1", reader="editor")
    yield Kind(
        "what one is told, refused", reverse("notifications:preferences"), 400, "person", {"quiet_from": "18:00"}
    )
    yield Kind("a mail in the portal", reverse("notifications:web_copy", args=[site.delivery.key]), reader="person")
    leaving = token_for(site.subscriber.recipient, ["kind:following"])
    yield Kind("leaving a list", reverse("notifications:stop", args=[leaving]))
    yield Kind("mails", reverse("notifications:deliveries"), reader="administrator")
    saving = reverse("following:create", query={"liste": "funding-programmes", "kind": "zuschuss"})
    yield Kind("saving a search", saving)
    yield Kind("saving a search, refused", saving, status=400, sends={"title": "", "email": "keine"})
    thing = {"liste": "funding-programmes", "objekt": str(site.programme.pk)}
    yield Kind("following a thing", reverse("following:create", query=thing), reader="person")
    yield Kind("following nothing yet", reverse("following:list"), reader="editor")
    yield Kind("confirming a search", reverse("following:confirm", args=[confirmation_token(site.subscriber)]))
    yield Kind("what an address follows", choices_path(site.subscriber.recipient))


def evaluation_states(site: "Site") -> Iterator[Kind]:
    """Yield the pages about figures, reviews and technologies."""
    review = site.review
    yield Kind("evaluation", reverse("evaluation:dashboard"), reader="administrator")
    yield Kind("a review", reverse("evaluation:review", args=[review.pk]), reader="administrator")
    yield Kind(
        "a measure, refused",
        reverse("evaluation:review", args=[review.pk]),
        status=400,
        reader="administrator",
        form="[aria-labelledby=measures] form",
        sends={},
    )
    yield Kind("publishing a report", reverse("evaluation:publish", args=[review.pk]), reader="administrator")
    yield Kind("a report", site.report.get_absolute_url())
    yield Kind("a technology, for an editor", site.technology.get_absolute_url(), reader="editor")
    yield Kind("a technology, refused", reverse("evaluation:new_technology"), 400, "editor", {"name": ""})
    yield Kind("a proposal, refused", reverse("evaluation:propose"), 400, "person", {"name": ""})
    yield Kind("proposals", reverse("evaluation:proposals"), reader="editor")
    yield Kind("a proposal", reverse("evaluation:answer", args=[site.proposal.pk]), reader="editor")
