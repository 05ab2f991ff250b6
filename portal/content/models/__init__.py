"""Pages, files, notices, what readers answer, and the links that are looked after."""

from portal.content.models.base import ContentPage, ContentPageQuerySet
from portal.content.models.dates import KeyDate, ServiceNotice
from portal.content.models.forms import FormField, FormPage
from portal.content.models.home import HomePage
from portal.content.models.legal import AccessibilityStatementPage, LegalPage, PlainLanguagePage, SignLanguagePage
from portal.content.models.links import CheckedLink, LinkUse
from portal.content.models.media import Document, Image, Rendition
from portal.content.models.pages import GuidePage, NewsPage, SectionPage, StudyPage
from portal.content.models.readers import BarrierReport, Feedback
from portal.content.models.reference import FaqPage, GlossaryPage
from portal.content.models.reminders import Reminder
from portal.content.models.workflow import FourEyesTask

__all__ = [
    "AccessibilityStatementPage",
    "BarrierReport",
    "CheckedLink",
    "ContentPage",
    "ContentPageQuerySet",
    "Document",
    "FaqPage",
    "Feedback",
    "FormField",
    "FormPage",
    "FourEyesTask",
    "GlossaryPage",
    "GuidePage",
    "HomePage",
    "Image",
    "KeyDate",
    "LegalPage",
    "LinkUse",
    "NewsPage",
    "PlainLanguagePage",
    "Reminder",
    "Rendition",
    "SectionPage",
    "ServiceNotice",
    "SignLanguagePage",
    "StudyPage",
]
