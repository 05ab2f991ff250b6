"""What municipalities plan, and which plans are alike: so that nobody builds alone what two need.

A plan says itself who may learn of it. One that does not show its name is on no list and no map: it is only compared
with others, and what a proposal says of it before both have agreed are the reasons in coarse words, no name, no text.
"""

import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Avg, F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.directory.models import Membership, Organisation
from portal.directory.vocabularies import FieldOfAction
from portal.fields import ChoicesField
from portal.visibility import Viewer, VisibleQuerySet
from projects.vocabularies import CostBand, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable


class PlanState(models.TextChoices):
    """Where a plan stands."""

    ANNOUNCED = "announced", _("announced")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REALISED = "realised", _("realised")


class Reach:
    """Where somebody belongs: official keys of the places of her organisations."""

    def __init__(self, organisations: "Iterable[Organisation]") -> None:
        """Gather the keys; places are joined."""
        self.organisations: list[Any] = []
        self.associations: set[str] = set()
        self.districts: set[str] = set()
        self.laender: set[str] = set()
        for organisation in organisations:
            self.organisations.append(organisation.pk)
            keys = keys_of(organisation)
            self.associations |= {keys["association_key"]} - {""}
            self.districts |= {keys["district_key"]} - {""}
            self.laender |= {keys["land_key"]} - {""}

    def covered(self) -> Q:
        """Return the condition of plans that may be shown to whoever belongs there."""
        if not self.laender:
            return Q(visibility=Visibility.PUBLIC)
        return (
            Q(visibility__in=[Visibility.PUBLIC, Visibility.MUNICIPALITIES])
            | Q(visibility=Visibility.LAND, land_key__in=self.laender)
            | Q(visibility=Visibility.DISTRICT, district_key__in=self.districts)
            | Q(visibility=Visibility.ASSOCIATION, association_key__in=self.associations)
        )


def reach_of(user: Viewer) -> Reach:
    """Return where somebody belongs, in one statement; an anonymous reader belongs nowhere."""
    if not isinstance(user, User):
        return Reach([])
    held = Membership.objects.of(user).active()
    return Reach(
        Organisation.objects.filter(pk__in=held.values("organisation"), ceased_on=None).select_related(
            "municipality", "association", "district"
        )
    )


def keys_of(organisation: Organisation) -> dict[str, str]:
    """Return the official keys of the places that an organisation of the register lies in; empty ones for others."""
    if organisation.municipality is not None:
        place = organisation.municipality
        return {
            "association_key": place.association_id or "",
            "district_key": place.district_id or "",
            "land_key": place.land_id,
        }
    if organisation.association is not None:
        union = organisation.association
        return {"association_key": union.pk, "district_key": union.district_id, "land_key": union.pk[:2]}
    if organisation.district is not None:
        return {
            "association_key": "",
            "district_key": organisation.district.pk,
            "land_key": organisation.district.pk[:2],
        }
    return {"association_key": "", "district_key": "", "land_key": ""}


ALONE = ("02", "11")
"""Hamburg and Berlin are one municipality each (Art. 4 of Hamburg's constitution, Art. 1 of Berlin's)."""


def levels_of(organisation: Organisation) -> list[Visibility]:
    """Return the levels on which somebody else can learn of an organisation's plan, from the fewest to all.

    A municipality without an association has nobody on that level; a city that is a district of its own (kreisfreie
    Stadt) is alone in it, and a city that is a Land of its own in that.
    """
    keys = keys_of(organisation)
    town = organisation.municipality
    is_city = town is not None and town.district is not None and town.district.is_city
    reached = {
        Visibility.ASSOCIATION: keys["association_key"] != "",
        Visibility.DISTRICT: keys["district_key"] != "" and not is_city,
        Visibility.LAND: keys["land_key"] != "" and not (is_city and keys["land_key"] in ALONE),
    }
    return [level for level in Visibility if reached.get(level, True)]


def usual_level(organisation: Organisation) -> Visibility:
    """Return the level that is chosen beforehand: the district, or the next wider one that reaches somebody."""
    order = list(Visibility)
    wider = order[order.index(Visibility.DISTRICT) :]
    return next(level for level in levels_of(organisation) if level in wider)


