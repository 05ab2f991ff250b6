from collections import Counter
from statistics import mean

import pytest

from benchmarks import data, register
from funding.models import Contact, Link, Programme
from funding.vocabularies import Applicant, Area
from portal.directory.imports.gv100ad import parse


@pytest.fixture(scope="module")
def generated():
    return parse(register.gv100ad())


def test_generated_register_passes_the_import_with_the_official_numbers(generated):
    kinds = Counter(row.kind for row in generated.municipalities)
    assert (len(generated.laender), len(generated.districts), len(generated.associations)) == (16, 400, 1203)
    assert kinds == {"60": 386, "61": 97, "62": 9, "63": 1829, "64": 8305, "66": 202, "67": 125}
    assert sum(kinds.values()) - kinds["66"] == 10_751


def test_generated_register_has_the_official_sizes(generated):
    people = [row.population for row in generated.municipalities if row.kind != "66"]
    assert [sum(low <= number < high for number in people) for low, high, _count in register.SIZES] == [
        count for _low, _high, count in register.SIZES
    ]


def test_generated_register_is_the_same_on_every_run():
    assert register.gv100ad() == register.gv100ad()


def test_programme_is_the_same_whatever_was_written_before():
    before = data.programme(17)
    data.programme(18)
    assert data.programme(17) == before
    assert data.programme(18) != before


def test_programmes_have_the_lengths_and_shares_of_the_real_ones():
    written = [data.programme(number) for number in range(400)]
    assert mean(len(one.summary) for one in written) == pytest.approx(400, rel=0.15)
    assert mean(len(one.description) for one in written) == pytest.approx(6_000, rel=0.1)
    assert mean(one.areas == (Area.NATIONWIDE.value,) for one in written) == pytest.approx(0.20, abs=0.06)
    assert mean(Applicant.MUNICIPALITY.value in one.applicants for one in written) == pytest.approx(0.35, abs=0.07)


@pytest.mark.django_db
def test_programmes_go_through_the_real_import():
    data.load_programmes(0, 5)
    data.load_programmes(5, 8)
    assert Programme.objects.filter(live=True).count() == 8
    assert Contact.objects.count() == 8
    assert Link.objects.count() >= 8


@pytest.mark.django_db
def test_programmes_that_are_there_already_are_noticed():
    data.load_programmes(0, 2)
    with pytest.raises(RuntimeError, match="0 of 2 programmes"):
        data.load_programmes(0, 2)
