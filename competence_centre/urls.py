"""All addresses: German for people, English for the API."""

from django.urls import include, path

from competence_centre import api
from competence_centre.views import HomeView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("", include("portal.directory.urls")),
    path("", include("portal.accounts.urls")),
    path("foerderung/", include("funding.urls")),
    path("api/v1/", include(api)),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler500 = "portal.errors.server_error"
