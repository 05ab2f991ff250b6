"""The person who uses the portal: an e-mail address, a name to show, and nothing more (Art. 5(1)(c) GDPR)."""

from typing import Any, ClassVar, Self
from uuid import uuid4

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.roles import REFUSE_THE_LAST_ADMINISTRATOR, Role, RoleGrant
from portal.visibility import Viewer, VisibleQuerySet


class PeopleQuerySet(VisibleQuerySet["User"]):
    """Reading accounts."""

    def visible_to(self, user: Viewer) -> Self:
        """Administrators see all accounts; others their own."""
        return self if getattr(user, "is_administrator", False) else self.filter(pk=user.pk)

    def with_role(self, *roles: str) -> Self:
        """Keep those who have one of the roles now."""
        return self.filter(
            models.Exists(RoleGrant.objects.filter(person=models.OuterRef("pk"), role__in=roles, ended_at=None))
        )


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def get_queryset(self) -> PeopleQuerySet:
        """Return a QuerySet that says who sees which accounts."""
        return PeopleQuerySet(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password it cannot sign in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account with all rights; the name is what ``createsuperuser`` expects."""
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    display_name = models.CharField(_("name"), max_length=120)
    uuid = models.UUIDField(
        _("random key"), default=uuid4, unique=True, editable=False, help_text=_("Names the person in the audit.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("works for the centre"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    last_seen_on = models.DateField(_("last visit"), null=True, blank=True, editable=False)
    warned_at = models.DateTimeField(
        _("warned at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the person was told that the account will be erased because nobody uses it."),
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        """One account per address, whatever its letters' case."""

        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["display_name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_user_email_lower_case"),
        ]
        triggers: ClassVar = [
            # Switching off an account ends what its roles allow, so the last administrator's is refused like the end
            # of the role itself; the lock is the one of that rule.
            pgtrigger.Trigger(
                name="last_administrator",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("is_active"),  # type: ignore[no-untyped-call] # the library has no types here
                condition=pgtrigger.Q(old__is_active=True, new__is_active=False),
                func=f"""
                    IF EXISTS (
                        SELECT FROM accounts_rolegrant
                        WHERE role = 'administrator' AND ended_at IS NULL AND person_id = OLD.id
                    ) THEN
                        {REFUSE_THE_LAST_ADMINISTRATOR.format(person="OLD.id")}
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        """The name shown to others; never the address."""
        return self.display_name

    @cached_property
    def is_editor(self) -> bool:
        """Tell whether this person writes or approves the portal's content, or is all-powerful."""
        if not self.is_active:
            return False
        return self.is_superuser or self.groups.filter(name__in=[EDITORS, APPROVERS]).exists()

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of the centre that this person has now; none for an account that is switched off."""
        if not self.is_active or self.pk is None:
            return frozenset()
        return frozenset(self.role_grants.filter(ended_at=None).values_list("role", flat=True))

    def has_role(self, role: Role) -> bool:
        """Tell whether this person has a role of the centre; one statement for all roles of one object."""
        return role in self.roles

    @property
    def is_administrator(self) -> bool:
        """Tell whether this person gives out roles and reads the audit, or is all-powerful."""
        return self.is_active and (self.is_superuser or self.has_role(Role.ADMINISTRATOR))

    @property
    def is_advisor(self) -> bool:
        """Tell whether this person advises municipalities."""
        return self.has_role(Role.ADVISOR)

    @property
    def is_moderator(self) -> bool:
        """Tell whether this person looks after what people write to each other."""
        return self.has_role(Role.MODERATOR)

    @property
    def is_evaluator(self) -> bool:
        """Tell whether this person measures what the centre achieves."""
        return self.has_role(Role.EVALUATOR)

    @cached_property
    def needs_second_factor(self) -> bool:
        """Tell whether this person has a role: then a password alone is not enough (ASVS 5.0, 6.3.3)."""
        return self.is_staff or self.is_superuser or self.groups.exists()

    @cached_property
    def has_second_factor(self) -> bool:
        """Tell whether an app for codes or a passkey is set up; codes for emergencies alone do not count."""
        from allauth.mfa.models import Authenticator  # noqa: PLC0415 - its models are loaded after this one

        factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        found: bool = Authenticator.objects.filter(user_id=self.pk, type__in=factors).exists()
        return found

    def get_full_name(self) -> str:
        """Return the name shown to others, as the editors' admin asks for it."""
        return self.display_name


EDITORS = Role.EDITOR.group
"""Name of the group whose members write content, see what is not published yet, and submit it for approval."""

APPROVERS = Role.APPROVER.group
"""Name of the group whose members approve and publish what others have written."""
