"""Collections of projects."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.directory.acting import acting_organisation
from portal.permissions import enforce
from portal.visibility import visible_rows
from projects.forms import CollectionForm
from projects.models import Collection, CollectionItem, Project
from projects.permissions import can_edit, can_keep_collection, can_write_for
from projects.services import collecting
from projects.views.common import me, show_form, trail, visible_project


def _visible(request: HttpRequest, key: UUID) -> Collection:
    rows: Any = visible_rows(Collection, request.user)
    found: Collection = get_object_or_404(rows.select_related("organisation"), pk=key)
    return found


def _trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return trail((_("Collections"), reverse("projects:collections")), *further)


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    """List the public collections, and one's own."""
    rows: Any = visible_rows(Collection, request.user)
    found = list(rows.counted().select_related("organisation").order_by("title", "pk"))
    context = {
        "public": [one for one in found if one.is_public],
        "own": [one for one in found if not one.is_public],
        "trail": trail(),
    }
    return render(request, "projects/collections.html", context)


@require_safe
def collection(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the projects of a collection, each with why it is there."""
    found = _visible(request, key)
    shown: Any = visible_rows(Project, request.user)
    items = found.items.filter(project__in=shown.filter(live=True)).prefetch_related(
        Prefetch("project", Project.objects.for_lists())
    )
    keeps = request.user.is_authenticated and bool(can_keep_collection(request.user, found))
    context = {"collection": found, "items": list(items), "keeps": keeps, "trail": _trail()}
    return render(request, "projects/collection.html", context)


def _form(request: HttpRequest, found: Collection | None = None) -> CollectionForm:
    organisation = acting_organisation(request)
    writes = organisation is not None and bool(can_write_for(request.user, organisation))
    return CollectionForm(
        request.POST if request.method == "POST" else None,
        instance=found,
        organisation=organisation if writes else None,
        is_editor=bool(can_edit(request.user)),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_collection(request: HttpRequest) -> HttpResponse:
    """Begin a collection; a project that is named goes into it at once."""
    form = _form(request)
    slug = request.GET.get("projekt", "").replace("\x00", "")
    if request.method == "POST" and form.is_valid():
        made: Collection = form.save(commit=False)
        match form.cleaned_data["whose"]:
            case "organisation":
                made.organisation = acting_organisation(request)
            case "all":
                made.is_public = True
            case _:
                made.person = me(request)
        made.save()
        project = visible_rows(Project, request.user).filter(slug=slug).first() if slug else None
        if project is not None:
            collecting.add(collection=made, project=project, by=me(request))
        messages.success(request, _("The collection was made."))
        return HttpResponseRedirect(made.get_absolute_url())
    return show_form(request, "projects/collection_form.html", form, trail=_trail(), collection=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_collection(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change title and introduction."""
    found = _visible(request, key)
    enforce(can_keep_collection(request.user, found))
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The collection was saved."))
        return HttpResponseRedirect(found.get_absolute_url())
    above = (found.title, found.get_absolute_url())
    return show_form(request, "projects/collection_form.html", form, trail=_trail(above), collection=found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_collection(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask whether a collection is to be deleted, and do it; the projects stay."""
    found = _visible(request, key)
    enforce(can_keep_collection(request.user, found))
    if request.method == "POST":
        found.delete()
        messages.success(request, _("The collection was deleted."))
        return HttpResponseRedirect(reverse("projects:collections"))
    above = (found.title, found.get_absolute_url())
    return render(request, "projects/collection_delete.html", {"collection": found, "trail": _trail(above)})


@login_required
@require_POST
def change_item(request: HttpRequest, key: UUID, item: int) -> HttpResponse:
    """Move a project up or down, say why it is there, or take it out.

    Raises:
        Http404: nothing of that is asked for.
    """
    found = _visible(request, key)
    one: CollectionItem = get_object_or_404(found.items.select_related("project"), pk=item)
    match request.POST.get("what", ""):
        case "up" | "down" as way:
            collecting.move(item=one, by=me(request), up=way == "up")
        case "note":
            note = request.POST.get("note", "").replace("\x00", "").strip()
            try:
                collecting.annotate(item=one, note=note, by=me(request))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
        case "remove":
            collecting.remove(item=one, by=me(request))
            messages.success(request, _("“%(title)s” is not in the collection any more.") % {"title": one.project})
        case _:
            raise Http404(_("There is no such step."))
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a project into one of the collections that the person keeps."""
    project = visible_project(request, slug)
    rows = Collection.objects.all().kept_by(me(request))
    kept = list(rows.counted().select_related("organisation").order_by("title", "pk"))
    if request.method == "POST":
        asked = request.POST.get("collection", "")
        chosen = next((one for one in kept if str(one.pk) == asked), None)
        if chosen is None:
            raise Http404(_("There is no such collection."))
        try:
            collecting.add(collection=chosen, project=project, by=me(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("It is in “%(title)s”.") % {"title": chosen})
        return HttpResponseRedirect(chosen.get_absolute_url())
    context = {"project": project, "collections": kept, "trail": trail((project.title, project.get_absolute_url()))}
    return render(request, "projects/collect.html", context)
