"""Up to four programmes side by side."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from funding.services import answers
from funding.services.comparing import MOST_COMPARED, compare
from funding.views.choosing import programmes_of
from funding.views.programmes import own_place
from portal import exports


class ComparisonView(TemplateView):
    """What decides between programmes, line by line; the address holds which."""

    template_name = "choosing/comparison.html"

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        """Show the table, on request as a workbook."""
        choice = programmes_of(request, most=MOST_COMPARED)
        place = own_place(request)
        facts = answers.facts_about(place, request) if place is not None else None
        rows = compare(choice.things, facts) if choice.things else []
        if rows and request.GET.get("als") == "xlsx":
            header = ["", *(programme.title for programme in choice.things)]
            return exports.download("xlsx", "vergleich", header, [[row.label, *row.values] for row in rows])
        context = self.get_context_data(
            trail=[(_("Funding programmes"), reverse("funding:programme_list"))],
            choice=choice,
            heading=_("Compare funding programmes"),
            plural=_("Programmes"),
            nothing=_("No programme is chosen yet. Look for one here, or open a programme and choose “Compare”."),
            things=[{"label": one.title, "url": one.get_absolute_url()} for one in choice.things],
            rows=rows,
            xlsx_url=choice.query(als="xlsx"),
            **kwargs,
        )
        response = self.render_to_response(context, status=HTTPStatus.BAD_REQUEST if choice.problem else HTTPStatus.OK)
        answers.depends_on_the_visit(response)
        return response
