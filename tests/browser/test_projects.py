"""From a place like one's own to using it again; the way of a draft to its readers; two who meet through the radar."""

from collections.abc import Callable, Mapping

from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Cooperation, Match, Plan, Project, Reuse, Stage
from tests.browser.conftest import Site, Visit
from tests.browser.focus import tab_to
from tests.browser.sites import signed_in
from tests.factories.actors import MembershipFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.projects import EvidenceFactory, PlanFactory, ProjectFactory


def as_reader(page: Page, *cookies: Mapping[str, str]) -> None:
    """Look at the portal as somebody else."""
    page.context.clear_cookies()
    values = {name: value for one in cookies for name, value in one.items()}
    page.context.add_cookies(
        [{"name": name, "value": value, "domain": "localhost", "path": "/"} for name, value in values.items()]
    )


def test_a_clerk_finds_a_project_from_a_place_like_hers_and_uses_it(site: Site, visit: Callable[..., Visit]) -> None:
    alike = MunicipalityFactory(population=site.place.population + 500)
    project = ProjectFactory(title="Sprechstunde per Video", place=alike, slug="sprechstunde")
    EvidenceFactory(project=project, grade="dokumentiert", source="Bericht")
    window = visit()
    page = window.page
    as_reader(page, site.cookies["person"], site.cookies["chosen"])

    page.goto(reverse("projects:project_list"))
    hit = page.locator(".hits article", has_text="Sprechstunde per Video")
    expect(hit).to_contain_text("Aus einem Ort so groß wie Musterstadt am Neckar")
    tab_to(page, hit.locator("h3 a"))
    page.keyboard.press("Enter")
    expect(page.locator("#why")).to_have_text("Warum das Musterstadt am Neckar helfen kann")

    # side by side with another one
    tab_to(page, page.get_by_role("link", name="Mit anderen vergleichen"))
    page.keyboard.press("Enter")
    page.locator("#id_dazu").fill("Mitfahrbank")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Aaa Mitfahrbank mit Knopf", exact=True).click()
    expect(page.locator("table.comparison thead th")).to_have_count(2)

    # and used again
    page.get_by_role("link", name="Sprechstunde per Video").first.click()
    page.get_by_role("link", name="Musterstadt am Neckar nutzt das nach …").click()
    page.get_by_label("Wir planen das").check()
    page.locator("#id_experience").fill("Wir fangen im Mai an.")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("main")).to_contain_text("Wir fangen im Mai an.")
    assert Reuse.objects.get(project=project).organisation == site.organisation


