"""Who may do what in the editors' admin: the groups, their permissions, and the workflow between them.

| | editors | approvers |
|---|---|---|
| pages | write, submit | also publish, withdraw, lock, unlock, delete with what is below |
| things of the areas (``Editorial``) | write, submit | also publish, withdraw, lock, unlock, delete |
| what has no draft and is public at once (notices, dates) | read | write, delete |
| pictures, documents | add, change, choose | also arrange in collections |
| translations | begin | begin |
| what readers answer and report, checked links | read, answer | read, answer |
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowContentType,
    WorkflowMixin,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.snippets.models import get_snippet_models
from wagtail_localize.models import Translation

from portal.accounts.models import APPROVERS, EDITORS, Role
from portal.content.models import FourEyesTask

WORKFLOW = "Freigabe"
"""Name of the workflow, as editors read it; it is content, and German as that is."""

STEP = "Freigabe durch eine zweite Person"
"""Name of its only step, likewise."""

PAGES = {EDITORS: ("add", "change"), APPROVERS: ("add", "change", "publish", "lock", "unlock", "bulk_delete")}
DRAFTED = {
    EDITORS: ("view", "add", "change"),
    APPROVERS: ("view", "add", "change", "publish", "lock", "unlock", "delete"),
}
PUBLIC_AT_ONCE = {EDITORS: ("view",), APPROVERS: ("view", "add", "change", "delete")}
FILES = (
    "wagtailimages.add_image",
    "wagtailimages.change_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.change_document",
    "wagtaildocs.choose_document",
)
COLLECTIONS = ("wagtailcore.add_collection", "wagtailcore.change_collection", "wagtailcore.delete_collection")
IN_COLLECTIONS = {EDITORS: FILES, APPROVERS: (*FILES, *COLLECTIONS)}
GENERAL = (
    "wagtailadmin.access_admin",
    "content.view_feedback",
    "content.view_checkedlink",
    "content.view_barrierreport",
    "content.change_barrierreport",
)


def editorial_models() -> list[type[Model]]:
    """Return the models of the areas that are written as drafts and approved in the editors' admin."""
    return [model for model in get_snippet_models() if issubclass(model, WorkflowMixin)]


def models_public_at_once() -> list[type[Model]]:
    """Return the other models of the editors' admin: short lists, of which every change counts at once."""
    return [model for model in get_snippet_models() if not issubclass(model, WorkflowMixin)]


@transaction.atomic
def found_roles() -> None:
    """Make the groups, their permissions and the workflow where they are missing; what is there already stays.

    The tree's root page, the content types and the permissions must exist: a migrated or a flushed database will do.

    Raises:
        Permission.DoesNotExist: the database was not migrated to this state of the code.
    """
    root = Page.get_first_root_node()
    collection = Collection.get_first_root_node() or Collection.add_root(name="Root")
    groups = {role.group: Group.objects.get_or_create(name=role.group)[0] for role in Role}
    for name, verbs in PAGES.items():
        group = groups[name]
        for verb in verbs:
            GroupPagePermission.objects.get_or_create(
                group=group, page=root, permission=_permission(f"wagtailcore.{verb}_page")
            )
        for permission in IN_COLLECTIONS[name]:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=_permission(permission)
            )
        group.permissions.add(
            *(_permission(permission) for permission in GENERAL),
            _to_translate(),
            *_on_models(editorial_models(), DRAFTED[name]),
            *_on_models(models_public_at_once(), PUBLIC_AT_ONCE[name]),
        )
    _remove_what_wagtail_brings()
    workflow = _workflow(groups[APPROVERS])
    WorkflowPage.objects.get_or_create(page=root, defaults={"workflow": workflow})
    for model in editorial_models():
        WorkflowContentType.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(model), defaults={"workflow": workflow}
        )


def _permission(name: str) -> Permission:
    label, _, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=label, codename=codename)


def _to_translate() -> Permission:
    """Return the permission to begin translations, which a migration makes, and which is gone after a flush."""
    return Permission.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(Translation),
        codename="submit_translation",
        defaults={"name": "Can submit translations"},
    )[0]


def _on_models(models: Iterable[type[Model]], verbs: Iterable[str]) -> list[Permission]:
    """Look up the permissions of models; those that Wagtail adds to drafts come with ``migrate`` as well."""
    return [_permission(f"{m._meta.app_label}.{verb}_{m._meta.model_name}") for m in models for verb in verbs]


def _workflow(approvers: Group) -> Workflow:
    """Return the workflow with its one step; make what is missing."""
    task = FourEyesTask.objects.filter(name=STEP).first()
    if task is None:
        task = FourEyesTask.objects.create(name=STEP)
        task.groups.set([approvers])
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW)
    if not WorkflowTask.objects.filter(workflow=workflow).exists():
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow


def _remove_what_wagtail_brings() -> None:
    """Remove the groups and the workflow of Wagtail's own migrations, as long as nobody has used them."""
    for workflow in Workflow.objects.filter(name="Moderators approval", workflow_states__isnull=True):
        tasks = list(Task.objects.filter(workflow_tasks__workflow=workflow))
        workflow.delete()
        GroupApprovalTask.objects.filter(
            pk__in=[task.pk for task in tasks], task_states__isnull=True, workflow_tasks__isnull=True
        ).delete()
    Group.objects.filter(name__in=["Editors", "Moderators"], user__isnull=True).delete()
