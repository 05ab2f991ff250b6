"""That somebody is to be told by mail."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailDue(models.Model):
    """A row about which a mail is to be sent, written in the same transaction as what the mail tells of.

    Attributes:
        mail_due: which mail; empty when there is none. What happens before it was sent takes its place, so nobody is
            told what is not true any more.
    """

    mail_due = models.CharField(_("mail to be sent"), max_length=24, blank=True, editable=False)

    class Meta:
        """Others add it to their fields."""

        abstract = True


def mail_index(name: str) -> models.Index:
    """Return the index that finds the few rows with a mail to be sent."""
    return models.Index(fields=["mail_due"], condition=~Q(mail_due=""), name=name)