class PlanQuerySet(VisibleQuerySet["Plan"]):
    """Reading plans."""

    def visible_to(self, user: Viewer) -> Self:
        """What one's own organisations plan, and what others show by name to those who belong where they say."""
        reach = reach_of(user)
        shown = Q(state=PlanState.ANNOUNCED, is_named=True) & reach.covered()
        return self.filter(Q(organisation__in=reach.organisations) | shown)

    def announced(self) -> Self:
        """Those that hold."""
        return self.filter(state=PlanState.ANNOUNCED)


class Plan(models.Model):
    """What an organisation plans to do.

    Attributes:
        is_named: whether those who may see it see it on the radar with the organisation's name; else it is only
            compared with others.
        association_key, district_key, land_key, longitude, latitude, population: of its place, for comparing.
    """

    State = PlanState

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    title = models.CharField(_("what you plan"), max_length=160)
    description = models.TextField(
        _("description"),
        max_length=3_000,
        help_text=_("What for, for whom, what you already know. No names of people."),
    )
    fields_of_action = ChoicesField(
        models.CharField(max_length=20, choices=FieldOfAction), verbose_name=_("fields of action"), default=list
    )
    begins_on = models.DateField(_("begins about"), help_text=_("The first day of the month is enough."))
    ends_on = models.DateField(_("ends about"), null=True, blank=True)
    budget_band = models.CharField(_("budget"), max_length=13, choices=CostBand, blank=True)
    open_for = models.CharField(
        _("open for partners"),
        max_length=300,
        blank=True,
        help_text=_("What you would do together, for example tender, operate, write the concept. Empty: not yet said."),
    )
    visibility = models.CharField(_("who may learn of it"), max_length=13, choices=Visibility)
    is_named = models.BooleanField(
        _("show it on the radar with our name"),
        default=False,
        help_text=_("Otherwise nobody sees it: we only compare it, and ask you before we tell anybody who you are."),
    )
    state = models.CharField(_("state"), max_length=9, choices=PlanState, default=PlanState.ANNOUNCED, editable=False)
    association_key = models.CharField(max_length=9, blank=True, default="", editable=False)
    district_key = models.CharField(max_length=5, blank=True, default="", editable=False)
    land_key = models.CharField(max_length=2, blank=True, default="", editable=False)
    longitude = models.FloatField(null=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)
    population = models.PositiveIntegerField(null=True, editable=False)
    announced_on = models.DateField(_("announced on"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        """Of the register's organisations alone; a period is one."""

        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering: ClassVar = ["begins_on", "title", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fields_of_action__contained_by=list(FieldOfAction.values)) & ~Q(fields_of_action=[]),
                name="projects_plan_fields",
            ),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="projects_plan_visibility"),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="projects_plan_state"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="projects_plan_period",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(condition=~Q(land_key=""), name="projects_plan_has_a_place"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "land_key"], name="projects_plan_where"),
            models.Index(fields=["organisation"], name="projects_plan_of"),
        ]

    def __str__(self) -> str:
        """What is planned."""
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Note where the organisation's place lies."""
        for name, value in (keys_of(self.organisation) | self._situation()).items():
            setattr(self, name, value)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("projects:plan", args=[self.pk])

    def _situation(self) -> dict[str, Any]:
        place: Any = self.organisation.place
        if place is None:
            return {"longitude": None, "latitude": None, "population": None}
        if self.organisation.municipality is not None:
            return {"longitude": place.longitude, "latitude": place.latitude, "population": place.population}
        middle = place.municipalities.filter(valid_to=None).aggregate(
            longitude=Avg("longitude"), latitude=Avg("latitude"), population=Sum("population")
        )
        return dict(middle)

    def labels(self) -> list[str]:
        """Return what people call its fields of action."""
        return [str(field.label) for field in FieldOfAction if field in self.fields_of_action]

    @property
    def last_day(self) -> datetime.date:
        """The last day of its period; without one a year after it begins."""
        return self.ends_on or self.begins_on + datetime.timedelta(days=365)


class Answer(models.TextChoices):
    """What a side says to a proposal."""

    OPEN = "", _("not yet answered")
    YES = "ja", pgettext_lazy("proposal", "agreed")
    NO = "nein", _("declined")


