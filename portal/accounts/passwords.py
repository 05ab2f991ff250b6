"""What a password must not be made of: words that somebody who attacks this portal tries first (ASVS 5.0, 6.1.2)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CONTEXT_WORDS = (
    "kompetenzzentrum",
    "digitalisierung",
    "digitale",
    "digital",
    "smartcity",
    "portal",
    "staedte",
    "städte",
    "stadt",
    "regionen",
    "region",
    "gemeinde",
    "kommune",
    "kreis",
    "rathaus",
    "verwaltung",
    "bürgermeister",
    "buergermeister",
    "passwort",
    "password",
    "kennwort",
)
"""The name of the portal, where its people work, and what passwords are called. Longer words stand before shorter."""
ENOUGH_BESIDES = 8
"""So many characters have to stand beside these words."""


class ContextWordsValidator:
    """Refuses a password that consists of such words and little else; a sentence may contain them."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 - Django's signature
        """Take the words away and look at what is left.

        Raises:
            ValidationError: too little is left.
        """
        left = re.sub("|".join(CONTEXT_WORDS), "", password.lower())
        if left != password.lower() and len(left) < ENOUGH_BESIDES:
            raise ValidationError(
                _("This password is easy to guess, because it is little more than a word like “Rathaus”."),
                code="password_context_word",
            )

    def get_help_text(self) -> str:
        """Say it beforehand."""
        return _("It is not made of words such as “Rathaus” and a number.")
