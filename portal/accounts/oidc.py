"""Signing in at a provider of OpenID Connect, stricter than allauth does it.

The signature of the ID token is always checked, although the token comes straight from the provider (OpenID Connect
Core 1.0, 3.1.3.7, allows to trust TLS alone), both sources must speak of the same person (5.3.2), and of what the
provider tells only its key for the person is kept.
"""

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _


class Adapter(OpenIDConnectOAuth2Adapter):
    """Talks to one provider."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Check what the provider says of the person.

        Raises:
            OAuth2Error: there is no ID token, or the two sources name different people.
        """
        written = kwargs["response"].get("id_token")
        if not written:
            raise OAuth2Error("The provider sent no ID token.")
        id_token = self._decode_id_token(app, written)
        info = self._fetch_user_info(token.token)
        if info.get("sub") != id_token["sub"]:
            raise OAuth2Error("ID token and user info name different people.")
        login: SocialLogin = self.get_provider().sociallogin_from_response(
            request, {"userinfo": info, "id_token": id_token}
        )
        login.account.extra_data = {}
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
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
    try:
        response: HttpResponse = view.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404(_("There is no such provider.")) from error
    return response
