"""One's own settings in the admin: how it looks and which mails it sends; the account itself lies elsewhere."""

from typing import Any

from wagtail.admin.views import account

ELSEWHERE = (account.NameEmailSettingsPanel, account.AvatarSettingsPanel, account.ChangePasswordPanel)
"""Name, address and password belong to the portal's account; pictures of people are not kept (Art. 5(1)(c) GDPR)."""


class AccountView(account.AccountView):
    """Settings of the admin alone."""

    def get_panels(self) -> list[Any]:
        """Leave out what belongs to the portal's account."""
        return [panel for panel in super().get_panels() if not isinstance(panel, ELSEWHERE)]
