"""What the database knows of a project, by whatever way it was written."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from portal.content.models import Document, Image
from portal.directory.models import Municipality, SizeClass
from projects.models import MACHINE, Evidence, Project, Reuse, fetch_parts, points_for
from projects.models.finding import NEXT_SIZE, OWN_FIELD, SAME_LAND, SAME_SIZE, TRANSFERABLE
from projects.services import refreshing
from projects.vocabularies import RUNNING, TRIED_OUT, EffortBand, Grade, Phase
from tests.factories.actors import organisation_of
from tests.factories.directory import AssociationFactory, DistrictFactory, MunicipalityFactory
from tests.factories.projects import (
    EvidenceFactory,
    ExperienceFactory,
    FinancingFactory,
    InteractionFactory,
    PartnerFactory,
    PictureFactory,
    ProjectFactory,
    ProjectFileFactory,
    ProjectPlaceFactory,
    ReuseFactory,
    RiskFactory,
    SupplierFactory,
)

pytestmark = pytest.mark.django_db


def stored(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def test_the_machine_reaches_every_stage_and_leads_out_of_each() -> None:
    assert MACHINE.unreachable() == set()
    assert MACHINE.dead_ends() == set()


def test_where_a_project_is_follows_its_places() -> None:
    place = MunicipalityFactory(ags="08118001", population=1_500, urbanisation=3)
    project = ProjectFactory(place=place)
    assert (project.laender, project.size_classes, project.urbanisations) == (["08"], [SizeClass.FROM_1000], [3])
    second = ProjectPlaceFactory(project=project, municipality=MunicipalityFactory(ags="14625001", population=80_000))
    assert stored(project).laender == ["08", "14"]
    second.delete()
    assert stored(project).laender == ["08"]


def test_of_an_association_its_members_count_and_of_a_district_its_land() -> None:
    union = AssociationFactory(id="081185001")
    MunicipalityFactory(ags="08118001", population=900, association=union)
    MunicipalityFactory(ags="08118002", population=1_900, association=union)
    project = ProjectFactory(abroad=True)
    ProjectPlaceFactory(project=project, municipality=None, association=union)
    assert stored(project).size_classes == sorted([SizeClass.FROM_500, SizeClass.FROM_1000])
    other = ProjectFactory(abroad=True)
    ProjectPlaceFactory(project=other, municipality=None, district=DistrictFactory(id="14625"))
    assert (stored(other).laender, stored(other).size_classes) == (["14"], [])


def test_it_follows_the_register_at_night() -> None:
    place = MunicipalityFactory(population=1_500)
    project = ProjectFactory(place=place)
    type(place).objects.filter(pk=place.pk).update(population=6_000)
    assert stored(project).size_classes == [SizeClass.FROM_1000]
    refreshing.refresh()
    assert stored(project).size_classes == [SizeClass.FROM_5000]


def test_a_place_is_exactly_one() -> None:
    project = ProjectFactory()
    for wrong in ({"municipality": None}, {"district": DistrictFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProjectPlaceFactory(project=project, **wrong)


def test_the_best_evidence_counts_and_what_another_has_seen_counts_most() -> None:
    project = ProjectFactory()
    assert stored(project).evidence_grade == ""
    EvidenceFactory(project=project)
    documented = EvidenceFactory(project=project, criterion="effizienz", grade="dokumentiert", source="Bericht")
    assert stored(project).evidence_grade == Grade.DOCUMENTED
    assert stored(project).criteria == ["effizienz", "nutzen"]
    reuse = ReuseFactory(project=project)
    ExperienceFactory(reuse=reuse, criterion="geschaeftsmodell")
    assert stored(project).evidence_grade == Grade.DOCUMENTED  # about a criterion that nothing is claimed for
    experience = ExperienceFactory(reuse=reuse)
    assert stored(project).evidence_grade == Grade.CONFIRMED
    experience.delete()
    documented.delete()
    assert stored(project).evidence_grade == Grade.CLAIMED


@pytest.mark.parametrize(
    "wrong",
    [
        {"grade": "geprueft"},
        {"grade": "geprueft", "checked_by": "Beratung"},
        {"grade": "dokumentiert"},
        {"before": 3},
        {"after": 3},
        {"criterion": "schoenheit"},
    ],
)
def test_a_grade_needs_what_it_says_and_a_figure_its_unit(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceFactory(**wrong)


def test_who_uses_it_again_is_counted() -> None:
    project = ProjectFactory()
    reuse = ReuseFactory(project=project)
    ReuseFactory(project=project, stage="interesse")
    assert stored(project).reuse_count == 1
    Reuse.objects.filter(pk=reuse.pk).update(stage="planung")
    assert stored(project).reuse_count == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"summary": ""},
        {"fields_of_action": []},
        {"fields_of_action": ["angeln"]},
        {"phase": "irgendwann"},
        {"slug": "karte"},
        {"slug": "Mit Leerzeichen"},
        {"started_on": date(2026, 5, 1), "ended_on": date(2026, 4, 1)},
        {"country": "EE", "place_abroad": "Tartu"},
    ],
)
def test_what_is_published_is_complete_and_known(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectFactory(**wrong)


def test_the_stage_goes_no_way_but_the_declared() -> None:
    project = ProjectFactory(hidden=True)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(stage="review")


@pytest.mark.parametrize(
    ("days", "band"), [(None, ""), (20, EffortBand.SMALL), (21, EffortBand.MEDIUM), (301, "ueber-300")]
)
def test_effort_lies_in_a_band(days: int | None, band: str) -> None:
    project = ProjectFactory(effort_days=days)
    assert project.effort_band == band
    assert bool(project.effort_in_words) == bool(band)


@pytest.mark.parametrize(("licence", "is_open"), [("EUPL-1.2", "ja"), ("proprietary", "nein"), ("none", ""), ("", "")])
def test_a_licence_says_whether_it_is_open_source(licence: str, is_open: str) -> None:
    assert ProjectFactory(licence=licence).open_source == is_open


def test_points_and_reasons_follow_the_same_rules() -> None:
    place = MunicipalityFactory(ags="08118001", population=1_500, urbanisation=None)
    same = ProjectFactory(place=MunicipalityFactory(ags="08118002", population=1_800), phase="idee")
    next_one = ProjectFactory(place=MunicipalityFactory(ags="14625002", population=900), phase="idee")
    suits = ProjectFactory(
        place=MunicipalityFactory(ags="14625003", population=90_000), phase="idee", transferable_sizes=["1000-1999"]
    )
    none = ProjectFactory(place=MunicipalityFactory(ags="14625004", population=90_000), phase="idee")
    points = dict(Project.objects.annotate(p=points_for(place)).values_list("pk", "p"))
    assert points == {same.pk: SAME_SIZE + SAME_LAND, next_one.pk: NEXT_SIZE, suits.pk: TRANSFERABLE, none.pk: 0}
    said = {one.pk: one.reasons_for(place) for one in Project.objects.all()}
    assert [len(said[one.pk]) for one in (same, next_one, suits, none)] == [2, 1, 1, 0]
    assert "so groß wie" in said[same.pk][0]


def test_each_point_has_its_reason_in_words() -> None:
    place = MunicipalityFactory(ags="08118001", population=1_500, urbanisation=3)
    for grade, phase, reused in [(grade, phase, reused) for grade in Grade for phase in Phase for reused in (0, 1)]:
        one = ProjectFactory(place=MunicipalityFactory(population=90_000, urbanisation=1), phase=phase)
        source = {"source": "Bericht", "checked_by": "Beratung", "checked_on": one.checked_on}
        EvidenceFactory(project=one, grade=grade, **source)
        ReuseFactory.create_batch(reused, project=one)
        without = Project.objects.annotate(p=points_for(place)).get(pk=one.pk)
        parts = [without.evidence_grade != "", phase in RUNNING + TRIED_OUT, bool(reused), "08" in without.laender]
        assert len(without.reasons_for(place)) == sum(parts), (grade, phase, reused)
        assert without.p >= sum(parts)


def test_what_a_municipality_names_in_its_profile_counts_as_much_as_its_size() -> None:
    place = MunicipalityFactory(ags="08118001", name="Musterdorf", population=1_500, urbanisation=None)
    organisation_of(place, fields_of_action=["energie", "daten"])
    far = {"population": 90_000, "urbanisation": None}
    served = ProjectFactory(
        place=MunicipalityFactory(ags="14625002", **far), phase="idee", fields_of_action=["daten", "energie", "wasser"]
    )
    other = ProjectFactory(place=MunicipalityFactory(ags="14625003", **far), phase="idee", fields_of_action=["wasser"])
    points = dict(Project.objects.annotate(p=points_for(place)).values_list("pk", "p"))
    assert points == {served.pk: OWN_FIELD, other.pk: 0}
    assert OWN_FIELD == SAME_SIZE
    assert served.reasons_for(place) == [
        (
            "Dient Handlungsfeldern, die Musterdorf im Profil nennt: Energie und Klima und Digitale Infrastruktur und"
            " Daten."
        )
    ]
    assert other.reasons_for(place) == []


def test_the_fields_of_a_municipality_come_with_it_where_they_are_asked_for(django_assert_num_queries) -> None:
    place, without = MunicipalityFactory(), MunicipalityFactory()
    organisation_of(place, fields_of_action=["energie"])
    with django_assert_num_queries(1):
        found = Municipality.objects.with_fields().in_bulk([place.pk, without.pk])
        assert found[place.pk].fields_of_action == ["energie"]
        assert not found[without.pk].fields_of_action
    with django_assert_num_queries(1):  # else it is asked once
        assert place.fields_of_action == place.fields_of_action == ["energie"]


def test_offers_begin_with_the_fitting_and_leave_out_ideas_and_failures() -> None:
    place = MunicipalityFactory(population=1_500)
    ProjectFactory(title="Anders", place=MunicipalityFactory(population=300_000))
    ProjectFactory(title="Gleich", place=MunicipalityFactory(population=1_600))
    ProjectFactory(title="Gescheitert", phase="gescheitert")
    ProjectFactory(title="Energie", fields_of_action=["energie"])
    assert [str(one) for one in Project.objects.about(place, ["mobilitaet"])] == ["Gleich", "Anders"]


def test_all_that_belongs_to_projects_comes_in_one_statement(django_assert_num_queries) -> None:
    projects = ProjectFactory.create_batch(3)
    for one in projects:
        for make in (EvidenceFactory, InteractionFactory, PartnerFactory, RiskFactory, SupplierFactory):
            make.create_batch(2, project=one)
        FinancingFactory(project=one)
        PictureFactory(project=one)
        ProjectFileFactory(project=one)
        FinancingFactory(project=one, programme=None, text="Spende")
    with django_assert_num_queries(1):
        found = fetch_parts(projects)
        for one in found:
            assert [part.claim for part in one.evidence.all()] == ["Wege zum Rathaus fallen weg."] * 2
            assert one.financing.all()[0].programme.title
            assert one.financing.all()[1].programme is None
            assert one.pictures.all()[0].image.description
            assert one.files.all()[0].document.url
            assert list(one.links.all()) == []
    one = fetch_parts([projects[0]])[0]
    kept = Evidence.objects.filter(project=one).order_by("position", "pk")
    assert list(one.evidence.all()) == list(kept)
    assert [part.checked_on for part in one.evidence.all()] == [None, None]
    for further, model in ((one.pictures.all()[0].image, Image), (one.files.all()[0].document, Document)):
        names = [field.attname for field in model._meta.concrete_fields]
        stored = model.objects.get(pk=further.pk)
        assert [getattr(further, name) for name in names] == [getattr(stored, name) for name in names]
