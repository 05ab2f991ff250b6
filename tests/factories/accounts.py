"""Factories for people."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import factory
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.accounts.models import EDITORS, DataExport, ErasureTombstone, User

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


class DataExportFactory(DjangoModelFactory[DataExport]):
    """A copy that somebody has asked for. Nobody else sees it."""

    class Meta:
        model = DataExport

    class Params:
        hidden = factory.Trait()

    person = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class ErasureTombstoneFactory(DjangoModelFactory[ErasureTombstone]):
    """The note of an erasure. Nobody sees it."""

    class Meta:
        model = ErasureTombstone

    class Params:
        hidden = factory.Trait()

    uuid = factory.LazyFunction(uuid4)
