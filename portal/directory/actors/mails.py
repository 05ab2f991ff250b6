"""Mails about memberships, claims and delegations: marked in the transaction of what they tell of, sent by a job."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery import current_app
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import User
from portal.directory.models import Delegation, Invitation, Membership, Organisation, OrganisationClaim

if TYPE_CHECKING:
    from portal.directory.models.mails import MailDue

SENDING = "portal.directory.tasks.send_actor_mails"
"""Name of the job that sends what is outstanding."""

INVITED, REQUESTED, ANSWERED, CLAIM_DECIDED = "invited", "requested", "answered", "claim-decided"
OFFERED, AGREED, DECLINED, REVOKED = "offered", "agreed", "declined", "revoked"
"""What a mail is about, as ``mail_due`` names it."""

_SALT = "portal.directory.invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says.

    Attributes:
        quoted: what another person has written; it never becomes part of a header.
        link: the path of the page where the reader goes on; opening it changes nothing.
    """

    to: str
    subject: str
    paragraphs: Sequence[str]
    link: str
    quoted: str = ""


def send_soon() -> None:
    """Start the job that sends mails once this is stored; if that fails, the timetable starts it a little later."""
    transaction.on_commit(lambda: current_app.send_task(SENDING), robust=True)


def invitation_token(invitation: Invitation) -> str:
    """Return what the mail's link names the invitation by. It is signed, so it cannot be made up."""
    return signing.dumps(str(invitation.pk), salt=_SALT)


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation that a link names; None for a link that was changed."""
    try:
        key = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("organisation__land", "invited_by").filter(pk=key).first()


def send_outstanding_mails() -> int:
    """Send every mail that is due and return how many; each row is sent once.

    Raises:
        OSError: the mail server does not take them. What was sent stays marked as sent.
    """
    models: tuple[type[MailDue], ...] = (Invitation, Membership, OrganisationClaim, Delegation)
    return sum(_send_about(model) for model in models)


def _send_about(model: "type[MailDue]") -> int:
    sent = 0
    due = model._default_manager.exclude(mail_due="")
    for key in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = due.filter(pk=key).select_for_update(skip_locked=True, of=("self",)).first()
            if row is None:
                continue
            kind, row.mail_due = row.mail_due, ""
            row.save(update_fields=["mail_due"])
            with override(settings.LANGUAGE_CODE):
                for letter in letters(row, kind):
                    _mail(letter).send()
                    sent += 1
    return sent


def letters(row: "MailDue", kind: str) -> Iterator[Letter]:
    """Write what is to be said about a row, to each who is to read it."""
    if isinstance(row, Invitation):
        yield _invitation(row)
    elif isinstance(row, Membership):
        yield from _about_membership(row, kind)
    elif isinstance(row, OrganisationClaim):
        yield _about_claim(row)
    elif isinstance(row, Delegation):
        yield from _about_delegation(row, kind)


def _invitation(invitation: Invitation) -> Letter:
    names = {"organisation": invitation.organisation.name, "person": invitation.invited_by or _("Somebody")}
    until = date_format(localtime(invitation.expires_at), "DATETIME_FORMAT")
    return Letter(
        to=invitation.email,
        subject=_("Invitation: work for %(organisation)s in the portal") % names,
        paragraphs=[
            _("%(person)s invites you to work for %(organisation)s in the portal.") % names,
            _("Your role there would be: %(role)s.") % {"role": invitation.get_role_display()},
            _("The invitation is valid until %(until)s. You accept or decline it on this page:") % {"until": until},
            _("If you do not know what this is about, you need not do anything."),
        ],
        quoted=invitation.message,
        link=reverse("directory:invitation", args=[invitation_token(invitation)]),
    )


def _about_membership(membership: Membership, kind: str) -> Iterator[Letter]:
    names = {"organisation": membership.organisation.name, "person": membership.person.display_name}
    members_page = reverse("directory:organisation_members", args=[membership.organisation.slug])
    if kind == REQUESTED:
        for address in _representatives(membership.organisation):
            yield Letter(
                to=address,
                subject=_("Somebody would like to work for %(organisation)s") % names,
                paragraphs=[
                    _("%(person)s has asked to work for %(organisation)s in the portal.") % names,
                    _("You represent this organisation. Please confirm or reject the request on this page:"),
                ],
                quoted=membership.message,
                link=members_page,
            )
    elif membership.is_active:
        yield Letter(
            to=membership.person.email,
            subject=_("You now work for %(organisation)s") % names,
            paragraphs=[
                _("Your membership of %(organisation)s was confirmed.") % names,
                _("Your role: %(role)s. All about it:") % {"role": membership.get_role_display()},
            ],
            link=reverse("directory:my_organisations"),
        )
    elif membership.state == Membership.State.REJECTED:
        yield Letter(
            to=membership.person.email,
            subject=_("Your request to %(organisation)s was rejected") % names,
            paragraphs=[
                _("Those who represent %(organisation)s have rejected your request.") % names,
                _("If that was a mistake, please speak to them, or turn to us. Your organisations:"),
            ],
            link=reverse("directory:my_organisations"),
        )


def _about_claim(claim: OrganisationClaim) -> Letter:
    names = {"organisation": claim.organisation.name}
    if claim.state == OrganisationClaim.State.ACCEPTED:
        return Letter(
            to=claim.person.email,
            subject=_("You now represent %(organisation)s") % names,
            paragraphs=[
                _("Your claim was accepted: you represent %(organisation)s in the portal.") % names,
                _("You can complete its profile and invite colleagues:"),
            ],
            quoted=claim.reason,
            link=claim.organisation.get_absolute_url(),
        )
    return Letter(
        to=claim.person.email,
        subject=_("Your claim to %(organisation)s was rejected") % names,
        paragraphs=[
            _("We could not accept that you represent %(organisation)s. The reason:") % names,
            _("You can claim the organisation again with further evidence:"),
        ],
        quoted=claim.reason,
        link=claim.organisation.get_absolute_url(),
    )


def _about_delegation(delegation: Delegation, kind: str) -> Iterator[Letter]:
    names = {"delegate": delegation.delegate.name, "principal": delegation.principal.name}
    asked = delegation.principal if delegation.asked_by_delegate else delegation.delegate
    offering = delegation.delegate if delegation.asked_by_delegate else delegation.principal
    subjects = {
        OFFERED: _("May %(delegate)s act for %(principal)s?"),
        AGREED: _("%(delegate)s now acts for %(principal)s"),
        DECLINED: _("Declined: %(delegate)s for %(principal)s"),
        REVOKED: _("Ended: %(delegate)s no longer acts for %(principal)s"),
    }
    words = {
        OFFERED: _("%(delegate)s is to act for %(principal)s. It is for you to agree or to decline."),
        AGREED: _("The delegation was agreed: %(delegate)s acts for %(principal)s."),
        DECLINED: _("The delegation was declined: %(delegate)s does not act for %(principal)s."),
        REVOKED: _("The delegation was revoked: %(delegate)s no longer acts for %(principal)s."),
    }
    readers = {OFFERED: [asked], AGREED: [offering], DECLINED: [offering], REVOKED: [asked, offering]}[kind]
    for organisation in readers:
        for address in _representatives(organisation):
            yield Letter(
                to=address,
                subject=subjects[kind] % names,
                paragraphs=[
                    words[kind] % names,
                    _("It is about: %(tasks)s.") % {"tasks": ", ".join(delegation.task_labels)},
                    _("Both sides can revoke it at any time on this page:"),
                ],
                link=reverse("directory:organisation_delegations", args=[organisation.slug]),
            )


def _representatives(organisation: Organisation) -> list[str]:
    representing = Membership.objects.representatives().filter(organisation=organisation)
    people = User.objects.filter(is_active=True, memberships__in=representing)
    return list(people.order_by("pk").values_list("email", flat=True))


def _mail(letter: Letter) -> EmailMultiAlternatives:
    """Write a mail with the same content as text and as HTML."""
    context = {
        "letter": letter,
        "subject": letter.subject,
        "link": f"{settings.SITE_URL}{letter.link}",
        "site_url": settings.SITE_URL,
        "operator_name": settings.OPERATOR_NAME,
        "operator_email": settings.OPERATOR_EMAIL,
    }
    text = render_to_string("directory/mail/letter.txt", context)
    mail = EmailMultiAlternatives(
        " ".join(letter.subject.split()), text, to=[letter.to], headers={"Auto-Submitted": "auto-generated"}
    )
    mail.attach_alternative(render_to_string("directory/mail/letter.html", context), "text/html")
    return mail
