"""Factories for people."""

from typing import Any

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from portal.accounts.models import EDITORS, Role, RoleGrant, User

PASSWORD = "nur-fuer-tests-gedacht"


class UserFactory(DjangoModelFactory[User]):
    """A person; with ``editor=True`` one who edits the portal's content."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, password=PASSWORD, **kwargs)

    @factory.post_generation
    def editor(self: User, _create: bool, extracted: bool | None, **_kwargs: Any) -> None:
        if extracted:
            self.groups.add(Group.objects.get_or_create(name=EDITORS)[0])


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    """A role of the centre that somebody has. It makes the row alone; ``grant_role`` puts into the group as well."""

    class Meta:
        model = RoleGrant

    person = factory.SubFactory(UserFactory)
    role = Role.ADVISOR
    reason = "Neu im Team"
