"""Factories for people."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import factory
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.accounts import services
from portal.accounts.models import (
    EDITORS,
    ApiToken,
    DataExport,
    ErasureTombstone,
    Method,
    Role,
    RoleGrant,
    SignIn,
    SupportView,
    User,
)
from portal.accounts.services.tokens import digest_of

PASSWORD = "nur-fuer-tests-gedacht"


class UserFactory(DjangoModelFactory[User]):
    """A person with a confirmed address; with ``editor=True`` one who edits the portal's content.

    Whoever has a role has an app for codes as well, as the portal demands it; ``second_factor`` decides otherwise.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        person = model_class.objects.create_user(*args, password=PASSWORD, **kwargs)
        services.confirm_address(person=person)
        return person

    @factory.post_generation
    def editor(self: User, _create: bool, extracted: bool | None, **_kwargs: Any) -> None:
        if extracted:
            self.groups.add(Group.objects.get_or_create(name=EDITORS)[0])

    @factory.post_generation
    def second_factor(self: User, _create: bool, extracted: bool | None, **_kwargs: Any) -> None:
        role = self.is_staff or self.is_superuser or self.groups.exists()
        if extracted or (extracted is None and role):
            add_app(self)


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    """A role of the centre that somebody has. It makes the row alone; ``grant_role`` puts into the group as well."""

    class Meta:
        model = RoleGrant

    person = factory.SubFactory(UserFactory)
    role = Role.ADVISOR
    reason = "Neu im Team"


def add_app(person: User) -> None:
    """Set up an app for codes."""
    TOTP.activate(person, generate_totp_secret())


def code_of(person: User) -> str:
    """Return the code that the person's app shows now."""
    factor = Authenticator.objects.get(user_id=person.pk, type=Authenticator.Type.TOTP)
    return format_hotp_value(hotp_value(decrypt(factor.data["secret"]), int(time.time()) // 30))


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    """A token for reading; ``secret`` is what a program would send. Nobody but its person sees it."""

    class Meta:
        model = ApiToken
        exclude = ("secret",)

    class Params:
        hidden = factory.Trait()

    person = factory.SubFactory(UserFactory)
    name = "Datenplattform"
    secret = factory.Sequence(lambda n: f"kds_{n:043}")
    digest = factory.LazyAttribute(lambda one: digest_of(one.secret))
    hint = factory.LazyAttribute(lambda one: one.secret[:8])
    scopes = factory.LazyFunction(lambda: ["read"])
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class SignInFactory(DjangoModelFactory[SignIn]):
    """A line of the history."""

    class Meta:
        model = SignIn

    person = factory.SubFactory(UserFactory)
    method = Method.PASSWORD
    device = "Firefox, Windows"
    successful = True


class SupportViewFactory(DjangoModelFactory[SupportView]):
    """An administrator looks at the portal as somebody else. Only that person sees the line."""

    class Meta:
        model = SupportView

    class Params:
        hidden = factory.Trait()

    viewer = factory.SubFactory(UserFactory)
    person = factory.SubFactory(UserFactory)
    reason = "Anfrage 4711: Seite bleibt leer"
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=15))


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
