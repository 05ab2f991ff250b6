"""What happened when somebody signed in, for that person to see (ASVS 5.0, 6.3.5)."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(days=90)
"""So long a line is kept: enough to notice a stranger, and no diary."""


class Method(models.TextChoices):
    """How somebody signed in, or tried to."""

    PASSWORD = "password", _("Password")
    CODE = "code", _("Code by e-mail")
    PASSKEY = "passkey", _("Passkey")
    APP = "app", _("Password and code of the app")
    RECOVERY = "recovery", _("Password and recovery code")
    PROVIDER = "provider", _("Account of another provider")
    SECOND_FACTOR = "second-factor", _("Second factor")


class SignInQuerySet(models.QuerySet["SignIn"]):
    """Reading the history."""

    def visible_to(self, user: "models.Model") -> Self:
        """Everybody sees the own lines alone."""
        return self.filter(person_id=user.pk) if user.pk else self.none()


class SignIn(models.Model):
    """One attempt to sign in to an existing account. It holds no IP address.

    Attributes:
        device: browser and system in words, as the browser called itself; it may have lied.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins", verbose_name=_("person")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    method = models.CharField(_("way of signing in"), max_length=20, choices=Method)
    device = models.CharField(_("device"), max_length=80)
    successful = models.BooleanField(_("successful"))

    objects = SignInQuerySet.as_manager()

    class Meta:
        """The newest first."""

        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(method__in=Method.values), name="accounts_sign_in_known_method"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="accounts_sign_in_newest")]

    def __str__(self) -> str:
        """When, and whether it worked."""
        return f"{self.at:%Y-%m-%d %H:%M} ({self.get_method_display()})"
