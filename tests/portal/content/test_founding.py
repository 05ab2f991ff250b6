import pgtrigger
import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from wagtail.models import Locale, Page, Site, Workflow

from portal.accounts.models import Role
from portal.content.models import ContentPage, HomePage, LegalPage, SectionPage
from portal.content.services.founding import FIXED, OPTIONAL, SECTIONS, found

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/",
    "/aktuelles/",
    "/barrierefreiheit/",
    "/datenschutz/",
    "/en/",
    "/en/contact/",
    "/gebaerdensprache/",
    "/haeufige-fragen/",
    "/impressum/",
    "/kontakt/",
    "/leichte-sprache/",
    "/leitfaeden/",
    "/studien/",
    "/ueber-uns/",
    "/ueber-uns/servicestandard/",
]


def addresses():
    pages = Page.objects.filter(depth__gt=1).specific()
    return sorted(page.get_absolute_url() for page in pages)


def test_founding_makes_every_page_once():
    assert addresses() == ADDRESSES
    assert found() == 0
    assert addresses() == ADDRESSES


def test_founding_publishes_with_a_version_to_restore():
    pages = list(Page.objects.filter(depth__gt=1))
    assert len(pages) == len(ADDRESSES)
    for page in pages:
        assert page.live
        assert page.first_published_at is not None
        assert page.live_revision is not None
        assert page.live_revision_id == page.latest_revision_id


def test_founded_texts_pass_the_editors_own_rules():
    for page in Page.objects.filter(depth__gt=1).specific():
        assert isinstance(page, ContentPage)
        page.full_clean()
        for name in page.get_streamfield_names():
            stream = getattr(page, name)
            stream.stream_block.clean(stream)


def test_founding_leaves_what_editors_wrote():
    page = LegalPage.objects.get(slug="impressum")
    page.title = "Impressum und mehr"
    page.save_revision().publish()
    found()
    assert LegalPage.objects.get(slug="impressum").title == "Impressum und mehr"


def test_founding_makes_the_demanded_pages_again_but_not_the_others():
    for slug in (*FIXED, *SECTIONS, *OPTIONAL):
        page = Page.objects.filter(slug=slug).first()
        if page is not None:  # one lay below another
            page.delete()
    gone = [address for address in ADDRESSES if address not in addresses()]
    assert len(gone) == len((*FIXED, *SECTIONS, *OPTIONAL))
    assert found() == len((*FIXED, *SECTIONS))
    optional = ["/haeufige-fragen/", "/ueber-uns/", "/ueber-uns/servicestandard/"]
    assert addresses() == [address for address in ADDRESSES if address not in optional]


def test_founding_leaves_nothing_of_wagtails_own_beginning():
    home = HomePage.objects.get(locale__language_code="de")
    site = Site.objects.get()
    assert (site.root_page_id, site.is_default_site) == (home.pk, True)
    assert Page.objects.exact_type(Page).count() == 1  # the root
    assert sorted(Group.objects.values_list("name", flat=True)) == sorted(role.group for role in Role)
    assert list(Workflow.objects.values_list("name", flat=True)) == ["Freigabe"]


def test_english_pages_are_translations_of_the_german_ones():
    for german, english in [("/", "/en/"), ("/kontakt/", "/en/contact/")]:
        page = next(p for p in Page.objects.specific() if p.depth > 1 and p.get_absolute_url() == german)
        other = page.get_translation(Locale.objects.get(language_code="en"))
        assert other.specific.get_absolute_url() == english
        assert [entry["code"] for entry in page.translations_shown()] == ["de", "en"]


def test_the_address_of_a_demanded_page_cannot_be_changed():
    page = LegalPage.objects.get(slug="impressum")
    page.slug = "anbieter"
    with pytest.raises(Exception, match="impressum"):
        page.full_clean()


def test_sections_of_the_lists_have_their_texts():
    for slug in SECTIONS:
        section = SectionPage.objects.get(slug=slug)
        assert len(section.summary) > 40
        assert len(section.body) > 0


@pytest.mark.django_db(transaction=True)
def test_founding_works_in_an_emptied_database():
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names() if t not in KEPT_BY_FLUSH]
        with pgtrigger.ignore("audit.AuditEvent:no_truncate"):
            cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))} CASCADE")
    assert Page.objects.count() == 0
    assert Locale.objects.count() == 0
    call_command("found", verbosity=0)
    assert addresses() == ADDRESSES
    assert found() == 0


KEPT_BY_FLUSH = {"django_migrations", "django_content_type", "auth_permission"}
