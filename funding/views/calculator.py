"""The calculator: what an undertaking costs the municipality itself."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from funding.forms import CalculatorForm
from funding.models import Programme
from funding.services import answers, calculated
from funding.services.calculating import MOST_PROGRAMMES, Calculation, calculate, rules_of
from funding.views.choosing import programmes_of
from funding.views.programmes import own_place
from portal import exports


class CalculatorView(TemplateView):
    """What an undertaking costs: grants, own share, several programmes, year by year. All of it is in the address."""

    template_name = "funding/calculator.html"

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; with costs the result as well, on request as a workbook."""
        context = self.get_context_data(**kwargs)
        result, form = context["result"], context["form"]
        if result is not None and request.GET.get("als") == "xlsx":
            return exports.download(
                "xlsx", "foerderrechner", calculated.header(result), calculated.rows(result, form.first_year)
            )
        status = HTTPStatus.OK if form.is_valid() and not context["choice"].problem else HTTPStatus.BAD_REQUEST
        response = self.render_to_response(context, status=status)
        answers.depends_on_the_visit(response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the programmes and the form, and calculate."""
        choice = programmes_of(self.request, most=MOST_PROGRAMMES, among=with_rate)
        data = self.request.GET.copy()
        if not any(name.startswith("kosten-") for name in data) and self._known():
            data["sicherung"] = "on"
        form = CalculatorForm(data, programmes=choice.things)
        result = self._result(form, choice.things)
        return super().get_context_data(
            trail=[(_("Funding programmes"), reverse("funding:programme_list"))],
            form=form,
            choice=choice,
            chosen=[
                {"programme": one, "rate": form[f"satz-{one.slug}"], "remove_url": choice.query(remove=one.slug)}
                for one in choice.things
            ],
            result=result,
            shown=calculated.shown(result, form.first_year) if result else None,
            xlsx_url=choice.query(als="xlsx"),
            **kwargs,
        )

    def _result(self, form: CalculatorForm, programmes: list[Programme]) -> Calculation | None:
        """Calculate, where there are costs; a programme without a known rate says so in its line."""
        if not form.is_valid():
            return None
        consolidates, years = form.cleaned_data["sicherung"], form.years()
        if not any(year.eligible or year.other for year in years):
            return None
        rules = (rules_of(one, in_consolidation=consolidates, rate=form.rate_of(one.slug)) for one in programmes)
        usable = [one for one in rules if one is not None]
        return calculate(years, usable, paid_later=form.cleaned_data["spaeter"])

    def _known(self) -> bool | None:
        """Return whether the reader has said that her municipality consolidates its budget."""
        place = own_place(self.request)
        return answers.answers_about(place, self.request).in_consolidation if place is not None else None


def with_rate(rows: Any) -> Any:
    """Keep the programmes that can be calculated with."""
    return rows.exclude(rate_min=None, rate_max=None)
