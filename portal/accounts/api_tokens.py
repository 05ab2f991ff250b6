"""How the API asks for tokens, and how often it may be asked."""

from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from portal.accounts.models import ApiToken, Scope, User
from portal.accounts.services import tokens
from portal.throttling import reader_of


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer kds_…`` (RFC 6750). Never in an address, where servers and browsers write it down."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the person of a token; None for a request without one.

        Raises:
            AuthenticationFailed: the token is none, has expired or was revoked; the answer does not say which.
        """
        kind, _space, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = tokens.find_token(secret.strip())
        if token is None:
            guesses = AddressThrottle()  # DRF counts after it has asked who it is: guessing would be free
            if not guesses.allow_request(request, None):  # type: ignore[arg-type] # it asks nothing of the view
                raise exceptions.Throttled(guesses.wait())
            raise exceptions.AuthenticationFailed(_("This token is not valid. It may have expired or been revoked."))
        return token.person, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """Say how to authenticate; with it a refusal has the status 401."""
        return "Bearer"


class HasScope(BasePermission):
    """A token opens what its scopes name; whoever comes without one is not asked."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask for ``required_scope`` of the view, or ``read`` where nothing is changed."""
        if not isinstance(request.auth, ApiToken):
            return True
        scope = getattr(view, "required_scope", Scope.READ.value if request.method in SAFE_METHODS else None)
        if scope is not None and scope in request.auth.scopes:
            return True
        raise exceptions.PermissionDenied(
            _("This token lacks the scope “%(scope)s”.") % {"scope": scope or request.method}
        )


class _Throttle(SimpleRateThrottle):
    """Counts requests in a period; the limits are settings, which an empty one switches off."""

    setting: str

    def get_rate(self) -> str | None:
        """Read the limit."""
        return getattr(settings, self.setting) or None

    def parse_rate(self, rate: str | None) -> tuple[int | None, int | None]:
        """Read ``300/minute``."""
        if rate is None:
            return None, None
        number, _slash, period = rate.partition("/")
        return int(number), {"s": 1, "m": 60, "h": 3600, "d": 86400}[period[0]]

    def name(self, what: str) -> str:
        """Return the name under which requests are counted: a keyed hash, so nobody can be read out of it."""
        digest = salted_hmac("portal.accounts.api_tokens", what, algorithm="sha256").hexdigest()
        return f"throttle:{self.scope}:{digest}"


class TokenThrottle(_Throttle):
    """Each token for itself."""

    scope = "token"
    setting = "API_RATE_TOKEN"

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 - DRF's signature
        """Count requests with a token."""
        return self.name(str(request.auth.pk)) if isinstance(request.auth, ApiToken) else None


class AddressThrottle(_Throttle):
    """Everybody without a token, by network."""

    scope = "address"
    setting = "API_RATE_ADDRESS"

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 - DRF's signature
        """Count requests without a token."""
        known = getattr(request, "_auth", None)  # as far as it is known: asking for it would authenticate
        return None if isinstance(known, ApiToken) else self.name(reader_of(request._request))


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # of the library
    """Describes the tokens in the schema."""

    target_class = "portal.accounts.api_tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 - the library's signature
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "Token of an account; scope: read."}
