"""What the funding area gives to the portal."""

from datetime import timedelta

import pytest
from django.utils import timezone

from funding import indicators
from funding.area import for_my_municipality
from funding.models import Programme
from portal.areas import areas
from tests.factories.accounts import UserFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db


def test_indicators_count_what_is_published_and_still_there():
    assert indicators.share_checked() is None
    today = timezone.localdate()
    ProgrammeFactory(areas=["08", "bundesweit"])
    ProgrammeFactory(areas=["09"], checked_on=today - timedelta(days=180))
    ProgrammeFactory(areas=["09", "sonstige"], checked_on=today - timedelta(days=181))
    ProgrammeFactory(areas=["01"], checked_on=None)
    ProgrammeFactory(areas=["02"], hidden=True)
    ProgrammeFactory(areas=["03"], absent_since=today)
    assert indicators.published_programmes() == 4
    assert indicators.share_checked() == 50
    assert indicators.laender_covered() == 3


def test_recommendation_offers_what_the_municipality_may_apply_for_of_its_own_land_first():
    resource = areas.resource_of(Programme)
    municipality = MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    ProgrammeFactory(title="A Bund")
    ProgrammeFactory(title="Z Land", areas=["08"])
    ProgrammeFactory(title="Anderswo", areas=["09"])
    ProgrammeFactory(title="Für Betriebe", applicants=["unternehmen"])
    ProgrammeFactory(title="Vorbei", absent_since=timezone.localdate())
    found = Programme.objects.all().visible_to(UserFactory()).about(municipality)
    assert [programme.title for programme in found] == ["Z Land", "A Bund"]
    assert resource.reason is not None
    reasons = [resource.reason(programme, municipality) for programme in found]
    assert ["Ludwigsburg" in reason for reason in reasons] == [True, True]
    assert len(set(reasons)) == 2


def test_home_shows_the_card_for_a_chosen_municipality_alone(client, rf):
    municipality = MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    programme = ProgrammeFactory(areas=["08"])
    assert programme.title not in client.get("/").content.decode()
    client.cookies["kommune"] = municipality.pk
    assert programme.title in client.get("/").content.decode()
    request = rf.get("/")
    request.user = UserFactory()
    assert for_my_municipality(request) is None
