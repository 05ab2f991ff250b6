"""The way from a list or a thing to following it."""

from typing import Any

from django import template
from django.urls import reverse

from portal.areas import areas

register = template.Library()


@register.simple_tag
def follow_thing(thing: Any) -> str:
    """Return the address that follows a thing; empty for what nobody can follow."""
    for resource in areas.each("resources"):
        if resource.model is type(thing) and resource.list_url_name and getattr(thing, "pk", None):
            return reverse("following:create", query={"liste": resource.slug, "objekt": str(thing.pk)})
    return ""


@register.simple_tag(takes_context=True)
def follow_list(context: dict[str, Any]) -> str:
    """Return the address that saves the search of a list's page; empty for lists that nobody can follow."""
    view, request = context.get("view"), context.get("request")
    model = getattr(view, "model", None)
    for resource in areas.each("resources"):
        if request is not None and resource.model is model and resource.list_url_name:
            query = request.GET.copy()
            query.pop("page", None)
            query["liste"] = resource.slug
            return f"{reverse('following:create')}?{query.urlencode()}"
    return ""
