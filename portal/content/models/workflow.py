"""The step of the workflow: somebody else looks at it before it is published."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import AbstractGroupApprovalTask, TaskState


class FourEyesTask(AbstractGroupApprovalTask):
    """Approval by a member of the groups who is not the person who asked for it."""

    class Meta:
        """By name."""

        ordering: ClassVar = ["name", "pk"]
        verbose_name = gettext_lazy("approval by a second person")
        verbose_name_plural = gettext_lazy("approvals by a second person")

    def get_actions(self, obj: Any, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        """Offer nothing to the person who submitted it."""
        state = obj.current_workflow_state
        if state is not None and state.requested_by_id == user.pk:
            return []
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        return actions

    def on_action(self, task_state: TaskState, user: AbstractBaseUser, action_name: str, **kwargs: Any) -> Any:
        """Approve or send back, whichever way the request came.

        Wagtail looks up what may be done by the piece in the address, and acts on the step in the address: only here
        is it certain that the two belong together.

        Raises:
            PermissionDenied: this very person submitted it.
        """
        if task_state.workflow_state.requested_by_id == user.pk:
            raise PermissionDenied(_("A second person has to approve what you have submitted."))
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: AbstractBaseUser, **kwargs: Any) -> Any:
        """Leave out what this person submitted."""
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(workflow_state__requested_by=user) if states else TaskState.objects.none()

    @classmethod
    def get_description(cls) -> str:
        """Say what the step is."""
        return _("A member of the chosen groups approves; never the person who submitted it.")
