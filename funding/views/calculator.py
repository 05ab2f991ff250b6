"""The calculator: what an undertaking costs the municipality itself."""

from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from funding.forms import CalculatorForm
from funding.models import Programme, ProgrammeQuerySet
from funding.services import answers, calculated
from funding.services.calculating import MOST_PROGRAMMES, calculate, rules_of
from funding.views.programmes import own_place
from portal import exports
from portal.visibility import visible_rows

MOST_FOUND = 8
"""Programmes offered to be added."""


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
        status = HTTPStatus.OK if form.is_valid() and not context["problem"] else HTTPStatus.BAD_REQUEST
        response = self.render_to_response(context, status=status)
        answers.depends_on_the_visit(response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the programmes and the form, and calculate."""
        chosen, problem = self._chosen()
        data = self.request.GET.copy()
        if not any(name.startswith("kosten-") for name in data) and self._known():
            data["sicherung"] = "on"
        form = CalculatorForm(data, programmes=chosen)
        in_consolidation = form.is_valid() and form.cleaned_data["sicherung"]
        found, message = self._found(form, chosen)
        rules = [
            rules_of(programme, in_consolidation=in_consolidation, rate=form.rate_of(programme.slug))
            for programme in chosen
            if form.is_valid()
        ]
        usable = [one for one in rules if one is not None]
        asked = form.is_valid() and any(year.eligible or year.other for year in form.years())
        result = calculate(form.years(), usable, paid_later=form.cleaned_data["spaeter"]) if asked else None
        return super().get_context_data(
            trail=[(_("Funding programmes"), reverse("funding:programme_list"))],
            form=form,
            chosen=[self._line(form, programme) for programme in chosen],
            most=MOST_PROGRAMMES,
            without_rate=[p for p, one in zip(chosen, rules, strict=False) if one is None],
            found=found,
            problem=problem or message,
            result=result,
            shown=calculated.shown(result, form.first_year) if result else None,
            xlsx_url=f"?{self._query(als='xlsx')}",
            **kwargs,
        )

    def _chosen(self) -> tuple[list[Programme], str]:
        """Return the programmes that the address names, in its order, and what is wrong with them."""
        slugs = list(dict.fromkeys(slug.replace("\x00", "") for slug in self.request.GET.getlist("programm")))
        rows = visible_rows(Programme, self.request.user).filter(slug__in=slugs[:MOST_PROGRAMMES])
        there = {programme.slug: programme for programme in cast("ProgrammeQuerySet", rows).for_lists()}
        chosen = [there[slug] for slug in slugs if slug in there]
        if len(slugs) > MOST_PROGRAMMES:
            return chosen, _("At most three programmes can be combined.")
        gone = len(slugs) > len(chosen)
        return chosen, _("One of the programmes is no longer there; the calculation leaves it out.") if gone else ""

    def _found(self, form: CalculatorForm, chosen: list[Programme]) -> tuple[list[tuple[str, str]], str]:
        """Return the programmes that the words find, each with the address that adds it; or why there are none."""
        words = form.cleaned_data.get("dazu", "").strip() if form.is_valid() else ""
        if not words or len(chosen) >= MOST_PROGRAMMES:
            return [], ""
        rows = visible_rows(Programme, self.request.user).exclude(pk__in=[one.pk for one in chosen])
        fitting = rows.filter(title__icontains=words, rate_min__isnull=False) | rows.filter(
            title__icontains=words, rate_max__isnull=False
        )
        found = [(one.title, f"?{self._query(add=one.slug)}") for one in fitting.order_by("title", "pk")[:MOST_FOUND]]
        return found, "" if found else _("No programme with a known funding rate has these words in its title.")

    def _line(self, form: CalculatorForm, programme: Programme) -> dict[str, Any]:
        return {
            "programme": programme,
            "rate": form[f"satz-{programme.slug}"],
            "remove_url": f"?{self._query(remove=programme.slug)}",
        }

    def _query(self, *, add: str = "", remove: str = "", als: str = "") -> str:
        query = self.request.GET.copy()
        slugs = [slug for slug in query.getlist("programm") if slug != remove]
        query.setlist("programm", [*slugs, *([add] if add else [])])
        for name in ("als", *(["dazu"] if add else []), *([f"satz-{remove}"] if remove else [])):
            query.pop(name, None)
        if als:
            query["als"] = als
        return query.urlencode()

    def _known(self) -> bool | None:
        """Return whether the reader has said that her municipality consolidates its budget."""
        place = own_place(self.request)
        return answers.answers_about(place, self.request).in_consolidation if place is not None else None
