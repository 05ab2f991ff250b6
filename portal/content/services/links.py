"""Whether the links in the portal still lead somewhere: collected from all areas, asked, and written down."""

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.http.request import split_domain_port, validate_host
from django.test import Client
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from portal.areas import areas
from portal.content.models import CheckedLink, LinkUse
from portal.content.services.asking import MAX_REDIRECTS, REDIRECTS, Answer, Manner, ascii_host
from portal.content.services.hosts import ask_all

logger = logging.getLogger(__name__)

Problem = CheckedLink.Problem

MAX_ADDRESS = 1_000
"""Characters of an address that is checked."""

NO_CONNECTION = (Problem.UNKNOWN_HOST, Problem.UNREACHABLE, Problem.SLOW, Problem.CERTIFICATE)
"""What the portal's own network can cause as well as the other server."""

type Progress = Callable[[int, int], None]
"""Told how many of how many links are behind it."""


@dataclass(slots=True)
class Run:
    """What a run did.

    Attributes:
        asked: links that were asked for.
        failed: of these, how many lead nowhere.
        left: links that are due and were not reached: the time was over, or their server wants to be left alone.
        is_void: not one server answered, so that the portal's own network must be down; nothing of it was counted.
    """

    asked: int = 0
    failed: int = 0
    left: int = 0
    is_void: bool = False


def check_links(
    *, outside: bool | None = None, manner: Manner | None = None, progress: Progress = lambda _done, _total: None
) -> Run:
    """Collect the links of all areas and ask for those that are due.

    May run twice at once: a link that another run has asked in the meantime is not counted again.

    Args:
        outside: whether servers of others are asked; None: as the setting ``CHECK_LINKS`` says.
        manner: how they are asked; None: politely, and the public internet alone.
        progress: told after each link.
    """
    collect_links()
    run = Run()
    own = list(CheckedLink.objects.own().due()) if _knows_its_own_host() else []
    for link in own:
        _write(run, link, ask_own(link.url))
        progress(run.asked, len(own))
    if settings.CHECK_LINKS if outside is None else outside:
        others = {link.url: link for link in CheckedLink.objects.outside().due()}
        _ask_others(run, others, manner or Manner(user_agent=user_agent()), progress)
    logger.info("Links: %s asked, %s lead nowhere, %s left%s", run.asked, run.failed, run.left, " (void)" * run.is_void)
    return run


def user_agent() -> str:
    """Say who asks, so that other servers' operators can turn to us."""
    return f"Kompetenzzentrum Digitale Staedte und Regionen, link check (+{settings.SITE_URL})"


def collect_links() -> None:
    """Write down which links stand where today; forget uses that are gone and addresses that nobody uses."""
    wanted = _links_of_all_areas()
    with transaction.atomic():
        CheckedLink.objects.bulk_create([CheckedLink(url=url) for url in wanted], ignore_conflicts=True)
        keys = dict(CheckedLink.objects.filter(url__in=wanted).values_list("url", "pk"))
        uses = {(keys[url], *use) for url, places in wanted.items() for use in places}
        known = {
            (link, content_type, key): pk
            for pk, link, content_type, key in LinkUse.objects.values_list(
                "pk", "link_id", "content_type_id", "object_id"
            )
        }
        LinkUse.objects.filter(pk__in=[pk for use, pk in known.items() if use not in uses]).delete()
        LinkUse.objects.bulk_create(
            [
                LinkUse(link_id=link, content_type_id=content_type, object_id=key)
                for link, content_type, key in uses - known.keys()
            ],
            ignore_conflicts=True,
        )
        CheckedLink.objects.filter(uses=None).delete()


def _links_of_all_areas() -> dict[str, set[tuple[int, int]]]:
    """Ask the registry; return each address with the content types and keys of the objects that it stands in."""
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for area in areas:
        for obj, address in area.outside_links() if area.outside_links else ():
            url = address_to_check(address)
            if len(url) > MAX_ADDRESS:
                logger.warning("A link in %s %s is too long to be checked", obj._meta.label, obj.pk)
            elif url:
                found[url].add((ContentType.objects.get_for_model(obj).pk, obj.pk))
    return dict(found)


