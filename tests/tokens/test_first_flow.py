"""From the form to a refused call, through the real doors and without a browser."""

import re

from django.test import Client

from tests.cast import Cast, SignIn
from tokens.models import Token

LIST = "/t/acme/settings/developers/tokens/"
FORM = {"kind": "personal", "name": "Nightly sync", "expires": "30d", "scope:assets": "read", "key": "k1"}


def test_a_token_is_created_used_revoked_and_refused(cast: Cast, sign_in: SignIn, client: Client) -> None:
    browser = sign_in(cast.marc.user)
    revealed = browser.post(f"{LIST}new/", FORM)
    assert revealed.status_code == 200
    [secret] = re.findall(r">(tpp_\w{71})<", revealed.content.decode())

    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert me.status_code == 200
    assert me.json()["scope"] == "assets:read"
    assert me.json()["subject"]["name"] == "Marc Test"

    token = Token.objects.get()
    assert "Nightly sync" in browser.get(LIST).content.decode()
    gone = browser.post(f"{LIST}{token.pk}/revoke/", {"confirm": token.short_id, "reason": "done"})
    assert gone.status_code == 302

    refused = client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert refused.status_code == 401
    assert refused.json()["code"] == "token_revoked"
    assert refused["WWW-Authenticate"] == 'Bearer realm="token-portal", error="invalid_token"'
