"""Coming to an organisation from outside: by an address of its domain, by a request, or by a claim with evidence."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.addresses import confirmed_addresses
from portal.accounts.models import User
from portal.audit.models import Verb
from portal.audit.services import record
from portal.directory.actors.locking import lock
from portal.directory.actors.mails import CLAIM_DECIDED, REQUESTED, send_soon
from portal.directory.domains import belongs
from portal.directory.models import CLAIM, Function, Membership, Organisation, OrganisationClaim, Role
from portal.directory.permissions import can_join
from portal.permissions import enforce


def reads_official_mail(person: User, organisation: Organisation) -> bool:
    """Tell whether one of the person's confirmed addresses lies in the official domain."""
    return any(belongs(address, organisation.official_domain) for address in confirmed_addresses(person))


@transaction.atomic
def join(  # noqa: PLR0913 - what somebody says who joins
    *,
    organisation: Organisation,
    person: User,
    function: str = Function.OTHER,
    message: str = "",
    evidence: str = "",
    ask_centre: bool = False,
) -> Membership | OrganisationClaim:
    """Join an organisation, the shortest way that is safe.

    Whoever reads mail of the official domain represents an organisation that nobody represents yet, at once. Where
    somebody does, she is asked. Otherwise the centre decides by the evidence; ``ask_centre`` turns to it although
    there are representatives, for instance because they have left and do not answer.

    Raises:
        PermissionDenied: not signed in, a member already, or asked already.
        ValidationError: evidence is needed and missing.
    """
    organisation = lock(organisation)
    enforce(can_join(person, organisation))
    represented = Membership.objects.representatives().filter(organisation=organisation).exists()
    if represented and not ask_centre:
        membership = Membership.objects.create(
            organisation=organisation, person=person, function=function, message=message.strip(), mail_due=REQUESTED
        )
        record(Verb.MEMBERSHIP_REQUESTED, membership, by=person)
        send_soon()
        return membership
    if not represented and reads_official_mail(person, organisation):
        return _begin(organisation, person, function, by=person, confirmed_by=None)
    if not evidence.strip():
        raise ValidationError({"evidence": _("Please say what shows that you work for this organisation.")})
    claim = OrganisationClaim.objects.create(
        organisation=organisation, person=person, function=function, evidence=evidence.strip()
    )
    record(Verb.CLAIM_OPENED, claim, by=person)
    return claim


def _begin(
    organisation: Organisation, person: User, function: str, *, by: User, confirmed_by: User | None
) -> Membership:
    """Make somebody a representative, whatever membership there is already."""
    held = (
        Membership.objects.select_for_update()
        .filter(organisation=organisation, person=person, state__in=["requested", "active"])
        .first()
    )
    membership = held or Membership(organisation=organisation, person=person)
    membership.state = Membership.State.ACTIVE
    membership.role = Role.REPRESENTATIVE
    membership.function = function
    membership.started_on = membership.started_on or timezone.localdate()
    membership.confirmed_by = confirmed_by
    membership.mail_due = ""
    membership.save(force_insert=held is None)
    record(Verb.MEMBERSHIP_CONFIRMED, membership, by=by, on_behalf_of=organisation)
    return membership


@transaction.atomic
def withdraw_claim(*, claim: OrganisationClaim, by: User) -> OrganisationClaim:
    """Take a claim back.

    Raises:
        PermissionDenied: it is somebody else's.
        ValidationError: it was decided already.
    """
    claim = CLAIM.apply(claim, "withdraw", by=by)
    record(Verb.CLAIM_WITHDRAWN, claim, by=by)
    return claim


@transaction.atomic
def decide_claim(*, claim: OrganisationClaim, accept: bool, reason: str = "", by: User) -> OrganisationClaim:
    """Accept a claim, which makes the person a representative, or reject it with a reason; the person gets a mail.

    Raises:
        PermissionDenied: ``by`` does not decide about claims, or made this one.
        ValidationError: it was decided already, the organisation is no more, or a rejection has no reason.
    """
    organisation = lock(claim.organisation)
    reason = reason.strip()
    if not accept and not reason:
        raise ValidationError({"reason": _("Please give the reason; the person reads it.")})
    if accept and organisation.ceased_on is not None:
        raise ValidationError(_("This organisation does not exist any more."))
    OrganisationClaim.objects.filter(pk=claim.pk, state="open").update(reason=reason, decided_by=by)
    claim = CLAIM.apply(claim, "accept" if accept else "reject", by=by)
    claim.mail_due = CLAIM_DECIDED
    claim.save(update_fields=["mail_due"])
    if accept:
        _begin(organisation, claim.person, claim.function, by=by, confirmed_by=by)
    record(Verb.CLAIM_ACCEPTED if accept else Verb.CLAIM_REJECTED, claim, by=by)
    send_soon()
    return claim
