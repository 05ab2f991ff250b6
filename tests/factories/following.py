"""Factories for what people follow."""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.following.models import Change, Condition, Follow, Seen
from portal.following.services.subscribing import Target, follow, resource_named
from tests.factories.notifications import RecipientFactory


class FollowFactory(DjangoModelFactory[Follow]):
    """A saved search in the funding programmes, as the service saves it; ``filters`` are its parameters."""

    class Meta:
        model = Follow

    class Params:
        hidden = factory.Trait()

    recipient = factory.SubFactory(RecipientFactory)
    resource = "funding-programmes"
    object_key = ""
    title = factory.Sequence(lambda n: f"Suche {n}")
    rhythm = "now"
    filters = factory.LazyFunction(dict)

    @classmethod
    def _create(cls, _model_class: type[Follow], *_args: Any, **kwargs: Any) -> Follow:
        resource = resource_named(kwargs.pop("resource"))
        assert resource is not None
        target = Target(resource=resource, object_key=kwargs.pop("object_key"), parameters=kwargs.pop("filters"))
        is_confirmed = kwargs.pop("is_confirmed", True)
        made, _is_new = follow(target=target, is_confirmed=is_confirmed, **kwargs)
        return made


class ConditionFactory(DjangoModelFactory[Condition]):
    """A condition that no search has."""

    class Meta:
        model = Condition

    resource = "funding-programmes"
    name = "field"
    value = factory.Sequence(lambda n: f"value-{n}")


class SeenFactory(DjangoModelFactory[Seen]):
    """How a thing stood."""

    class Meta:
        model = Seen

    resource = "funding-programmes"
    key = factory.Sequence(lambda n: str(100_000 + n))
    changed_at = factory.LazyFunction(timezone.now)


class ChangeFactory(DjangoModelFactory[Change]):
    """A change to look at."""

    class Meta:
        model = Change

    resource = "funding-programmes"
    key = factory.Sequence(lambda n: str(100_000 + n))