def test_a_draft_is_returned_with_a_reason_revised_and_published(site: Site, visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.page
    as_reader(page, site.cookies["person"])
    page.goto(reverse("projects:ours"))
    page.get_by_role("link", name="Projekt eintragen").click()
    page.locator("#id_title").fill("Dorfladen mit Türcode")
    page.get_by_role("button", name="Speichern", exact=True).click()
    project = Project.objects.get(title="Dorfladen mit Türcode")
    assert not project.live

    # what is missing is said
    page.get_by_role("button", name="Einreichen").click()
    expect(page.locator("main")).to_contain_text("Bitte füllen Sie zuerst aus")
    page.get_by_role("link", name="Weiterschreiben").click()
    page.locator("#id_summary").fill("Der Laden ist abends offen; wer einen Code hat, kommt hinein.")
    page.get_by_label("Handel und Wirtschaft", exact=True).first.check()
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.get_by_role("button", name="Einreichen").click()

    # an editor returns it
    as_reader(page, site.cookies["editor"])
    page.goto(reverse("projects:submitted"))
    page.get_by_role("link", name="Dorfladen mit Türcode").click()
    page.get_by_role("button", name="Prüfung beginnen").click()
    page.get_by_role("link", name="Mit Begründung zurückgeben").click()
    page.get_by_role("button", name="Mit Begründung zurückgeben").click()
    expect(page.locator(".error-summary")).to_be_visible()  # not without a reason
    page.locator("#id_reason").fill("Bitte sagen Sie, was es gekostet hat.")
    page.get_by_role("button", name="Mit Begründung zurückgeben").click()

    # it is revised and submitted again
    as_reader(page, site.cookies["person"])
    page.goto(reverse("projects:project_inside", args=[project.slug]))
    expect(page.locator("main")).to_contain_text("Bitte sagen Sie, was es gekostet hat.")
    page.get_by_role("link", name="Weiterschreiben").click()
    page.locator("#part-money > summary").click()
    page.locator("#id_cost_band").select_option("bis-50000")
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.get_by_role("button", name="Einreichen").click()

    # and published
    as_reader(page, site.cookies["editor"])
    page.goto(reverse("projects:project_inside", args=[project.slug]))
    page.get_by_role("button", name="Veröffentlichen").click()
    as_reader(page)
    page.goto(project.get_absolute_url())
    expect(page.locator("h1")).to_have_text("Dorfladen mit Türcode")
    expect(page.locator("main aside")).to_contain_text("10.000 bis 50.000 Euro")
    project.refresh_from_db()
    assert (project.live, project.stage) == (True, Stage.DONE)


def test_two_municipalities_meet_through_the_radar(site: Site, visit: Callable[..., Visit]) -> None:
    person = MembershipFactory(organisation=site.other_organisation, person__display_name="Toni Nachbar").person
    PlanFactory(
        organisation=site.other_organisation,
        hidden=True,
        title="Bürgerbus für die Heide",
        description="Ein Bürgerbus, der auf Bestellung fährt, mit Ehrenamtlichen am Steuer.",
        visibility="kommunen",
    )
    theirs = signed_in(person)
    window = visit()
    page = window.page
    as_reader(page, site.cookies["person"])
    page.goto(reverse("projects:radar"))
    page.get_by_role("link", name="Vorhaben ankündigen").click()
    page.locator("#id_title").fill("Bürgerbus auf Bestellung")
    page.locator("#id_description").fill("Ein Bürgerbus, der auf Bestellung fährt, mit Ehrenamtlichen am Steuer.")
    page.get_by_label("Verkehr und Mobilität", exact=True).check()
    page.locator("#id_begins_on").fill("01.03.2027")
    page.get_by_label("Alle Kommunen").check()
    page.get_by_role("button", name="Speichern").click()

    # something is alike; who it is stays unknown
    expect(page.locator("main")).to_contain_text("Jemand plant etwas Ähnliches")
    expect(page.locator("main")).not_to_contain_text("Heide")
    plan = Plan.objects.get(title="Bürgerbus auf Bestellung")
    other = Plan.objects.get(title="Bürgerbus für die Heide")
    first, second = sorted((plan, other), key=lambda one: str(one.pk))
    match = Match.objects.get(first=first, second=second)
    page.goto(match.get_absolute_url())
    page.get_by_role("button", name="Ja, wir möchten sprechen").click()
    expect(page.locator("main")).not_to_contain_text("Heide")

    # the other side agrees as well
    as_reader(page, theirs)
    page.goto(match.get_absolute_url())
    expect(page.locator("main")).not_to_contain_text("Musterstadt")
    page.get_by_role("button", name="Ja, wir möchten sprechen").click()
    expect(page.locator("h1")).to_contain_text("Musterstadt am Neckar: Bürgerbus auf Bestellung")
    page.get_by_role("link", name="Zu Ihrer gemeinsamen Akte").click()
    page.locator("#id_title").fill("Fahrerinnen und Fahrer suchen")
    page.get_by_role("button", name="Schritt hinzufügen").click()
    expect(page.locator("#steps + ul")).to_contain_text("Fahrerinnen und Fahrer suchen")
    assert Cooperation.objects.get(match=match).steps.count() == 1
