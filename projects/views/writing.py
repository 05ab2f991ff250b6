"""What an organisation writes, submits and confirms, and what editors review."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.admin_url_finder import AdminURLFinder

from portal.accounts.models import User
from portal.areas import areas
from portal.directory.acting import acting_organisation
from portal.directory.models import Membership, Organisation
from portal.permissions import enforce
from projects.forms import DocumentForm, PictureForm, ProjectForm, ReasonForm
from projects.models import MACHINE, WITH_REASON, Picture, Project, ProjectFile, ProjectPlace, Reuse, Stage
from projects.permissions import (
    can_confirm,
    can_review,
    can_see_inside,
    can_write,
    can_write_for,
)
from projects.services import confirming, publishing
from projects.services.differing import changes
from projects.services.publishing import WRITTEN_IN, OutdatedError, version_of
from projects.views.common import me, show_form, trail, visible_project

MOST_PICTURES = 8
PAPER = "id_paper_%s"
"""Two forms stand on one page: the fields of the second have names of their own in it."""


@login_required
@require_safe
def ours(request: HttpRequest) -> HttpResponse:
    """List what the person's organisations write, and what they use again."""
    own = Membership.objects.of(request.user).active().values("organisation")
    rows = list(Project.objects.filter(organisation__in=own).for_lists().order_by("title", "pk"))
    groups = [(stage, [one for one in rows if one.stage == stage]) for stage in Stage]
    organisation = acting_organisation(request)
    context = {
        "groups": [(stage, found) for stage, found in groups if found],
        "number": len(rows),
        "overdue": [one for one in rows if one.live and one.is_check_overdue],
        "reuses": list(Reuse.objects.filter(organisation__in=own).with_parts().order_by("project__title", "pk")),
        "organisation": organisation,
        "may_write": organisation is not None and bool(can_write_for(request.user, organisation)),
        "trail": trail(),
    }
    return render(request, "projects/ours.html", context)


