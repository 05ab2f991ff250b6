"""What the database counts of a project whenever a part of it changes, by whatever way."""

from typing import Final

import pgtrigger

from projects.vocabularies import GRADES, Grade, ReuseStage

WHERE_IT_IS: Final = """
    UPDATE projects_project SET
        laender = ARRAY(
            SELECT DISTINCT left(coalesce(p.municipality_id, p.district_id, p.association_id), 2)
            FROM projects_projectplace p WHERE p.project_id = projects_project.id ORDER BY 1
        ),
        size_classes = ARRAY(
            SELECT DISTINCT m.size_class FROM projects_projectplace p
            JOIN directory_municipality m ON m.ags = p.municipality_id
                OR (m.association_id = p.association_id AND m.valid_to IS NULL)
            WHERE p.project_id = projects_project.id ORDER BY 1
        ),
        urbanisations = ARRAY(
            SELECT DISTINCT m.urbanisation FROM projects_projectplace p
            JOIN directory_municipality m ON m.ags = p.municipality_id
                OR (m.association_id = p.association_id AND m.valid_to IS NULL)
            WHERE p.project_id = projects_project.id AND m.urbanisation IS NOT NULL ORDER BY 1
        )
    WHERE {condition};
"""
"""SQL that says where projects are: of a municipality its own facts, of an association those of its members."""

CONFIRMED_BY_ANOTHER: Final = f"""
    SELECT FROM projects_experience x
    JOIN projects_reuse r ON r.id = x.reuse_id AND r.stage = '{ReuseStage.USING.value}'
    JOIN directory_organisation o ON o.id = r.organisation_id
    LEFT JOIN directory_municipality home ON home.ags = o.municipality_id
    JOIN projects_evidence e ON e.project_id = r.project_id AND e.criterion = x.criterion
        AND x.statements @> jsonb_build_array(jsonb_build_array(
            e.claim, e.measured, coalesce(e.before::text, ''), coalesce(e.after::text, ''), e.unit
        ))
    WHERE r.project_id = projects_project.id AND x.outcome = 'bestaetigt'
        AND coalesce(o.municipality_id, o.association_id, o.district_id) IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM projects_projectplace p
            LEFT JOIN directory_municipality there ON there.ags = p.municipality_id
            WHERE p.project_id = r.project_id AND (
                p.municipality_id = o.municipality_id OR p.district_id = o.district_id
                OR p.association_id = o.association_id OR p.association_id = home.association_id
                OR there.association_id = o.association_id
            )
        )
"""  # noqa: S608 - values of our own closed lists
"""SQL that finds a second municipality, association or district that uses a project and sees what it claims today.

A company or a ministry is no second municipality; nor is a place of the project itself, or the association that such a
place belongs to.
"""

HOW_WELL_SHOWN: Final = f"""
    UPDATE projects_project SET
        criteria = ARRAY(
            SELECT DISTINCT e.criterion FROM projects_evidence e WHERE e.project_id = projects_project.id ORDER BY 1
        ),
        evidence_grade = CASE
            WHEN EXISTS ({CONFIRMED_BY_ANOTHER}) THEN '{Grade.CONFIRMED.value}'
            ELSE coalesce((
                SELECT e.grade FROM projects_evidence e WHERE e.project_id = projects_project.id
                ORDER BY array_position(ARRAY{list(GRADES)}::varchar[], e.grade) DESC LIMIT 1
            ), '')
        END
    WHERE {{condition}};
"""  # noqa: S608 - values of our own closed lists
"""SQL for how well a project's effect is shown: by the best of its evidence, or by another who has seen it too."""

HOW_OFTEN_USED: Final = f"""
    UPDATE projects_project SET reuse_count = (
        SELECT count(*) FROM projects_reuse r
        WHERE r.project_id = projects_project.id AND r.stage = '{ReuseStage.USING.value}'
    ) WHERE id = changed;
"""  # noqa: S608 - as above
"""SQL that counts who uses a project again."""

EVERY_CHANGE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


def recounts(name: str, sql: str, of: str = "project_id") -> pgtrigger.Trigger:
    """Make the trigger that counts anew for the project of a changed row; for both where a row has moved.

    Args:
        name: the trigger's name.
        sql: what to count, for the project whose key is ``changed``.
        of: the column with the project's key; or SQL with ``{row}`` that finds it.
    """
    found = of if "{row}" in of else "{row}." + of
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=EVERY_CHANGE,
        declare=[("changed", "bigint")],
        func=f"""
            IF TG_OP <> 'INSERT' THEN
                changed := {found.format(row="OLD")};
                {sql}
            END IF;
            IF TG_OP <> 'DELETE' THEN
                changed := {found.format(row="NEW")};
                {sql}
            END IF;
            RETURN NULL;
        """,
    )
