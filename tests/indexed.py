"""A client before whose searches the index reads what a test has made, as it would within a minute."""

from typing import Any

from django.test import Client

from portal.search.indexing import index_pending
from portal.search.words import splitter


class IndexedClient(Client):
    """Indexes what is pending before it searches, and knows the words, so that no test counts reading them."""

    def get(self, path: str, data: Any = None, **extra: Any) -> Any:
        """Ask for a page."""
        if data and "q" in data:
            index_pending()
            splitter()
        return super().get(path, data, **extra)
