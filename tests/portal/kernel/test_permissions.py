import pytest
from django.core.exceptions import PermissionDenied

from portal.permissions import Denied, enforce, predicate
from tests.factories.accounts import UserFactory
from tests.factories.funding import ProgrammeFactory


def test_a_yes_passes_and_a_no_carries_its_reason() -> None:
    enforce(True)
    with pytest.raises(PermissionDenied, match="Because"):
        enforce(Denied("Because."))


@pytest.mark.parametrize("name", ["funding.fly", "nowhere.edit", "funding", "", "funding.__class__", "accounts.edit"])
def test_an_unknown_permission_has_no_predicate(name: str) -> None:
    assert predicate(name) is None


@pytest.mark.django_db
def test_django_asks_the_same_predicate() -> None:
    programme = ProgrammeFactory()
    assert UserFactory(editor=True).has_perm("funding.edit", programme) is True
    assert UserFactory().has_perm("funding.edit", programme) is False
    assert UserFactory(editor=True).has_perm("funding.fly", programme) is False
    assert UserFactory(editor=True, is_active=False).has_perm("funding.edit", programme) is False
