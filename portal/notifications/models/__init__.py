"""Who is told, what, how often, and by which mail."""

from portal.notifications.models.deliveries import DELIVERY_STATES, Delivery, DeliveryState, Suppression
from portal.notifications.models.heartbeat import Heartbeat
from portal.notifications.models.notifications import Digest, Notification
from portal.notifications.models.recipients import Preference, Recipient, Rhythm

__all__ = [
    "DELIVERY_STATES",
    "Delivery",
    "DeliveryState",
    "Digest",
    "Heartbeat",
    "Notification",
    "Preference",
    "Recipient",
    "Rhythm",
    "Suppression",
]