class MatchQuerySet(VisibleQuerySet["Match"]):
    """Reading proposals."""

    def visible_to(self, user: Viewer) -> Self:
        """Both sides see that there is one; nobody else does."""
        if not isinstance(user, User):
            return self.none()
        own = list(Membership.objects.of(user).active().values_list("organisation", flat=True))
        return self.filter(Q(first__organisation__in=own) | Q(second__organisation__in=own))

    def with_plans(self) -> Self:
        """Join both plans."""
        return self.select_related(
            *(
                f"{side}__organisation__{place}"
                for side in ("first", "second")
                for place in ("municipality__district", "municipality__land", "association", "district")
            )
        )

    def open(self) -> Self:
        """Those that hold, nobody has declined and not both have agreed to, of plans that hold."""
        return self.filter(
            first__state=PlanState.ANNOUNCED, second__state=PlanState.ANNOUNCED, cooperation=None, withdrawn_at=None
        ).exclude(Q(first_answer=Answer.NO) | Q(second_answer=Answer.NO))


class Match(models.Model):
    """Two plans that are alike, proposed to both sides.

    Attributes:
        points: how alike, from 0 to 100.
        reasons: why, as codes with what they need to be said; nothing in them tells who the other is.
        version: grows with each change of the reasons: who agrees, agrees to those that she has seen.
        withdrawn_at: since when it does not hold any more, because one of the two plans has changed.
    """

    id = models.UUIDField(_("key"), primary_key=True, default=uuid4, editable=False)
    first = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("plan"))
    second = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("other plan"))
    points = models.PositiveSmallIntegerField(_("likeness"))
    reasons: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(_("reasons"), default=list)
    first_answer = models.CharField(_("answer of the first"), max_length=4, choices=Answer, blank=True, default="")
    second_answer = models.CharField(_("answer of the second"), max_length=4, choices=Answer, blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1)
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        """Each pair once, the smaller key first; who agrees, agrees to plans that hold."""

        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering: ClassVar = ["-points", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="projects_match_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="projects_match_in_order"),
            models.CheckConstraint(
                condition=Q(first_answer__in=Answer.values, second_answer__in=Answer.values),
                name="projects_match_answers",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(first_answer="", second_answer=""),
                name="projects_match_withdrawn_is_open",
            ),
        ]
        triggers: ClassVar = [
            # Locks both plans until the answer is stored: who withdraws one at the same moment waits, or was first.
            pgtrigger.Trigger(
                name="projects_match_of_plans_that_hold",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("first_answer", "second_answer"),
                declare=[("holding", "integer")],
                func="""
                    IF NEW.first_answer = 'ja' AND OLD.first_answer <> 'ja'
                        OR NEW.second_answer = 'ja' AND OLD.second_answer <> 'ja' THEN
                        SELECT count(*) INTO holding FROM (
                            SELECT FROM projects_plan
                            WHERE id IN (NEW.first_id, NEW.second_id) AND state = 'announced'
                            ORDER BY id FOR SHARE
                        ) AS plans_that_hold;
                        IF holding < 2 THEN
                            RAISE EXCEPTION 'a plan was withdrawn'
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_match_of_plans_that_hold';
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        """Both plans' keys: a name would tell too much."""
        return f"{self.first_id} – {self.second_id}"

    def get_absolute_url(self) -> str:
        """Its page, for both sides."""
        return reverse("projects:match", args=[self.pk])

    def side_of(self, organisations: "Iterable[Any]") -> str:
        """Return which side one of these organisations (by key) is on; empty for none."""
        keys = set(organisations)
        return next((side for side in ("first", "second") if getattr(self, side).organisation_id in keys), "")

    @property
    def is_agreed(self) -> bool:
        """Whether both have agreed: then, and only then, each learns who the other is."""
        return self.first_answer == self.second_answer == Answer.YES

    @property
    def is_declined(self) -> bool:
        """Whether one of both has declined."""
        return Answer.NO in {self.first_answer, self.second_answer}

    @property
    def is_withdrawn(self) -> bool:
        """Whether it does not hold any more, because one of the two plans has changed."""
        return self.withdrawn_at is not None
