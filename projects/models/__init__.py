"""Projects with all that belongs to them, who uses them again, collections, plans, proposals and co-operations."""

from projects.models.collections import Collection, CollectionItem, CollectionQuerySet
from projects.models.cooperations import (
    AgreementTemplate,
    Cooperation,
    CooperationFile,
    CooperationState,
    CooperationStep,
)
from projects.models.counted import WHERE_IT_IS
from projects.models.finding import (
    LONG_TEXTS,
    NEWEST_FIRST,
    ProjectQuerySet,
    best_shown_first,
    number_served,
    points_for,
    with_places,
)
from projects.models.parts import (
    Evidence,
    Financing,
    Interaction,
    Partner,
    Picture,
    ProjectFile,
    ProjectLink,
    ProjectPlace,
    Risk,
    Supplier,
    fetch_parts,
)
from projects.models.plans import Answer, Match, Plan, PlanState, Reach, keys_of, levels_of, reach_of, usual_level
from projects.models.projects import CONFIRM_DAYS, KEPT, RESERVED_SLUGS, Project
from projects.models.reuse import ASKED_AFTER, Experience, Reuse, ReuseQuerySet
from projects.models.stages import MACHINE, WITH_REASON, ReviewStep, Stage

__all__ = [
    "ASKED_AFTER",
    "CONFIRM_DAYS",
    "KEPT",
    "LONG_TEXTS",
    "MACHINE",
    "NEWEST_FIRST",
    "RESERVED_SLUGS",
    "WHERE_IT_IS",
    "WITH_REASON",
    "AgreementTemplate",
    "Answer",
    "Collection",
    "CollectionItem",
    "CollectionQuerySet",
    "Cooperation",
    "CooperationFile",
    "CooperationState",
    "CooperationStep",
    "Evidence",
    "Experience",
    "Financing",
    "Interaction",
    "Match",
    "Partner",
    "Picture",
    "Plan",
    "PlanState",
    "Project",
    "ProjectFile",
    "ProjectLink",
    "ProjectPlace",
    "ProjectQuerySet",
    "Reach",
    "Reuse",
    "ReuseQuerySet",
    "ReviewStep",
    "Risk",
    "Stage",
    "Supplier",
    "best_shown_first",
    "fetch_parts",
    "keys_of",
    "levels_of",
    "number_served",
    "points_for",
    "reach_of",
    "usual_level",
    "with_places",
]
