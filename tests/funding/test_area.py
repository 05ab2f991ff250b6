"""What the funding area gives to the portal."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from funding import indicators
from funding.area import for_my_municipality
from funding.models import Programme
from funding.vocabularies import FIELD_OF_ACTION, Field
from portal.areas import areas
from portal.directory.vocabularies import FieldOfAction
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
    reasons = [resource.reason(programme, municipality, ()) for programme in found]
    assert ["Ludwigsburg" in reason for reason in reasons] == [True, True]
    assert len(set(reasons)) == 2


def test_fields_of_action_choose_and_sort_and_are_named_as_the_reason():
    municipality = MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    ProgrammeFactory(title="A Radweg", fields=["mobilitaet"])
    ProgrammeFactory(title="B Sanierung", fields=["staedtebau_stadterneuerung"])
    ProgrammeFactory(title="C Stadt und Rad", fields=["staedtebau_stadterneuerung", "mobilitaet"])
    ProgrammeFactory(title="D Radweg im Land", fields=["mobilitaet"], areas=["08"])
    ProgrammeFactory(title="E Theater", fields=["kultur_medien_sport"])
    ProgrammeFactory(title="F Radweg anderswo", fields=["mobilitaet"], areas=["09"])
    about = Programme.objects.all().about
    assert [one.title[0] for one in about(municipality, ["mobilitaet", "stadtentwicklung"])] == ["C", "D", "A", "B"]
    assert [one.title[0] for one in about(fields=["beteiligung"])] == ["E"]
    assert [one.title[0] for one in about(municipality)] == ["D", "A", "B", "C", "E"]
    assert len(about()) == 6
    assert list(about(fields=["gibt-es-nicht"])) == []
    both = Programme.objects.get(title="C Stadt und Rad")
    with translation.override(None):
        assert both.reason_for(None, ["mobilitaet", "stadtentwicklung", "wasser"]) == (
            "Serves the fields of action Transport and mobility and Urban development and planning."
        )
        assert both.reason_for(municipality, ["mobilitaet"]) == (
            "Applies nation-wide, so in Ludwigsburg as well. Serves the field of action Transport and mobility."
        )
        assert both.reason_for(municipality, ["wasser"]) == "Applies nation-wide, so in Ludwigsburg as well."
        assert both.reason_for() == ""


def test_what_is_not_published_is_recommended_to_nobody():
    ProgrammeFactory(hidden=True)
    shown = ProgrammeFactory()
    assert list(Programme.objects.all().visible_to(UserFactory(editor=True)).about()) == [shown]


def test_every_foerderbereich_is_read_and_every_field_of_action_is_served():
    assert set(FIELD_OF_ACTION) == set(Field)
    of_all = FIELD_OF_ACTION[Field.SMART_CITIES]
    by_name = {one for field, served in FIELD_OF_ACTION.items() if field != Field.SMART_CITIES for one in served}
    assert by_name == of_all == set(FieldOfAction)


def test_home_shows_the_card_for_a_chosen_municipality_alone(client, rf):
    municipality = MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    programme = ProgrammeFactory(areas=["08"])
    assert programme.title not in client.get("/").content.decode()
    client.cookies["kommune"] = municipality.pk
    assert programme.title in client.get("/").content.decode()
    request = rf.get("/")
    request.user = UserFactory()
    assert for_my_municipality(request) is None
