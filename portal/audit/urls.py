"""Addresses of the audit."""

from django.urls import path, register_converter

from portal.audit import views


class FormatConverter:
    """The formats of a table to take along."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Give it as it is."""
        return value


register_converter(FormatConverter, "format")

app_name = "audit"
urlpatterns = [
    path("verwaltung/protokoll/", views.EventsView.as_view(), name="events"),
    path("verwaltung/protokoll/<int:key>/", views.event, name="event"),
    path("verwaltung/protokoll/export.<format:kind>", views.export, name="export"),
]
