"""Blocks that the portal fills in by itself, so that legal pages say what really holds."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.areas import areas
from portal.operator import operator
from portal.outside import outside_hosts
from portal.privacy import record_of_processing


class OperatorBlock(blocks.StaticBlock):
    """Who operates the portal, from the settings."""

    class Meta:
        """How it looks to editors and readers."""

        icon = "home"
        label = _("Operator (from the settings)")
        template = "content/blocks/operator.html"
        admin_text = _("Name, address, representative and contact, as the settings of the portal say.")
        preview_value = None

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read the settings."""
        return {**super().get_context(value, parent_context=parent_context), "operator": operator()}


class ContactBlock(OperatorBlock):
    """How to reach the operator, from the settings."""

    class Meta:
        """How it looks to editors and readers."""

        icon = "mail"
        label = _("Ways of contact (from the settings)")
        template = "content/blocks/contact.html"
        admin_text = _("E-mail address, telephone and postal address, as the settings of the portal say.")


class PrivacyContactsBlock(OperatorBlock):
    """Who is responsible for personal data, and who watches over it, from the settings (Art. 13(1) GDPR)."""

    class Meta:
        """How it looks to editors and readers."""

        icon = "lock"
        label = _("Who is responsible for data (from the settings)")
        template = "content/blocks/privacy_contacts.html"
        admin_text = _("Controller, data protection officer, supervisory authority and computing centre.")


class ProcessingBlock(blocks.StaticBlock):
    """Which personal data are processed, from the declarations of the areas (Art. 13, 30 GDPR)."""

    class Meta:
        """How it looks to editors and readers."""

        icon = "user"
        label = _("Personal data (from the declarations)")
        template = "content/blocks/processing.html"
        admin_text = _("What the portal holds of people, why, and for how long; follows the program by itself.")
        preview_value = None

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read the registry."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, "processing": record_of_processing(areas.each("personal_data"))}


class CookiesBlock(blocks.StaticBlock):
    """Which cookies are set, and when (§ 25 TDDDG)."""

    class Meta:
        """How it looks to editors and readers."""

        icon = "cogs"
        label = _("Cookies (from the program)")
        template = "content/blocks/cookies.html"
        admin_text = _("Each cookie with its purpose and duration.")
        preview_value = None

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Name the cookies as they are called here."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {
            **context,
            "session_cookie": settings.SESSION_COOKIE_NAME,
            "csrf_cookie": settings.CSRF_COOKIE_NAME,
            "session_days": settings.SESSION_COOKIE_AGE // 86_400,
        }


class OutsideHostsBlock(blocks.StaticBlock):
    """Which servers of others a reader's browser may ask, from the settings."""

    class Meta:
        """How it looks to editors and readers."""

        icon = "site"
        label = _("Servers of others (from the settings)")
        template = "content/blocks/outside_hosts.html"
        admin_text = _("None, unless the operator has switched one on.")
        preview_value = None

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read the settings."""
        return {**super().get_context(value, parent_context=parent_context), "hosts": outside_hosts()}
