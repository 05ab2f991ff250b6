"""Following the register: what is kept of a place with a project or a plan changes when the place does."""

from django.db import connection

from projects.models import HOW_WELL_SHOWN, WHERE_IT_IS, Plan, PlanState


def refresh() -> int:
    """Say anew where projects are, who confirms them, and where organisations with plans lie.

    Returns:
        how many plans are announced.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            WHERE_IT_IS.format(
                condition="EXISTS (SELECT FROM projects_projectplace p WHERE p.project_id = projects_project.id)"
            )
        )
        cursor.execute(
            HOW_WELL_SHOWN.format(
                condition="EXISTS (SELECT FROM projects_reuse r WHERE r.project_id = projects_project.id)"
            )
        )
    plans = Plan.objects.filter(state=PlanState.ANNOUNCED).select_related(
        "organisation__municipality", "organisation__association", "organisation__district"
    )
    number = 0
    for plan in plans.iterator(chunk_size=500):
        plan.save(update_fields=["association_key", "district_key", "land_key", "longitude", "latitude", "population"])
        number += 1
    return number
