"""Factories for what editors write and readers answer. Pages lie below the home page that ``found()`` makes."""

import datetime
import json
from datetime import timedelta
from typing import Any, ClassVar

import factory
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page

from portal.content.models import (
    AccessibilityStatementPage,
    BarrierReport,
    CheckedLink,
    Document,
    FaqPage,
    Feedback,
    FormField,
    FormPage,
    FourEyesTask,
    GlossaryPage,
    GuidePage,
    HomePage,
    Image,
    KeyDate,
    LegalPage,
    LinkUse,
    NewsPage,
    PlainLanguagePage,
    Reminder,
    Rendition,
    SectionPage,
    ServiceNotice,
    SignLanguagePage,
    StudyPage,
)
from portal.content.services.founding import found
from tests.factories.accounts import UserFactory


def blocks(*pairs: tuple[str, Any]) -> str:
    """Write blocks as a StreamField keeps them: ``blocks(("heading", {...}), ("paragraph", "<p>…</p>"))``."""
    return json.dumps([{"type": kind, "value": value} for kind, value in pairs])


def home_page(language: str = "de") -> HomePage:
    """Return the home page of a language; in an emptied database the founding makes it."""
    here = HomePage.objects.filter(locale__language_code=language)
    page = here.first()
    if page is None:
        found()
        page = here.get()
    return page


def section(slug: str) -> Page:
    """Return a section that the founding made."""
    home_page()
    page: Page = Page.objects.get(slug=slug, depth=3, locale__language_code="de").specific
    return page


class PageFactory(DjangoModelFactory[Any]):
    """A published page; ``hidden`` makes a draft. ``parent`` is the page above it."""

    class Meta:
        """Each kind of page has its own."""

        abstract = True

    class Params:
        """Traits."""

        hidden = factory.Trait(
            live=False, first_published_at=None, last_published_at=None, has_unpublished_changes=True
        )

    live = True
    first_published_at = factory.LazyFunction(timezone.now)
    last_published_at = factory.LazyFunction(timezone.now)
    checked_on = factory.LazyFunction(timezone.localdate)

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, parent: Page | None = None, **kwargs: Any) -> Page:
        above = Page.objects.get(pk=(parent or cls.usual_parent()).pk)
        kwargs.setdefault("locale", above.locale)
        page: Page = above.add_child(instance=model_class(*args, **kwargs))
        return page

    @classmethod
    def usual_parent(cls) -> Page:
        return home_page()


class SectionFactory(PageFactory):
    class Meta:
        model = SectionPage

    title = factory.Sequence(lambda n: f"Abteilung {n:05}")
    slug = factory.Sequence(lambda n: f"abteilung-{n:05}")
    summary = "Was hier zusammengehört."


class GuideFactory(PageFactory):
    class Meta:
        model = GuidePage

    title = factory.Sequence(lambda n: f"Musterleitfaden {n:05}")
    slug = factory.Sequence(lambda n: f"musterleitfaden-{n:05}")
    summary = "Wie ein Vorhaben gelingt, das ein Muster ist."
    fields: ClassVar = ["verwaltung"]
    effort = GuidePage.Effort.SMALL
    steps = blocks(
        (
            "step",
            {"title": "Anfangen", "text": "<p>Der erste Schritt.</p>", "effort": "1 Stunde", "result": "Begonnen."},
        )
    )
    body = blocks(
        ("heading", {"text": "Worum es geht", "level": "2"}), ("paragraph", "<p>Um ein <b>Muster</b>vorhaben.</p>")
    )

    @classmethod
    def usual_parent(cls) -> Page:
        return section("leitfaeden")


class StudyFactory(PageFactory):
    class Meta:
        model = StudyPage

    title = factory.Sequence(lambda n: f"Musterstudie {n:05}")
    slug = factory.Sequence(lambda n: f"musterstudie-{n:05}")
    summary = "Was herausgefunden wurde."
    publisher = "Musterinstitut"
    published_in = 2026
    fields: ClassVar = ["verwaltung"]
    body = blocks(("paragraph", "<p>Ein Befund.</p>"))

    @classmethod
    def usual_parent(cls) -> Page:
        return section("studien")


class NewsFactory(PageFactory):
    class Meta:
        model = NewsPage

    title = factory.Sequence(lambda n: f"Musternachricht {n:05}")
    slug = factory.Sequence(lambda n: f"musternachricht-{n:05}")
    summary = "Was neu ist."
    date = factory.LazyFunction(timezone.localdate)
    fields: ClassVar = ["verwaltung"]
    body = blocks(("paragraph", "<p>Es gibt etwas Neues.</p>"))

    @classmethod
    def usual_parent(cls) -> Page:
        return section("aktuelles")


class FaqFactory(PageFactory):
    class Meta:
        model = FaqPage

    title = factory.Sequence(lambda n: f"Musterfragen {n:05}")
    slug = factory.Sequence(lambda n: f"musterfragen-{n:05}")
    questions = blocks(
        ("heading", {"text": "Allgemeines", "level": "2"}),
        ("question", {"question": "Was ist das?", "answer": "<p>Eine Frage.</p>"}),
    )


