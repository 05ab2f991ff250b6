"""Where a page lies, from its place in the tree, without asking the database which sites there are: there is one."""

from django.urls import reverse
from django.utils.translation import override


def address(url_path: str, language: str) -> str:
    """Return the address of a page: ``leitfaeden`` below the English home page is ``/en/leitfaeden/``.

    ``url_path`` is Wagtail's: it begins with the slug of the language's home page.
    """
    below_home = url_path.split("/", 2)[2]
    with override(language):
        return reverse("wagtail_serve", args=[below_home])
