"""What people entered into forms of the editors."""

from datetime import timedelta

from django.utils import timezone
from wagtail.contrib.forms.models import FormSubmission

from portal.content.models import FormPage


def purge_submissions() -> int:
    """Delete the answers that are older than their form keeps them; return how many were (Art. 5(1)(e) GDPR)."""
    gone = 0
    for page in FormPage.objects.only("pk", "kept_days"):
        oldest = timezone.now() - timedelta(days=page.kept_days)
        deleted, _by_model = FormSubmission.objects.filter(page=page.pk, submit_time__lt=oldest).delete()
        gone += deleted
    return gone
