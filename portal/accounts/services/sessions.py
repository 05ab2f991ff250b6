"""Sessions of people: found, ended, and deleted once they have run out."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import User


def of_person(person: User) -> QuerySet[Session]:
    """Return the sessions in which a person is signed in. Every session is looked into: none says whose it is."""
    running = Session.objects.filter(expire_date__gte=timezone.now())
    hers = [s.pk for s in running.iterator() if str(s.get_decoded().get(SESSION_KEY, "")) == str(person.pk)]
    return Session.objects.filter(pk__in=hers)


def purge_expired() -> int:
    """Delete the sessions that have run out: nobody can use them, and they name a person. Return how many."""
    deleted, _by_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return deleted


def purge_traces() -> int:
    """Delete what is known of sessions that are over, and return of how many."""
    deleted, _by_model = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return int(deleted)
