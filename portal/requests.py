"""The random key of the request that is being answered, so that lines of audit and log can be joined."""

from collections.abc import Callable
from contextvars import ContextVar
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse

_current: ContextVar[UUID | None] = ContextVar("request", default=None)


def current_request() -> UUID | None:
    """Return the key of the present request; None outside of one, in a job for instance."""
    return _current.get()


def only_reads(request: HttpRequest) -> bool:
    """Tell whether somebody looks at the portal as another person: then even reading must leave no trace."""
    return getattr(request, "support_view", None) is not None


def request_key(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request a random key, and tell it in the answer as ``X-Request-ID`` for those who report a fault."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = uuid4()
        token = _current.set(key)
        try:
            response = get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = str(key)
        return response

    return middleware