class GlossaryFactory(PageFactory):
    class Meta:
        model = GlossaryPage

    title = factory.Sequence(lambda n: f"Musterglossar {n:05}")
    slug = factory.Sequence(lambda n: f"musterglossar-{n:05}")
    terms = blocks(("term", {"term": "Amt", "abbreviation": "", "meaning": "<p>Ein Verband von Gemeinden.</p>"}))


class FormPageFactory(PageFactory):
    class Meta:
        model = FormPage

    title = factory.Sequence(lambda n: f"Musterformular {n:05}")
    slug = factory.Sequence(lambda n: f"musterformular-{n:05}")
    thanks = "Danke für Ihre Nachricht."


class FormFieldFactory(DjangoModelFactory[FormField]):
    class Meta:
        model = FormField

    page = factory.SubFactory(FormPageFactory)
    label = factory.Sequence(lambda n: f"Frage {n}")
    field_type = "singleline"


class FoundedFactory(DjangoModelFactory[Any]):
    """A page that the founding makes and that exists once: with the values given."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Page], *_args: Any, **kwargs: Any) -> Page:
        home = home_page()
        same = {name: kwargs[name] for name in ("kind",) if name in kwargs}
        page: Any = model_class.objects.filter(locale=home.locale, **same).first()
        for name, value in kwargs.items():
            setattr(page, name, value)
        page.save()
        saved: Page = page
        return saved


class HomeFactory(FoundedFactory):
    class Meta:
        model = HomePage


class LegalFactory(FoundedFactory):
    class Meta:
        model = LegalPage

    kind = LegalPage.Kind.IMPRINT


class AccessibilityStatementFactory(FoundedFactory):
    class Meta:
        model = AccessibilityStatementPage


class PlainLanguageFactory(FoundedFactory):
    class Meta:
        model = PlainLanguagePage


class SignLanguageFactory(FoundedFactory):
    class Meta:
        model = SignLanguagePage


class ImageFactory(DjangoModelFactory[Image]):
    """A small picture with its description."""

    class Meta:
        model = Image

    title = factory.Sequence(lambda n: f"Bild {n}")
    description = "Ein Rathaus mit offener Tür."
    file = factory.LazyFunction(lambda: get_test_image_file(size=(1600, 900)))


class RenditionFactory(DjangoModelFactory[Rendition]):
    """A picture in one size."""

    class Meta:
        model = Rendition

    image = factory.SubFactory(ImageFactory)

    @classmethod
    def _create(cls, _model_class: type[Rendition], *_args: Any, **kwargs: Any) -> Rendition:
        rendition: Rendition = kwargs["image"].get_rendition("width-100")
        return rendition


class DocumentFactory(DjangoModelFactory[Document]):
    """A document to download."""

    class Meta:
        model = Document

    title = factory.Sequence(lambda n: f"Dokument {n}")
    file = factory.LazyFunction(lambda: ContentFile(b"Name;Wert\nMuster;1\n", name="muster.csv"))


class ServiceNoticeFactory(DjangoModelFactory[ServiceNotice]):
    class Meta:
        model = ServiceNotice

    text = "Am Samstag wird gewartet."


class KeyDateFactory(DjangoModelFactory[KeyDate]):
    class Meta:
        model = KeyDate

    kind = KeyDate.Kind.DEADLINE
    title = factory.Sequence(lambda n: f"Stichtag {n}")
    on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    url = "https://www.example.org/termin"


class FeedbackFactory(DjangoModelFactory[Feedback]):
    class Meta:
        model = Feedback

    path = "/leitfaeden/muster/"
    helpful = True


class BarrierReportFactory(DjangoModelFactory[BarrierReport]):
    class Meta:
        model = BarrierReport

    page = "/leitfaeden/muster/"
    description = "Der Text ist zu klein."
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))


class CheckedLinkFactory(DjangoModelFactory[CheckedLink]):
    class Meta:
        model = CheckedLink

    url = factory.Sequence(lambda n: f"https://www.example.org/{n}")


class LinkUseFactory(DjangoModelFactory[LinkUse]):
    class Meta:
        model = LinkUse

    link = factory.SubFactory(CheckedLinkFactory)
    content_type = factory.LazyFunction(lambda: ContentType.objects.get_for_model(GuidePage))
    object_id = factory.LazyFunction(lambda: GuideFactory().pk)


class FourEyesTaskFactory(DjangoModelFactory[FourEyesTask]):
    class Meta:
        model = FourEyesTask

    name = factory.Sequence(lambda n: f"Freigabe {n}")


class ReminderFactory(DjangoModelFactory[Reminder]):
    class Meta:
        model = Reminder

    person = factory.SubFactory(UserFactory)
    week = datetime.date(2026, 11, 16)


def english() -> Locale:
    """The second language of content."""
    locale: Locale = Locale.objects.get(language_code="en")
    return locale
