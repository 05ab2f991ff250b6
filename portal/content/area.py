"""What the content gives to the portal."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.models import FormSubmission

from portal.areas import Area, Indicator, NavItem, Resource, Upcoming, areas
from portal.content.api.views import GuideViewSet, NewsViewSet, StudyViewSet
from portal.content.editors_data import EDITING, written_by
from portal.content.filtersets import GuideFilterSet, NewsFilterSet, StudyFilterSet
from portal.content.models import (
    BarrierReport,
    ContentPage,
    Document,
    Feedback,
    GuidePage,
    Image,
    KeyDate,
    NewsPage,
    Reminder,
    StudyPage,
)
from portal.content.models.forms import LONGEST_KEPT
from portal.content.search import document, further_kinds, standing
from portal.content.services import barriers, feedback, forms
from portal.content.services.checking import overdue
from portal.content.services.page_links import outside_links
from portal.content.services.reviewing import matters
from portal.directory.models import SizeClass
from portal.directory.vocabularies import FieldOfAction
from portal.privacy import Erasure, PersonalData
from portal.visibility import Viewer

if TYPE_CHECKING:
    from portal.directory.models import Municipality


def about_fields(page: GuidePage | StudyPage, _place: "Municipality | None", keys: Collection[str]) -> str:
    """Say which of the fields of action asked for a page is about."""
    shared = [str(field.label) for field in FieldOfAction if field in keys and field in page.fields]
    return gettext("About: %(fields)s") % {"fields": ", ".join(shared)} if shared else ""


def about_guide(page: GuidePage, place: "Municipality | None", keys: Collection[str]) -> str:
    """Say which fields of action a guide shares, and whether it was written for places of this size."""
    said = [about_fields(page, place, keys)]
    if place is not None and place.size_class:
        for_all = set(page.sizes) >= set(SizeClass.values)
        size = SizeClass(place.size_class).label
        said.append(
            gettext("For municipalities of every size")
            if for_all
            else gettext("For municipalities with %(size)s") % {"size": size}
        )
    return ". ".join(filter(None, said)) or gettext("One of the newest")


def key_dates(viewer: Viewer, _place: "Municipality | None", limit: int) -> Iterable[Upcoming]:
    """Name the next dates and deadlines that editors have entered."""
    return [
        Upcoming(
            on=entry.on,
            label=entry.title,
            url=entry.url,
            kind="deadline" if entry.kind == KeyDate.Kind.DEADLINE else "date",
        )
        for entry in KeyDate.objects.all().visible_to(viewer).upcoming()[:limit]
    ]


areas.register(
    Area(
        slug="content",
        label=_("Guides and news"),
        summary=_("Guides with steps, effort and risks; studies; what is new and which dates are near."),
        order=100,
        navigation=(
            NavItem(label=_("Guides"), url_name="content:guide_list"),
            NavItem(label=_("Studies"), url_name="content:study_list"),
            NavItem(label=_("News"), url_name="content:news_list"),
        ),
        staff_pages=(
            NavItem(
                label=_("Edit content"),
                url_name="wagtailadmin_home",
                visible_to=lambda user: getattr(user, "is_editor", False),
            ),
        ),
        footer=(
            NavItem(label=_("Imprint"), url_name="content:imprint"),
            NavItem(label=_("Privacy"), url_name="content:privacy"),
            NavItem(label=_("Declaration on accessibility"), url_name="content:accessibility"),
            NavItem(label=_("Report a barrier"), url_name="content:report_barrier", about_page=True),
            NavItem(label=_("Plain language"), url_name="content:plain_language", icon="easy-language"),
            NavItem(label=_("Sign language"), url_name="content:sign_language", icon="sign-language"),
            NavItem(label=_("Contact"), url_name="content:contact"),
        ),
        resources=(
            Resource(
                slug="guides",
                label=_("Guides"),
                model=GuidePage,
                filterset=GuideFilterSet,
                viewset=GuideViewSet,
                list_url_name="content:guide_list",
                document=document,
                standing=standing,
                details={"content": _("text")},
                offers=True,
                reason=about_guide,
            ),
            Resource(
                slug="studies",
                label=_("Studies"),
                model=StudyPage,
                filterset=StudyFilterSet,
                viewset=StudyViewSet,
                list_url_name="content:study_list",
                document=document,
                standing=standing,
                details={"content": _("text")},
                offers=True,
                reason=about_fields,
            ),
            Resource(
                slug="news",
                label=_("News"),
                model=NewsPage,
                filterset=NewsFilterSet,
                viewset=NewsViewSet,
                list_url_name="content:news_list",
                document=document,
            ),
        ),
        upcoming=key_dates,
        indicators=(
            Indicator(
                slug="content-helpful",
                label=_("pages that helped"),
                question=_("How many of a hundred readers who answer say that a page helped them?"),
                on=feedback.share_helpful,
                unit=_("%"),
                target=80,
            ),
            Indicator(
                slug="content-overdue",
                label=_("texts not checked in time"),
                question=_("How many texts were not checked in time?"),
                evaluate=lambda: float(len(overdue())),
                better="lower",
                target=0,
                public=False,
            ),
        ),
        review=matters,
        searchables=further_kinds({GuidePage, StudyPage, NewsPage}),
        outside_links=outside_links,
        personal_data=(
            *(written_by(page, "responsible") for page in ContentPage.kinds()),
            written_by(Image, "uploaded_by_user"),
            written_by(Document, "uploaded_by_user"),
            *EDITING,
            PersonalData(
                model=Reminder,
                subject="person",
                fields=("week",),
                purpose=_("So that nobody is reminded of overdue checks twice in a week."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.DELETE,
                retention=timedelta(days=35),
                retention_from="week",
            ),
            written_by(BarrierReport, "answered_by"),
            PersonalData(
                model=BarrierReport,
                subject="",
                rows=barriers.reports_of,
                fields=("name", "email", "page", "description", "answer", "created_at"),
                purpose=_("So that reported barriers are mended and their senders get an answer."),
                legal_basis=_("Art. 6(1)(c) GDPR with § 12b BGG"),
                erasure=Erasure.DELETE,
                retention=barriers.KEPT_FOR,
                purge=barriers.purge_barrier_reports,
                until=_("a year after the answer"),
            ),
            PersonalData(
                model=Feedback,
                subject="",
                fields=("text",),
                purpose=_("So that pages get better. Nobody is asked for a name; somebody may have written one."),
                legal_basis=_("Art. 6(1)(e) GDPR"),
                erasure=Erasure.KEEP,
                retention=feedback.TEXTS_KEPT_FOR,
                purge=feedback.purge_feedback,
            ),
            PersonalData(
                model=FormSubmission,
                subject="",
                fields=("form_data",),
                purpose=_("What people enter into a form of the editors; the form says what for."),
                legal_basis=_("Art. 6(1)(a) or (e) GDPR; the form says which"),
                erasure=Erasure.DELETE,
                retention=timedelta(days=LONGEST_KEPT),
                purge=forms.purge_submissions,
            ),
        ),
    )
)
