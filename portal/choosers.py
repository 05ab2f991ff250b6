"""Choosing one of many things in the editors' admin: a window with a search, instead of a list of ten thousand names.

Wagtail gives the window; its search needs an index of its own. Here the database is asked for what stands in the
fields that the thing is known by.
"""

from functools import reduce
from operator import or_
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import BaseChooseView, ChooseResultsView, ChooseView, ChosenView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.snippets.views import chooser as snippets
from wagtail.snippets.widgets import AdminSnippetChooser

NO_KEY = (ValidationError, ValueError)
"""What UUID fields and number fields raise when they are asked for what can be none of theirs."""


def label_of(thing: Model) -> str:
    """Name a thing so that it cannot be mistaken: a place with where it lies, everything else as it is called."""
    return str(thing.label()) if hasattr(thing, "label") else str(thing)


class SearchForm(BaseFilterForm):
    """One field for what is looked for."""

    q = forms.CharField(label=_("Search term"), required=False, max_length=200)


class _FoundByText(BaseChooseView):
    """Shows what contains all the words in one of the fields ``found_by``."""

    filter_form_class = SearchForm
    found_by: tuple[str, ...] = ()

    def filter_object_list(self, objects: QuerySet[Model]) -> QuerySet[Model]:
        """Keep what was looked for; everything where nothing was typed."""
        found: QuerySet[Model] = super().filter_object_list(objects)
        if not self.filter_form.is_valid():
            return found.none()
        text = self.filter_form.cleaned_data["q"].strip()
        for word in text.split():
            found = found.filter(reduce(or_, (Q((f"{name}__icontains", word)) for name in self.found_by)))
        self.filter_form.is_searching = bool(text)
        self.filter_form.search_query = text
        return found

    @property
    def title_column(self) -> Column:
        """What is chosen, as it cannot be mistaken."""
        column: Column = super().title_column
        column.accessor = label_of
        return column


class _Choose(_FoundByText, ChooseView):
    """The window."""


class _ChooseResults(_FoundByText, ChooseResultsView):
    """What the window shows while somebody types."""


class _ChosenByKey(ChosenView):
    """What the form shows of it once it is chosen."""

    def get_object(self, pk: str) -> Model:
        """Find it.

        Raises:
            Http404: there is none, or its key could not be one.
        """
        try:
            return cast("Model", super().get_object(pk))
        except NO_KEY as error:
            raise Http404 from error

    def get_display_title(self, instance: Model) -> str:
        """As it cannot be mistaken."""
        return label_of(instance)


class _Chooser(BaseChooser):
    """What the form shows of it from the beginning."""

    def get_instance(self, value: Any) -> Model | None:
        """Find it; nothing where what was sent could be no key: the form says so beside the field."""
        try:
            return cast("Model | None", super().get_instance(value))
        except NO_KEY:
            return None

    def get_display_title(self, instance: Model) -> str:
        """As it cannot be mistaken."""
        return label_of(instance)


class _ChosenSnippet(_ChosenByKey, snippets.SnippetChosenView):
    """The same for a thing that has a form of its own in the admin."""


class _SnippetChooser(_Chooser, AdminSnippetChooser):
    """The same for a thing that has a form of its own in the admin."""


class _ChooseSnippet(_FoundByText, snippets.ChooseView):
    """The window for a thing that has a form of its own in the admin."""


class _ChooseSnippetResults(_FoundByText, snippets.ChooseResultsView):
    """What that window shows while somebody types."""


class FoundByText(ChooserViewSet):
    """A chooser for things that editors do not keep in the admin themselves.

    Attributes:
        found_by: the fields that what is typed is looked for in.
    """

    found_by: ClassVar[tuple[str, ...]] = ("name",)
    choose_view_class = _Choose
    choose_results_view_class = _ChooseResults
    chosen_view_class = _ChosenByKey
    base_widget_class = _Chooser

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the views where to look."""
        return dict(super().get_common_view_kwargs(found_by=self.found_by, **kwargs))


class SnippetFoundByText(snippets.SnippetChooserViewSet):
    """The same for what editors keep in the admin; all of these have a title."""

    found_by: ClassVar[tuple[str, ...]] = ("title",)
    choose_view_class = _ChooseSnippet
    choose_results_view_class = _ChooseSnippetResults
    chosen_view_class = _ChosenSnippet
    base_widget_class = _SnippetChooser

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the views where to look."""
        return dict(super().get_common_view_kwargs(found_by=self.found_by, **kwargs))
