"""What the notifications give to the portal."""

from django.utils.translation import gettext_lazy as _

from portal.areas import Area, NavItem, areas
from portal.notifications.models import Delivery, Digest, Notification, Preference, Recipient, Suppression
from portal.notifications.permissions import can_look_after
from portal.notifications.services import retention
from portal.privacy import Erasure, PersonalData

TELLING = _("So that people are told what they want to know, as often as they like, and nothing twice.")
CONSENT = _("Art. 6(1)(a) GDPR; what is mandatory: Art. 6(1)(b) GDPR")

areas.register(
    Area(
        slug="notifications",
        label=_("Notifications"),
        summary=_("What people are told, and by which mail."),
        order=920,
        account_pages=(
            NavItem(
                label=_("Notifications"),
                url_name="notifications:inbox",
                description=_("What you were told in the last half-year."),
            ),
            NavItem(
                label=_("What you are told"),
                url_name="notifications:preferences",
                description=_("How often mails come, about what, and when not."),
            ),
        ),
        staff_pages=(
            NavItem(
                label=_("Mails"),
                url_name="notifications:deliveries",
                visible_to=lambda user: bool(can_look_after(user)),
            ),
        ),
        personal_data=(
            PersonalData(
                model=Recipient,
                subject="person",
                fields=("email", "confirmed_at", "language", "time_zone", "quiet_from", "quiet_until", "created_at"),
                purpose=TELLING,
                legal_basis=CONSENT,
                erasure=Erasure.DELETE,
                retention=retention.UNCONFIRMED_KEPT,
                purge=retention.purge_unconfirmed,
                until=_("until the account is deleted or the address taken back; 7 days if nobody confirms it"),
            ),
            PersonalData(
                model=Preference,
                subject="recipient__person",
                fields=("kind", "rhythm"),
                purpose=TELLING,
                legal_basis=CONSENT,
                erasure=Erasure.DELETE,
            ),
            PersonalData(
                model=Notification,
                subject="recipient__person",
                fields=("kind", "about_key", "facts", "created_at", "read_at"),
                purpose=TELLING,
                legal_basis=CONSENT,
                erasure=Erasure.DELETE,
                retention=retention.NOTIFICATIONS_KEPT,
                retention_from="created_at",
                purge=retention.purge_notifications,
            ),
            PersonalData(
                model=Digest,
                subject="recipient__person",
                fields=("rhythm", "period_key", "created_at"),
                purpose=TELLING,
                legal_basis=CONSENT,
                erasure=Erasure.DELETE,
                retention=retention.MAILS_KEPT,
                retention_from="created_at",
                purge=retention.purge_mails,
            ),
            PersonalData(
                model=Delivery,
                subject="digest__recipient__person",
                fields=("kinds", "state", "attempts", "sent_at", "reply", "created_at"),
                purpose=_("So that it can be said whether a mail went out."),
                legal_basis=_("Art. 6(1)(f) GDPR"),
                erasure=Erasure.DELETE,
                until=_("90 days, with the mail"),
            ),
            PersonalData(
                model=Suppression,
                subject="",
                fields=("address_hash",),
                purpose=_("So that no mails go to addresses that they come back from. Only a hash of them is kept."),
                legal_basis=_("Art. 6(1)(f) GDPR"),
                erasure=Erasure.KEEP,
                retention=retention.SUPPRESSIONS_KEPT,
                purge=retention.purge_suppressions,
            ),
        ),
    )
)
