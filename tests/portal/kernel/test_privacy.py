from django.contrib.sessions.models import Session

from funding.models import Contact, Link
from portal.accounts.models import User
from portal.privacy import names_a_person


def test_models_that_name_a_person_are_recognised() -> None:
    assert [names_a_person(model) for model in (User, Contact, Link, Session)] == [True, True, False, False]
