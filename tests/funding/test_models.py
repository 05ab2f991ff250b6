from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from funding.models import Programme
from funding.vocabularies import Applicant, Area, Field, Kind, Level
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db


def test_a_programme_with_every_code_of_every_list_can_be_stored() -> None:
    """The index that facets are counted from holds the lists; its rows are bounded to a third of a page."""
    whole = ProgrammeFactory(
        kinds=Kind.values, fields=Field.values, areas=Area.values, applicants=Applicant.values, levels=Level.values
    )
    assert Programme.objects.get(pk=whole.pk).fields == Field.values


@pytest.mark.parametrize("lacking", [{"title": ""}, {"areas": []}, {"first_published_at": None}])
def test_what_is_published_is_complete(lacking: dict[str, object]) -> None:
    programme = ProgrammeFactory(hidden=True, **lacking)
    complete = {"title": "Titel", "areas": ["08"], "first_published_at": timezone.now()}
    with pytest.raises(IntegrityError, match="funding_programme_live_complete"), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(**complete | lacking, live=True)
    assert Programme.objects.filter(pk=programme.pk).update(**complete, live=True) == 1


def test_state_is_told_by_what_happened() -> None:
    made = [ProgrammeFactory(), ProgrammeFactory(hidden=True), ProgrammeFactory(withdrawn=True)]
    assert [programme.state for programme in made] == ["published", "draft", "withdrawn"]
    made[0].has_unpublished_changes = True
    assert len({str(programme.state_in_words) for programme in made}) == 3
    assert made[0].state_in_words != made[0].state.label


def test_check_is_due_after_the_interval_and_never_for_what_nobody_checked_of_a_source() -> None:
    today = timezone.localdate()
    long_ago = timezone.now() - timedelta(days=900)
    late = ProgrammeFactory(checked_on=today - timedelta(days=31), check_interval_days=30)
    never = ProgrammeFactory(checked_on=None, first_published_at=long_ago)
    ProgrammeFactory(checked_on=today - timedelta(days=30), check_interval_days=30)
    theirs = ProgrammeFactory(imported=True, checked_on=None, first_published_at=long_ago)
    theirs_late = ProgrammeFactory(imported=True, checked_on=today - timedelta(days=181))
    assert set(Programme.objects.all().overdue()) == {late, never, theirs_late}
    assert {one for one in Programme.objects.all() if one.is_check_overdue} == {late, never, theirs_late}
    assert (theirs.check_due_on, theirs.is_checked_recently()) == (None, False)
    assert [one.is_checked_recently() for one in (late, never, theirs_late)] == [False, False, False]
