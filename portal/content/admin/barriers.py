"""Answering a reported barrier."""

from typing import Any

from django import forms
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from portal.accounts.models import User
from portal.content.models import BarrierReport
from portal.content.services.barriers import answer_report


class AnswerForm(forms.Form):
    """The answer in words."""

    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "What was done or will be done, until when, and what can be used meanwhile. If the report has an e-mail "
            "address, the answer is sent there."
        ),
    )


class AnswerView(WagtailAdminTemplateMixin, PermissionRequiredMixin, FormView[AnswerForm]):
    """The report, and the form for its answer; once it is answered, the answer."""

    template_name = "content/admin/answer_barrier.html"
    permission_required = "content.change_barrierreport"
    raise_exception = True
    form_class = AnswerForm
    success_url = reverse_lazy("content_barriers_report")
    header_icon = "warning"

    @cached_property
    def report(self) -> BarrierReport:
        """The report; 404 when there is none."""
        return get_object_or_404(BarrierReport.objects.select_related("answered_by"), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        """Name it by its number; its text may name a person."""
        return gettext("Reported barrier no. %(number)s") % {"number": self.report.pk}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        trail = [
            {"url": reverse("content_barriers_report"), "label": gettext("Reported barriers")},
            {"url": "", "label": self.get_page_title()},
        ]
        return [*super().get_breadcrumbs_items(), *trail]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show what was reported, and until when it has to be answered."""
        late = self.report.answered_at is None and self.report.due_on < timezone.localdate()
        return super().get_context_data(report=self.report, late=late, **kwargs)

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        """Hand the answer over."""
        assert isinstance(self.request.user, User)  # noqa: S101 - the permission says so
        try:
            answer_report(report=self.report, answer=form.cleaned_data["answer"], by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, gettext("The answer is saved."))
        return super().form_valid(form)