def states_of(obj: models.Model) -> dict[str, CheckedLink]:
    """Return the links that stand in an object, as the latest check found them, by the address as it is checked."""
    kind = {"uses__content_type__app_label": obj._meta.app_label, "uses__content_type__model": obj._meta.model_name}
    found = CheckedLink.objects.filter(uses__object_id=obj.pk, **kind).distinct()  # one statement, also the first time
    return {one.url: one for one in found}


def address_to_check(address: str) -> str:
    """Write an address in the way it is checked; empty for what is none of the web, such as ``mailto:``.

    Addresses of the portal itself become paths. The part behind ``#`` is for browsers alone.
    """
    try:
        parts = urlsplit(urldefrag(address.strip()).url)
        parts = parts._replace(netloc=ascii_host(parts.netloc))
        url = iri_to_uri(parts.geturl())
    except ValueError:
        return address.strip()  # a broken one: asking for it says so
    if parts.netloc and parts.netloc.lower() == urlsplit(settings.SITE_URL).netloc.lower():
        url = parts._replace(scheme="", netloc="").geturl() or "/"
        return url if url.startswith("/") else f"/{url}"
    if parts.netloc and not parts.scheme:
        return f"https:{url}"
    return url if parts.scheme.lower() in {"http", "https"} or url.startswith("/") else ""


def ask_own(path: str) -> Answer:
    """Find out whether a path of the portal leads somewhere, as somebody who has not signed in.

    The portal's own handler answers, in this process: no network, no second web server.
    """
    client = Client(raise_request_exception=False, SERVER_NAME=_own_host())
    for _hop in range(MAX_REDIRECTS + 1):
        # To the handler, the proxy in front of the portal has spoken TLS.
        response: Any = client.head(path, secure=True, headers={"X-Forwarded-Proto": "https"})
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = client.get(path, secure=True, headers={"X-Forwarded-Proto": "https"})
        status, location = response.status_code, response.headers.get("Location", "")
        if response.streaming:
            deque(response.streaming_content, maxlen=0)  # read to its end, a file is closed
        if status not in REDIRECTS:
            return Answer(status, Problem.STATUS if status >= HTTPStatus.BAD_REQUEST else None)
        target = urlsplit(urljoin(f"https://{_own_host()}{path}", location))
        if target.hostname != _own_host():
            return Answer(status)
        path = target._replace(scheme="", netloc="").geturl()
    return Answer(problem=Problem.REDIRECTS)


def _own_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def _knows_its_own_host() -> bool:
    """Whether the portal would answer itself under its address; else all of its own links would seem broken."""
    known = validate_host(split_domain_port(_own_host())[0], settings.ALLOWED_HOSTS)
    if not known:
        logger.warning("SITE_URL names no host of ALLOWED_HOSTS: links inside the portal are not checked")
    return known


def _ask_others(run: Run, links: Mapping[str, CheckedLink], manner: Manner, progress: Progress) -> None:
    """Ask servers of others and write down each answer as it comes.

    As long as no server at all has answered, what may be the own network's fault is kept back.
    """
    run.left = len(links)
    kept_back: list[tuple[str, Answer]] = []
    has_answered = False
    for url, answer in ask_all(links, manner):
        has_answered = has_answered or answer.status is not None
        if not has_answered and answer.problem in NO_CONNECTION:
            kept_back.append((url, answer))
            continue
        for asked, what_came in [(url, answer), *(kept_back if has_answered else ())]:
            _write(run, links[asked], what_came)
            run.left -= 1
            progress(run.asked, run.asked + run.left)
        if has_answered:
            kept_back.clear()
    run.is_void = bool(kept_back)


def _write(run: Run, link: CheckedLink, answer: Answer) -> None:
    """Write an answer down, unless another run has done so in the meantime."""
    failed = answer.problem not in {None, Problem.DENIED}
    CheckedLink.objects.filter(pk=link.pk, checked_at=link.checked_at).update(
        checked_at=timezone.now(),
        status=answer.status,
        problem=answer.problem or "",
        failures=link.failures + 1 if failed else 0,
    )
    run.asked += 1
    run.failed += failed
