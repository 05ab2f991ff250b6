import pytest

from benchmarks.pages import pages, pages_named

pytestmark = pytest.mark.django_db


def test_pages_are_named_by_how_they_begin():
    every = [page.slug for page in pages()]
    assert len(set(every)) == len(every) > 10
    assert [page.slug for page in pages_named([])] == every
    named = [
        *("projects", "projects-searched", "projects-geojson", "projects-map", "projects-matrix", "project"),
        *("projects-match", "home"),
    ]
    assert [page.slug for page in pages_named(["home", "project"])] == named


def test_a_page_that_is_not_there_is_refused():
    with pytest.raises(RuntimeError, match=r"no page is called “none”\. There are: list-searched, "):
        pages_named(["home", "none"])
