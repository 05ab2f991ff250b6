"""Who works for the centre, and as what: one row for each role that somebody was given, kept when it ends."""

from typing import ClassVar
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody does for the centre. A role is never renamed: grants and lines of the audit keep it."""

    EDITOR = "editor", _("Editor")
    APPROVER = "approver", _("Approver")
    ADVISOR = "advisor", _("Advisor")
    MODERATOR = "moderator", _("Moderator")
    EVALUATOR = "evaluator", _("Evaluator")
    ADMINISTRATOR = "administrator", _("Administrator")

    @property
    def group(self) -> str:
        """Name of the group whose permissions come with the role."""
        return f"{self.value}s"


REFUSE_THE_LAST_ADMINISTRATOR = """
                        PERFORM pg_advisory_xact_lock(hashtext('accounts_rolegrant.last_administrator'));
                        IF NOT EXISTS (
                            SELECT FROM accounts_rolegrant JOIN accounts_user ON accounts_user.id = person_id
                            WHERE role = 'administrator' AND ended_at IS NULL AND is_active AND person_id <> {person}
                        ) THEN
                            RAISE EXCEPTION 'the last administrator'
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_role_last_administrator';
                        END IF;
"""
"""Part of two triggers: nobody but ``{person}`` is an administrator whose account is in use."""


class RoleGrant(models.Model):
    """One role of one person, from when to when.

    Attributes:
        granted_by: None: the portal itself, by a command of its operator or a migration.
        ended_at: None as long as the person has the role.
    """

    uuid = models.UUIDField(_("random key"), default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="role_grants"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("granted by"),
        null=True,
        blank=True,
        related_name="+",
    )
    granted_at = models.DateTimeField(_("granted at"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=500)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("ended by"), null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(_("reason of the end"), max_length=500, blank=True)

    class Meta:
        """Each role at most once at a time; the centre is never without an administrator."""

        verbose_name = _("role of the centre")
        verbose_name_plural = _("roles of the centre")
        ordering: ClassVar = ["-granted_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(ended_at=None), name="accounts_role_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_role_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("granted_at")),
                name="accounts_role_ends_after_its_beginning",
            ),
        ]
        triggers: ClassVar = [
            # Two administrators who end each other's role at the same moment wait for each other at the lock; whoever
            # comes second sees that the other one is gone.
            pgtrigger.Trigger(
                name="last_administrator",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF OLD.role = 'administrator' AND OLD.ended_at IS NULL
                       AND (TG_OP = 'DELETE' OR NEW.ended_at IS NOT NULL OR NEW.role <> 'administrator')
                       AND EXISTS (SELECT FROM accounts_user WHERE id = OLD.person_id AND is_active) THEN
                        {REFUSE_THE_LAST_ADMINISTRATOR.format(person="OLD.person_id")}
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        """The role and its person."""
        return f"{self.get_role_display()}: {self.person}"
