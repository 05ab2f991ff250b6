"""Which links stand in projects."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.db import models

from projects.models import Evidence, Project, ProjectLink


def outside_links() -> Iterator[tuple[models.Model, str]]:
    """Name the links, repositories and sources of every project that readers see."""
    shown = Project.objects.all().visible_to(AnonymousUser())
    for key, url in shown.exclude(repository="").values_list("pk", "repository"):
        yield Project(pk=key), url
    for model, field in ((ProjectLink, "url"), (Evidence, "source_url")):
        stated = model._default_manager.filter(project__in=shown.values("pk")).exclude(**{field: ""})
        for key, url in stated.values_list("project_id", field):
            yield Project(pk=key), url
