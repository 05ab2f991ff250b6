"""The tag for the form at the end of a page."""

from typing import Any

from django import template

from portal.content.forms import FeedbackForm, signed_page

register = template.Library()


@register.simple_tag(takes_context=True)
def feedback_form(context: dict[str, Any], answer: FeedbackForm | str = "") -> FeedbackForm | None:
    """Return the form to show: the one with errors, or a new one for this page; None where no page was asked for."""
    if isinstance(answer, FeedbackForm):
        return answer
    request = context.get("request")
    if request is None:
        return None
    return FeedbackForm(initial={"page": signed_page(request)}, auto_id="feedback_%s")
