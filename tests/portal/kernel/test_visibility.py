import pytest
from django.contrib.auth.models import AnonymousUser, Group

from funding.models import Programme
from portal.directory.models import Land
from portal.visibility import VisibleQuerySet, says_who_may_see
from tests.factories.accounts import UserFactory
from tests.factories.funding import ProgrammeFactory


def test_forgetting_to_say_who_sees_what_is_loud() -> None:
    with pytest.raises(NotImplementedError, match="VisibleQuerySet"):
        VisibleQuerySet(Group).visible_to(AnonymousUser())


def test_it_is_known_which_models_say_it() -> None:
    assert [says_who_may_see(model) for model in (Programme, Land, Group)] == [True, True, False]


@pytest.mark.django_db
def test_drafts_are_seen_by_editors_alone() -> None:
    shown, hidden = ProgrammeFactory(), ProgrammeFactory(hidden=True)
    assert set(Programme.objects.visible_to(UserFactory(editor=True))) == {shown, hidden}
    for somebody in (AnonymousUser(), UserFactory(), UserFactory(editor=True, is_active=False)):
        assert set(Programme.objects.visible_to(somebody)) == {shown}
