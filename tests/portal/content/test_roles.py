"""Who may do what in the editors' admin."""

import pgtrigger
import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
)

from portal.accounts.models import APPROVERS, EDITORS, Role
from portal.content.models import FourEyesTask
from portal.content.services.roles import STEP, WORKFLOW, editorial_models, found_roles
from tests.factories.accounts import UserFactory

ALL = sorted(role.group for role in Role)


def state():
    """Everything that ``found_roles`` makes, by name."""
    return {
        "groups": {
            group.name: (
                sorted(group.page_permissions.values_list("page__depth", "permission__codename")),
                sorted(group.collection_permissions.values_list("collection__depth", "permission__codename")),
                sorted(group.permissions.values_list("content_type__app_label", "codename")),
            )
            for group in Group.objects.all()
        },
        "workflows": sorted(
            (workflow.name, workflow.active, tuple(str(task) for task in workflow.tasks))
            for workflow in Workflow.objects.all()
        ),
        "on pages": list(WorkflowPage.objects.values_list("workflow__name", "page__depth")),
        "on things": sorted(WorkflowContentType.objects.values_list("workflow__name", "content_type__model")),
        "steps": [
            (task.name, sorted(task.groups.values_list("name", flat=True))) for task in FourEyesTask.objects.all()
        ],
        "other steps": list(GroupApprovalTask.objects.values_list("name", flat=True)),
    }


@pytest.mark.django_db
def test_roles_are_groups_and_one_workflow_with_four_eyes() -> None:
    found_roles()
    made = state()
    assert sorted(made["groups"]) == ALL
    assert made["workflows"] == [(WORKFLOW, True, (STEP,))]
    assert made["steps"] == [(STEP, [APPROVERS])]
    assert made["other steps"] == []
    assert made["on pages"] == [(WORKFLOW, 1)]
    assert [kind for _, kind in made["on things"]] == sorted(model._meta.model_name for model in editorial_models())
    assert made["groups"][EDITORS][0] == [(1, "add_page"), (1, "change_page")]
    assert [name for _, name in made["groups"][APPROVERS][0]] == [
        "add_page",
        "bulk_delete_page",
        "change_page",
        "lock_page",
        "publish_page",
        "unlock_page",
    ]


@pytest.mark.django_db
def test_founding_roles_again_changes_nothing() -> None:
    found_roles()
    before = state()
    found_roles()
    assert state() == before


@pytest.mark.django_db
def test_editors_publish_nothing_and_approvers_all() -> None:
    found_roles()
    editor, approver, clerk = UserFactory(editor=True), UserFactory(), UserFactory()
    approver.groups.add(Group.objects.get(name=APPROVERS))
    rights = {
        model._meta.label_lower: [
            [verb for verb in ("add", "change", "publish", "delete") if person.has_perm(permission(model, verb))]
            for person in (clerk, editor, approver)
        ]
        for model in editorial_models()
    }
    assert rights == {label: [[], ["add", "change"], ["add", "change", "publish", "delete"]] for label in rights}
    page = Page.objects.get(depth=2, locale__language_code="de")
    allowed = [
        (tester.can_edit(), tester.can_publish())
        for tester in map(page.permissions_for_user, (clerk, editor, approver))
    ]
    assert allowed == [(False, False), (True, False), (True, True)]


def permission(model, verb):
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


@pytest.mark.django_db
def test_what_is_public_at_once_is_written_by_approvers_alone() -> None:
    found_roles()
    editor, approver = UserFactory(editor=True), UserFactory()
    approver.groups.add(Group.objects.get(name=APPROVERS))
    for name in ("content.servicenotice", "content.keydate"):
        app, model = name.split(".")
        assert [p.has_perm(f"{app}.view_{model}") for p in (editor, approver)] == [True, True]
        assert [p.has_perm(f"{app}.change_{model}") for p in (editor, approver)] == [False, True]


@pytest.mark.django_db
def test_wagtails_own_groups_stay_where_somebody_is_in_them() -> None:
    kept = Group.objects.create(name="Editors")
    Group.objects.create(name="Moderators")
    UserFactory().groups.add(kept)
    found_roles()
    assert sorted(Group.objects.values_list("name", flat=True)) == ["Editors", *ALL]


@pytest.mark.django_db(transaction=True)
def test_roles_are_founded_in_an_emptied_database() -> None:
    with pgtrigger.ignore("audit.AuditEvent:no_truncate"):
        call_command("flush", interactive=False, verbosity=0)
    assert (Group.objects.count(), Page.objects.count(), Collection.objects.count()) == (0, 0, 0)
    assert ContentType.objects.exists()
    assert Permission.objects.exists()
    call_command("found", verbosity=0)
    assert sorted(Group.objects.values_list("name", flat=True)) == ALL
    assert GroupPagePermission.objects.count() == 8
    assert GroupCollectionPermission.objects.count() == 15
