"""The platform's own log: what belongs to no tenant, for platform admins alone."""

from accounts.access import Actor
from accounts.models import User
from audit.record import Origin
from tests import factories
from tests.cast import Cast, SignIn
from tokens import credentials, keys

LOG = "/platform/audit-log/"


def test_it_tells_what_belongs_to_no_tenant_and_nothing_else(cast: Cast, petra: User, sign_in: SignIn) -> None:
    factories.token(cast.olivia.actor, name="Acme project")
    credentials.create("Gateway", ["introspect"], by=Actor.person(petra, Origin()))
    keys.public_jwks()
    page = sign_in(petra).get(LOG).content.decode()
    assert ("Management credential created" in page, "Signing key made" in page) == (True, True)
    assert "Acme" not in page


def test_it_is_searched_and_filtered_like_every_log(petra: User, sign_in: SignIn) -> None:
    credentials.create("Gateway", ["introspect"], by=Actor.person(petra, Origin()))
    keys.public_jwks()
    browser = sign_in(petra)
    found = browser.get(LOG, {"q": "Gateway"}).content.decode()
    assert ("Management credential created" in found, "Signing key made" in found) == (True, False)
    assert "No event matches these filters" in browser.get(LOG, {"q": "zebra"}).content.decode()


def test_nobody_else_reads_it(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.olivia.user).get(LOG).status_code == 403
