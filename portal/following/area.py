"""What following gives to the portal."""

from django.utils.translation import gettext_lazy as _

from portal.areas import Area, NavItem, NotificationKind, areas
from portal.following import messages
from portal.following.models import Follow
from portal.following.services import subscribing
from portal.notifications.services.stopping import stopper
from portal.privacy import Erasure, PersonalData

stopper("follow", subscribing.stop_following)

areas.register(
    Area(
        slug="following",
        label=_("Following"),
        summary=_("Saved searches, and things that one wants to be told about."),
        order=910,
        account_pages=(
            NavItem(
                label=_("Saved searches"),
                url_name="following:list",
                description=_("What you follow: how often you are told, as a feed or a calendar as well."),
            ),
        ),
        notifications=(
            NotificationKind(
                slug=subscribing.NEWS,
                label=_("News about what you follow"),
                description=_("What is new or has changed in your saved searches, and deadlines that come near."),
                message=messages.news,
                samples=messages.samples_of_news,
                rhythm="weekly",
                has_own_rhythm=True,
            ),
            NotificationKind(
                slug=subscribing.CONFIRMING,
                label=_("Confirming an address"),
                description=_("Asks whether somebody has saved a search with your address."),
                message=messages.confirmation,
                samples=messages.sample_of_confirmation,
                why_mandatory=_("Without it anybody could have mails sent to your address."),
                sees=lambda _viewer, _follow: True,
            ),
        ),
        personal_data=(
            PersonalData(
                model=Follow,
                subject="recipient__person",
                fields=("title", "resource", "object_key", "parameters", "rhythm", "created_at", "confirmed_at"),
                purpose=_("So that people are told what is new about what they look for."),
                legal_basis=_("Art. 6(1)(a) GDPR"),
                erasure=Erasure.DELETE,
                until=_("until it is removed; 7 days if an address is not confirmed"),
            ),
        ),
    )
)
