"""Addresses of the content that have names: lists with filters, legal pages, what readers send.

All other pages of the content lie where the editors put them (Wagtail's own addresses).
"""

from typing import TYPE_CHECKING

from django.urls import path

from portal.content import media_views, reader_views, views
from portal.content.serving import serve

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "content"


def fixed(address: str, name: str) -> "URLPattern":
    """Name the address of a page that the footer leads to."""
    return path(address, serve, {"path": address}, name=name)


urlpatterns = [
    path("leitfaeden/", views.GuideListView.as_view(), name="guide_list"),
    path("studien/", views.StudyListView.as_view(), name="study_list"),
    path("aktuelles/", views.NewsListView.as_view(), name="news_list"),
    fixed("impressum/", "imprint"),
    fixed("datenschutz/", "privacy"),
    fixed("barrierefreiheit/", "accessibility"),
    fixed("leichte-sprache/", "plain_language"),
    fixed("gebaerdensprache/", "sign_language"),
    fixed("kontakt/", "contact"),
    path("barriere-melden/", reader_views.report_barrier, name="report_barrier"),
    path("barriere-melden/danke/<str:ticket>/", reader_views.barrier_reported, name="barrier_reported"),
    path("feedback/", reader_views.feedback, name="feedback"),
    path("feedback/danke/", reader_views.feedback_given, name="feedback_given"),
    path("media/<path:name>", media_views.picture, name="picture"),
]
