"""Who may see which rows: the one place that says so.

Page, API, search, count, autocomplete, feed, export, mail and sitemap all start from ``visible_to``. What one may not
see is a 404; what one may see but not do is a 403 with the reason (``portal.permissions``).
"""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models

type Viewer = AbstractBaseUser | AnonymousUser


class VisibleQuerySet[M: models.Model](models.QuerySet[M]):
    """A QuerySet that must say who sees what; forgetting to say it is loud."""

    def visible_to(self, user: Viewer) -> Self:
        """Return the rows that ``user`` (who may be anonymous) may know of."""
        message = f"{type(self).__name__} does not say who may see its rows: define visible_to()."
        raise NotImplementedError(message)


class PublicQuerySet[M: models.Model](VisibleQuerySet[M]):
    """Rows that everybody may see, such as the official register."""

    def visible_to(self, user: Viewer) -> Self:  # noqa: ARG002 - the answer does not depend on who asks
        """Return all rows: this is public information."""
        return self.all()


def visible_rows[M: models.Model](model: type[M], user: Viewer) -> models.QuerySet[M]:
    """Return the rows of any registered model that ``user`` may know of; a system check demands ``visible_to``."""
    rows: Any = model._default_manager.all()
    visible: models.QuerySet[M] = rows.visible_to(user)
    return visible


def says_who_may_see(model: type[models.Model]) -> bool:
    """Tell whether the model's default manager answers ``visible_to`` by a definition of its own."""
    method: Any = getattr(model._default_manager.all(), "visible_to", None)
    return method is not None and getattr(method, "__func__", None) is not VisibleQuerySet.visible_to
