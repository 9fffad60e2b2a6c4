"""A token pasted into a search box: it is not sent, and where it is sent all the same, it is told."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.browser.conftest import Enter
from tests.browser.visitor import ACME, LIST, Visitor
from tests.cast import Cast
from tests.tokens.jwts import exchanged

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {"list": LIST, "revoke several": f"{LIST}revoke/", "audit log": f"{ACME}/audit-log/"}
WARNING = "That looks like a token. It was not sent."


@pytest.fixture(params=["token", "jwt"])
def secret(cast: Cast, request: pytest.FixtureRequest) -> str:
    issued = factories.token(cast.adam.actor)
    return issued.secret.value if request.param == "token" else exchanged(issued).jwt.value


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_it_is_cleared_and_never_leaves_the_browser(path: str, cast: Cast, secret: str, enter: Enter) -> None:
    adam = enter(cast.adam.user)
    page = adam.goto(path)
    box = page.get_by_role("searchbox")
    box.focus()
    page.keyboard.insert_text(f"token {secret}")  # as a paste: one input event
    expect(box).to_have_value("")
    expect(page.locator("#toasts")).to_contain_text(WARNING)
    box.press("Enter")
    box.fill("nightly")  # afterwards the box searches as before
    box.press("Enter")
    page.wait_for_url("**q=nightly**")
    assert not _sent(adam, secret)
    assert not Event.objects.filter(action=Action.TOKEN_LEAKED).exists()


def test_platform_admins_are_kept_from_it_too(petra: User, cast: Cast, secret: str, enter: Enter) -> None:
    admin = enter(petra)
    page = admin.goto("/platform/tenants/")
    page.get_by_role("searchbox").fill(secret)
    expect(page.get_by_role("searchbox")).to_have_value("")
    assert not _sent(admin, secret)


def test_without_javascript_it_is_refused_and_noted(cast: Cast, enter: Enter) -> None:
    secret = factories.token(cast.adam.actor).secret.value
    adam = enter(cast.adam.user, java_script_enabled=False)
    adam.watch.expects(400)
    page = adam.goto(LIST)
    page.get_by_role("searchbox").fill(secret)
    with page.expect_response(lambda answer: "q=" in answer.url) as answered:
        page.get_by_role("searchbox").press("Enter")
    assert answered.value.status == 400
    expect(page.get_by_role("heading", level=1)).to_have_text("That request was not understood")
    assert secret not in page.content()

    page.goto(f"{ACME}/audit-log/")
    expect(page.get_by_role("row").filter(has_text=Action.TOKEN_LEAKED.value)).to_contain_text("A token")


def test_without_javascript_the_box_takes_no_more_of_a_jwt_than_its_header(cast: Cast, enter: Enter) -> None:
    header, claims, signature = exchanged(factories.token(cast.adam.actor)).jwt.value.split(".")
    adam = enter(cast.adam.user, java_script_enabled=False)
    page = adam.goto(LIST)
    page.get_by_role("searchbox").fill(f"{header}.{claims}.{signature}")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**q=**")
    assert page.get_by_role("searchbox").input_value() == header[:100]
    assert _sent(adam, header[:40])
    assert not _sent(adam, claims)


def _sent(visitor: Visitor, secret: str) -> list[str]:
    """Requests that hold it, or its beginning: a box is full before a whole JWT is in it."""
    told = [request.url + (request.post_data or "") + str(request.headers) for request in visitor.watch.requests]
    return [request for request in told if secret[:40] in request]
