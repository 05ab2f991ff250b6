"""Who takes part in a co-operation: a further partner joins, a partner leaves. The rule stands at ``Joining``."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.areas import Message
from portal.directory.models import Membership, Organisation
from portal.permissions import enforce
from portal.visibility import Viewer
from projects import permissions
from projects.models import Cooperation, CooperationState, Joining, JoiningState, Match, Plan
from projects.services.matching import alike
from projects.services.telling import tell, writers_of

ASKED, CHANGED = "cooperation-asked", "cooperation-partners"
"""Slugs of the kinds of notifications."""

FEWEST = 2
"""Partners without whom there is no co-operation."""


def suggested(cooperation: Cooperation, user: User) -> list[Organisation]:
    """Return whose plans match those of the co-operation, as far as somebody may know of them already.

    Those are plans that are shown to her by name, and those that her own organisation has agreed about. Who only lets
    his plan be compared is not named here: to him, the way leads over a proposal that both agree to.
    """
    match = Match.objects.with_plans().get(pk=cooperation.match_id)
    likely = [one.plan.pk for plan in (match.first, match.second) for one in alike(plan)]
    shown = Plan.objects.all().visible_to(user).announced().filter(pk__in=likely, is_named=True)
    organisations = set(shown.values_list("organisation", flat=True))
    agreed = Match.objects.visible_to(user).filter(first_answer="ja", second_answer="ja")
    for first, second in agreed.values_list("first__organisation", "second__organisation"):
        organisations |= {first, second}
    there = [*cooperation.partners.values_list("pk", flat=True), *_asked(cooperation)]
    return list(
        Organisation.objects.existing().filter(pk__in=organisations).exclude(pk__in=there).order_by("name", "pk")
    )


def _asked(cooperation: Cooperation) -> list[Any]:
    return list(cooperation.joinings.filter(state=JoiningState.OPEN).values_list("organisation", flat=True))


@transaction.atomic
def propose_partner(*, cooperation: Cooperation, organisation: Organisation, by: User) -> Joining:
    """Propose a further partner, and ask the other partners.

    Raises:
        PermissionDenied: ``by`` does not write for a partner.
        ValidationError: it is over, the organisation takes part or is proposed already, or nobody could answer for it.
    """
    stored = _hold(cooperation)
    enforce(permissions.can_keep_cooperation(by, stored))
    _demand_open(stored)
    partners = list(stored.partners.all())
    if organisation in partners:
        raise ValidationError(_("%(name)s takes part already.") % {"name": organisation.name})
    if organisation.pk in _asked(stored):
        raise ValidationError(_("%(name)s is proposed already.") % {"name": organisation.name})
    if organisation.ceased_on is not None or not writers_of([organisation]):
        raise ValidationError(
            _("Nobody can answer for %(name)s here yet. Please ask them to register first.")
            % {"name": organisation.name}
        )
    own = _own(by, partners)
    joining = Joining.objects.create(cooperation=stored, organisation=organisation, proposed_by=own[0])
    joining.consents.set(own)
    _ask(joining, by)
    return joining


@transaction.atomic
def answer_joining(*, joining: Joining, agrees: bool, by: User) -> Joining:
    """Say yes or no, for a partner or for the organisation that is to join.

    Raises:
        PermissionDenied: ``by`` writes for none of them.
        ValidationError: it is over, or was answered already.
    """
    cooperation = _hold(joining.cooperation)
    stored = Joining.objects.select_related("organisation").get(pk=joining.pk)
    stored.cooperation = cooperation
    enforce(permissions.can_answer_joining(by, stored))
    _demand_open(cooperation)
    waiting = stored.waits_for()
    own = _own(by, waiting)
    if not own:
        raise ValidationError(_("This was answered already."))
    if not agrees:
        stored.state = JoiningState.DECLINED
        stored.save(update_fields=["state"])
    elif stored.organisation in waiting:
        _join(stored, by)
    else:
        stored.consents.add(*own)
        _ask(stored, by)
    return stored


def _join(joining: Joining, by: User) -> None:
    joining.state = JoiningState.JOINED
    joining.save(update_fields=["state"])
    joining.cooperation.partners.add(joining.organisation)
    for other in joining.cooperation.joinings.filter(state=JoiningState.OPEN):
        _ask(other, by)  # the new partner has to consent as well
    _tell_of_partners(joining.cooperation, str(joining.pk), by)


@transaction.atomic
def leave(*, cooperation: Cooperation, organisation: Organisation, by: User) -> Cooperation:
    """Take part no more. The record stays for the others; it ends when one is left, and who was to join is not asked.

    Raises:
        PermissionDenied: ``by`` does not write for this partner.
    """
    stored = _hold(cooperation)
    enforce(permissions.can_leave(by, stored, organisation))
    stored.partners.remove(organisation)
    open_ones = stored.joinings.filter(state=JoiningState.OPEN)
    if stored.partners.count() < FEWEST:
        open_ones.update(state=JoiningState.DECLINED)
        if not stored.is_over:
            stored.state = CooperationState.ENDED
            stored.version += 1
            stored.save(update_fields=["state", "version", "updated_at"])
    for joining in open_ones.all():
        _ask(joining, by)  # perhaps nobody but the one who has left had still to consent
    # Who joins again may leave again: each time is told.
    _tell_of_partners(stored, f"{stored.pk}:{organisation.pk}:{timezone.now().isoformat()}", by)
    return stored


def _hold(cooperation: Cooperation) -> Cooperation:
    """Read it as it is now, held until the end of the transaction: who takes part is changed by one at a time."""
    return Cooperation.objects.select_for_update(of=("self",)).get(pk=cooperation.pk)


def _demand_open(cooperation: Cooperation) -> None:
    if cooperation.is_over:
        raise ValidationError(_("This co-operation is over; nobody joins it any more."))


def _own(user: User, organisations: list[Organisation]) -> list[Organisation]:
    """Return those that somebody writes for."""
    held = Membership.objects.of(user).active().filter(organisation__in=organisations, role__in=permissions.WRITERS)
    keys = set(held.values_list("organisation", flat=True))
    return [one for one in organisations if one.pk in keys]


# --- telling ---


def _ask(joining: Joining, by: User) -> None:
    for organisation in Joining.objects.select_related("organisation", "cooperation").get(pk=joining.pk).waits_for():
        tell(ASKED, writers_of([organisation]), joining, f"{joining.pk}:{organisation.pk}", but=by)


def _tell_of_partners(cooperation: Cooperation, key: str, by: User) -> None:
    tell(CHANGED, writers_of(cooperation.partners.all()), cooperation, key, but=by)


def is_asked(user: Viewer, joining: Joining) -> bool:
    """Whether an answer of somebody's is still waited for when the mail goes out."""
    return isinstance(user, User) and bool(_own(user, joining.waits_for()))


