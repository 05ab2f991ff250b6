import pytest

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
