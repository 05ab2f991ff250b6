"""Signing in at a provider of OpenID Connect, stricter than allauth does it.

The signature of the ID token is always checked, although the token comes straight from the provider (OpenID Connect
Core 1.0, 3.1.3.7, allows to trust TLS alone), it must answer this very request (nonce, 3.1.2.1), both sources must
speak of the same person (5.3.2), and of what the provider tells only its key for the person is kept.
"""

from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from requests import RequestException

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""With which an ID token may be signed: none that needs a shared secret, and never none (RFC 8725, 3.1)."""


def nonce_of(state: str) -> str:
    """Return the nonce of a request. Its state is random, used once and bound to the session, so the nonce is, too."""
    return salted_hmac("portal.accounts.oidc.nonce", state, algorithm="sha256").hexdigest()


class _Client(OAuth2Client):
    """Asks the provider to write the nonce of the request into the ID token."""

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, Any]) -> str:
        """Return the provider's address to sign in at."""
        asked = {**extra_params, "nonce": nonce_of(self.state)}
        address: str = super().get_redirect_url(authorization_url, scope, asked)
        return address


class Adapter(OpenIDConnectOAuth2Adapter):
    """Talks to one provider."""

    client_class = _Client

    def get_provider(self) -> Any:
        """Return the provider, which makes adapters by itself: let them be of this kind."""
        provider = super().get_provider()
        provider.oauth2_adapter_class = type(self)
        return provider

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Check what the provider says of the person.

        Raises:
            OAuth2Error: there is no ID token, it does not belong to this request, or the two sources name different
                people.
        """
        written = kwargs["response"].get("id_token")
        if not written:
            raise OAuth2Error("The provider sent no ID token.")
        id_token = self._decode_id_token(app, written)
        if not constant_time_compare(id_token.get("nonce", ""), nonce_of(request.GET.get("state", ""))):
            raise OAuth2Error("The ID token answers another request.")
        info = self._fetch_user_info(token.token)
        if info.get("sub") != id_token["sub"]:
            raise OAuth2Error("ID token and user info name different people.")
        login: SocialLogin = self.get_provider().sociallogin_from_response(
            request, {"userinfo": info, "id_token": id_token}
        )
        login.account.extra_data = {}
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
        try:
            key_id = jwt.get_unverified_header(id_token).get("kid")
            keys = [key for key in jwt.PyJWKSet.from_dict(response.json()).keys if key_id in {None, key.key_id}]
            if len(keys) != 1:
                raise OAuth2Error("The ID token does not say which key signed it.")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                keys[0].key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("The ID token is not in order.") from error
        return claims


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider, by POST; a GET asks whether that is meant."""
    return _answer(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the provider says."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = Adapter(request, provider_id)
    try:
        response: HttpResponse = view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist as error:
        raise Http404(_("There is no such provider.")) from error
    except (RequestException, KeyError) as error:  # it cannot be reached, or does not say where what is
        response = render_authentication_error(request, adapter.get_provider(), exception=error)
    return response