def takes_part(user: Viewer, cooperation: Cooperation) -> bool:
    """Whether somebody still writes for a partner when the mail goes out."""
    return bool(permissions.can_keep_cooperation(user, cooperation))


def asks(_notification: Any, joining: Joining) -> Message | None:
    """Ask partners for their consent, then the organisation; each learns only what she may know by then."""
    waiting = joining.waits_for()
    return _question(joining, is_partner=joining.organisation not in waiting) if waiting else None


def _question(joining: Joining, *, is_partner: bool) -> Message:
    names = {"name": joining.organisation.name, "title": joining.cooperation.title}
    if is_partner:
        subject = _("A further partner is proposed")
        text = _("%(name)s is to take part in “%(title)s”. That needs the consent of all partners; please answer.")
    else:
        subject = _("You are asked to take part in a co-operation")
        text = _("The partners of “%(title)s” would like %(name)s to take part. Please look at it and answer.")
    return Message(
        subject=subject,
        text=text % names,
        reason=_("You are told because you write for one of the organisations concerned."),
        path=reverse("projects:joining", args=[joining.pk]),
        link=_("To the question"),
    )


def partners_changed(_notification: Any, cooperation: Cooperation) -> Message | None:
    """Say who takes part now."""
    names = [one.name for one in cooperation.partners.order_by("name", "pk")]
    return _partners_are(cooperation, names)


def _partners_are(cooperation: Cooperation, names: list[str]) -> Message:
    return Message(
        subject=_("The partners of a co-operation have changed"),
        text=_("In “%(title)s” take part now: %(names)s.")
        % {"title": cooperation.title, "names": get_text_list(names, _("and"))},
        reason=_("You are told because your organisation takes part."),
        path=reverse("projects:cooperation", args=[cooperation.pk]),
        link=_("To your record in common"),
    )


def _together() -> Cooperation:
    return Cooperation(title=_("Together: %(title)s") % {"title": _("Ride-share bench with a button")})


def asked_samples() -> Iterator[Message]:
    """Give an example for a partner, and one for whom they ask."""
    town = Organisation(kind=Organisation.Kind.MUNICIPALITY, name="Neumusterdorf")
    joining = Joining(cooperation=_together(), organisation=town)
    yield _question(joining, is_partner=True)
    yield _question(joining, is_partner=False)


def changed_samples() -> Iterator[Message]:
    """Give an example for the style guide."""
    yield _partners_are(_together(), ["Musterstadt", "Neumusterdorf"])
