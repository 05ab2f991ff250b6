"""All addresses: German for people, English for the API."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from competence_centre import api
from competence_centre.views import mail, mails, set_theme, styleguide
from portal.content import sitemaps
from portal.content.media_views import document
from portal.content.reader_views import security_txt
from portal.content.serving import serve

urlpatterns = [
    path("", serve, name="home"),
    path("darstellung/", set_theme, name="theme"),
    path("robots.txt", sitemaps.robots_txt, name="robots_txt"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.part, name="sitemap_part"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/mails/", mails, name="mails"),
    path("styleguide/mails/<slug:key>/", mail, name="mail"),
    path("", include("portal.directory.urls")),
    path("", include("portal.accounts.urls")),
    path("", include("portal.audit.urls")),
    path("", include("portal.notifications.urls")),
    path("", include("portal.following.urls")),
    path("", include("portal.evaluation.urls")),
    path("offene-daten/", include("portal.opendata.urls")),
    path("foerderung/", include("funding.urls")),
    path("projekte/", include("projects.urls")),
    path("api/v1/", include(api)),
    path("", include("portal.search.urls")),
    path("", include("portal.content.urls")),
    path(
        "dokumente/<int:document_id>/<str:document_filename>", document, name="wagtaildocs_serve"
    ),  # as Wagtail calls it
    path("redaktion/", include("portal.content.admin.urls")),
    # Last, because it answers to every address: the pages of the editors, English ones below /en/.
    *i18n_patterns(re_path(r"^((?:[\w-]+/)*)$", serve, name="wagtail_serve"), prefix_default_language=False),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler500 = "portal.errors.server_error"
handler429 = "portal.errors.too_many_requests"  # as allauth looks for it
