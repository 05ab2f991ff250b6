"""What the open data give to the portal."""

from django.utils.translation import gettext_lazy as _

from portal.areas import Area, NavItem, areas

areas.register(
    Area(
        slug="opendata",
        label=_("Open data"),
        summary=_("Everything that this portal knows and may give away, to take along."),
        order=950,
        footer=(NavItem(label=_("Open data"), url_name="opendata:index"),),
    )
)