@login_required
@require_safe
def submitted(request: HttpRequest) -> HttpResponse:
    """List what waits for editors, the oldest first, and what is under review."""
    enforce(can_review(request.user))
    waiting = Project.objects.filter(stage__in=[Stage.SUBMITTED, Stage.REVIEW]).for_lists().order_by("updated_at", "pk")
    rows = list(waiting)
    groups = [(stage, [one for one in rows if one.stage == stage]) for stage in (Stage.SUBMITTED, Stage.REVIEW)]
    return render(request, "projects/submitted.html", {"groups": groups, "number": len(rows), "trail": trail()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Begin a project of the organisation that the person acts for.

    Raises:
        Http404: she acts for nobody.
    """
    organisation = acting_organisation(request)
    if organisation is None:
        raise Http404(_("Please choose first for which organisation you act."))
    enforce(can_write_for(request.user, organisation))
    project = Project(organisation=organisation, live=False)
    return _write(request, project, project)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a new version; the published one stays."""
    project = visible_project(request, slug)
    enforce(can_write(request.user, project))
    if project.stage not in WRITTEN_IN:
        messages.info(request, _("It is under review; please take it back first, or wait for the answer."))
        return HttpResponseRedirect(reverse("projects:project_inside", args=[project.slug]))
    return _write(request, project, version_of(project))


def _write(request: HttpRequest, project: Project, version: Project) -> HttpResponse:
    is_new = project.pk is None
    form = ProjectForm(request.POST if request.method == "POST" else None, instance=version)
    if is_new and not form.is_bound and project.organisation is not None:
        _begin_with_own_place(form, project.organisation)
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("version", "")
        try:
            saved = publishing.save_version(
                form=form,
                project=project,
                by=me(request),
                seen=int(seen) if seen.isascii() and seen.isdigit() else None,
            )
        except OutdatedError:
            form.add_error(
                None,
                _(
                    "Somebody else has saved this project meanwhile. Your entries are still here; please open the"
                    " newest version in another window, and enter there what is missing."
                ),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. Nobody but your organisation sees it until it is published."))
            go_on = "projects:edit" if "go-on" in request.POST else "projects:project_inside"
            return HttpResponseRedirect(reverse(go_on, args=[saved.slug]))
    return show_form(
        request,
        "projects/project_form.html",
        form,
        project=project,
        is_new=is_new,
        problems=_all_problems(form),
        seen=project.latest_revision_id or "",
        licence=areas.resource_of(Project).licence,
        trail=trail((_("Our projects"), reverse("projects:ours"))),
    )


def _begin_with_own_place(form: ProjectForm, organisation: Organisation) -> None:
    place: Any = organisation.place
    if place is not None:
        own = ProjectPlace(**{place._meta.model_name: place})
        form.formsets["places"].forms[0].initial["place"] = f"{own.label()} [{place.pk}]"


def _all_problems(form: ProjectForm) -> list[tuple[str, str, list[str]]]:
    """Name what is wrong, in the form itself and in its rows."""
    if not form.is_bound:
        return []
    own = [
        (name, str(form.fields[name].label) if name in form.fields else "", [str(message) for message in found])
        for name, found in form.errors.items()
        if name != "__all__"
    ]
    general = (
        [("", _("Project"), [str(message) for message in form.non_field_errors()])] if form.non_field_errors() else []
    )
    return [*general, *own, *form.problems()]


@login_required
@require_safe
def project_inside(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where the newest version stands, what happened to it, and what can be done."""
    project = visible_project(request, slug)
    enforce(can_see_inside(request.user, project))
    version = version_of(project)
    context = {
        "project": project,
        "version": version,
        "changes": changes(project, version, ProjectForm._meta.fields or ()) if project.live else [],
        "lacking": version.missing(),
        "steps": MACHINE.available(project, request.user),
        "with_reason": WITH_REASON,
        "history": list(project.steps.select_related("by")),
        "reason": publishing.latest_reason(project) if project.stage in {Stage.RETURNED, Stage.ARCHIVED} else "",
        "can_write": bool(can_write(request.user, project)) and project.stage in WRITTEN_IN,
        "can_confirm": project.live and bool(can_confirm(request.user, project)),
        "check_url": AdminURLFinder(request.user).get_edit_url(project) if can_review(request.user, project) else None,
        "trail": trail((_("Our projects"), reverse("projects:ours"))),
    }
    return render(request, "projects/inside.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_step(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Take one step; one that needs a reason asks for it first.

    Raises:
        Http404: there is no such step.
    """
    project = visible_project(request, slug)
    enforce(can_see_inside(request.user, project))
    try:
        way = MACHINE.transition(verb)
    except KeyError as error:
        raise Http404(_("There is no such step.")) from error
    enforce(way.who(request.user, project))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = verb in WITH_REASON
    if request.method == "POST" and form.is_valid():
        try:
            publishing.step(project=project, verb=verb, by=me(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Done: %(step)s.") % {"step": way.label})
        return HttpResponseRedirect(reverse("projects:project_inside", args=[project.slug]))
    inside = reverse("projects:project_inside", args=[project.slug])
    licence = areas.resource_of(Project).licence if verb == "submit" else ""
    above = trail((project.title, inside))
    context = {"project": project, "way": way, "licence": licence, "trail": above, "back": inside}
    return show_form(request, "projects/step.html", form, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pictures(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a picture or a file to the newest version, or take one out."""
    project = visible_project(request, slug)
    enforce(can_write(request.user, project))
    if project.stage not in WRITTEN_IN:
        return HttpResponseRedirect(reverse("projects:project_inside", args=[project.slug]))
    forms = {"picture": PictureForm(), "file": DocumentForm(auto_id=PAPER)}
    if request.method == "POST":
        change = partial(_take_out, request.POST["remove"]) if "remove" in request.POST else _added(request, forms)
        if change is not None and _is_changed(request, project, change, forms):
            messages.success(request, _("Saved in the newest version. Readers see it once that is published."))
            return HttpResponseRedirect(reverse("projects:pictures", args=[project.slug]))
    version = version_of(project)
    bound = next((form for form in forms.values() if form.is_bound), PictureForm())
    context = {
        "project": project,
        "pictures": list(version.pictures.all()),
        "files": list(version.files.all()),
        "forms": forms,
        "trail": trail((project.title, reverse("projects:project_inside", args=[project.slug]))),
    }
    return show_form(request, "projects/pictures.html", bound, **context)


def _is_changed(
    request: HttpRequest, project: Project, change: Callable[[Project], None], forms: dict[str, Any]
) -> bool:
    try:
        publishing.amend(project=project, by=me(request), change=change)
    except ValidationError as error:
        form = next((form for form in forms.values() if form.is_bound), None)
        if form is None:
            messages.error(request, " ".join(error.messages))
        else:
            form.add_error(None, error)
        return False
    return True


def _take_out(gone: str, version: Project) -> None:
    version.pictures = [one for one in version.pictures.all() if f"picture-{one.image_id}" != gone]  # type: ignore[misc] # modelcluster takes a list
    version.files = [one for one in version.files.all() if f"file-{one.document_id}" != gone]  # type: ignore[misc] # as above


def _added(request: HttpRequest, forms: dict[str, Any]) -> Callable[[Project], None] | None:
    """Return how a picture or a file comes into a version; None where its form says what is wrong."""
    if request.POST.get("what", "picture") == "file":
        forms["file"] = DocumentForm(request.POST, request.FILES, auto_id=PAPER)
        return partial(_add_file, forms["file"], me(request)) if forms["file"].is_valid() else None
    forms["picture"] = PictureForm(request.POST, request.FILES)
    return partial(_add_picture, forms["picture"], me(request)) if forms["picture"].is_valid() else None


def _add_picture(form: PictureForm, by: User, version: Project) -> None:
    kept = list(version.pictures.all())
    _refuse_too_many(kept)
    image: Any = form.save(commit=False)
    image.title = str(form.cleaned_data["file"].name)[:255]
    image.uploaded_by_user = by
    image.save()
    added = Picture(project=version, image=image, caption=form.cleaned_data["caption"], position=len(kept))
    version.pictures = [*kept, added]  # type: ignore[misc] # as above


def _add_file(form: DocumentForm, by: User, version: Project) -> None:
    kept = list(version.files.all())
    _refuse_too_many(kept)
    document: Any = form.save(commit=False)
    document.uploaded_by_user = by
    document.save()
    version.files = [*kept, ProjectFile(project=version, document=document, position=len(kept))]  # type: ignore[misc] # as above


def _refuse_too_many(kept: Sequence[object]) -> None:
    if len(kept) >= MOST_PICTURES:
        raise ValidationError(_("At most %(most)s are possible.") % {"most": MOST_PICTURES})


# --- half-yearly confirmation ---


@csrf_exempt  # the link itself is the proof; without a cookie that readers would have to be asked for
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be confirmed, from a mail; only the button confirms.

    The link names project and person, so nobody has to sign in; a page that is only looked at changes nothing.
    """
    found = confirming.read_token(token)
    if found is None:
        return render(request, "projects/confirm_gone.html", {"trail": trail()}, status=404)
    project, person = found
    if request.method == "POST":
        confirming.confirm(project=project, by=person)
        project.refresh_from_db()
    done = request.method == "POST"
    response = render(
        request, "projects/confirm.html", {"project": project, "done": done, "token": token, "trail": trail()}
    )
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def confirm_here(request: HttpRequest, slug: str) -> HttpResponse:
    """Say on the project's own page that it is still right."""
    project = visible_project(request, slug)
    confirming.confirm(project=project, by=me(request))
    messages.success(request, _("Thank you: confirmed today."))
    return HttpResponseRedirect(project.get_absolute_url())
