"""The operator's doors: the first people and tenants, and what a wrong call says."""

import io
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import tenants
from accounts.access import Actor, PermissionDenied
from accounts.models import Membership, Role, Tenant, User
from audit.models import Event
from audit.record import Origin
from tests import factories
from tests.cast import Cast, SignIn

PASSWORD = "quite-another-long-password"


@pytest.mark.django_db
def test_the_first_tenant_comes_with_roles_and_an_owner_who_sets_a_password_by_link(client: Client) -> None:
    said = _run("create_tenant", "acme", "Acme", "Olivia@Acme.test", "--owner-name", "Olivia Brandt")
    owner = Membership.objects.get()
    assert (owner.user.email, owner.role.key, owner.tenant.name) == ("olivia@acme.test", "owner", "Acme")
    assert Role.objects.filter(tenant=None).count() == 4
    page = client.get(urlsplit(said.split()[-1]).path, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    signed_in = Client().post("/account/sign-in/", {"login": "olivia@acme.test", "password": PASSWORD})
    assert signed_in.status_code == 302


@pytest.mark.django_db
def test_creating_is_in_the_ledger() -> None:
    _run("create_tenant", "acme", "Acme", "olivia@acme.test", "--owner-name", "Olivia")
    found = Event.objects.order_by("id").values_list("action", "actor_label", "tenant_id")
    acme = Tenant.objects.get().pk
    assert list(found) == [("tenant.created", "Operator", acme), ("member.added", "Operator", acme)]


def test_a_known_person_owns_one_more_and_keeps_the_password(cast: Cast) -> None:
    said = _run("create_tenant", "acme-2", "Acme Two", "OLIVIA@acme.test")
    assert "They have a password already." in said
    assert cast.olivia.user.memberships.count() == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["acme", "Again", "olivia@acme.test"], "Slug already exists"),
        (["Acme!", "Acme", "olivia@acme.test"], "Use 1 to 40 of a-z"),
        (["acme-", "Acme", "olivia@acme.test"], "Use 1 to 40 of a-z"),
        (["a" * 41, "Acme", "olivia@acme.test"], "40"),
        (["new", "New", "nobody@acme.test"], "Give a name"),
        (["new", "New", "no address", "--owner-name", "N"], "valid email"),
        (["new", "", "olivia@acme.test"], "blank"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_makes_nothing(cast: Cast, arguments: list[str], message: str) -> None:
    before = (Tenant.objects.count(), User.objects.count(), Event.objects.count())
    with pytest.raises(CommandError, match=message):
        _run("create_tenant", *arguments)
    assert (Tenant.objects.count(), User.objects.count(), Event.objects.count()) == before


@pytest.mark.django_db
def test_a_platform_admin_is_made_and_is_a_member_of_nothing() -> None:
    said = _run("create_platform_admin", "petra@portal.test", "--name", "Petra Lang")
    petra = User.objects.get()
    assert (petra.is_platform_admin, petra.memberships.count()) == (True, 0)
    assert "/account/password/reset/key/" in said
    assert Event.objects.get().action == "platform_admin.created"


def test_a_platform_admin_is_one_no_more_from_the_next_request_on(petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    assert browser.get("/platform/tenants/").status_code == 200
    assert "is a platform admin no more" in _run("remove_platform_admin", petra.email.upper())
    assert browser.get("/platform/tenants/").status_code == 403
    assert Event.objects.filter(action="platform_admin.removed").count() == 1
    for who in (petra.email, "nobody@portal.test"):
        with pytest.raises(CommandError, match="is no platform admin"):
            _run("remove_platform_admin", who)


def test_a_known_person_becomes_a_platform_admin(cast: Cast) -> None:
    _run("create_platform_admin", "marc@acme.test")
    cast.marc.user.refresh_from_db()
    assert cast.marc.user.is_platform_admin


@pytest.mark.django_db
def test_a_platform_admin_without_a_name_is_refused() -> None:
    with pytest.raises(CommandError, match="Give a name"):
        _run("create_platform_admin", "petra@portal.test")
    assert not User.objects.exists()


# --- The verbs behind them ------------------------------------------------------------------------


def test_a_platform_admin_creates_and_suspends_tenants_under_their_own_name(cast: Cast, petra: User) -> None:
    by = Actor.person(petra, Origin())
    made = tenants.create("new", "New", owner=cast.marc.user, by=by)
    tenants.suspend(made, by=by)
    tenants.suspend(made, by=by)
    tenants.resume(made, by=by)
    told = Event.objects.of_tenant(made.pk).order_by("id")
    assert [event.action for event in told] == [
        "tenant.created",
        "member.added",
        "tenant.suspended",
        "tenant.resumed",
    ]
    assert {event.actor_label for event in told} == {"Petra Test"}


@pytest.mark.parametrize("name", ["olivia", "marc", "stella"])
def test_nobody_else_touches_tenants(cast: Cast, name: str) -> None:
    by = cast.people[name].actor
    for attempt in (
        lambda: tenants.create("new", "New", owner=cast.marc.user, by=by),
        lambda: tenants.suspend(cast.acme, by=by),
        lambda: tenants.resume(cast.acme, by=by),
        lambda: tenants.create_platform_admin(cast.marc.user, by=by),
    ):
        with pytest.raises(PermissionDenied, match="Only a platform admin"):
            attempt()


@pytest.mark.parametrize("slug", ["acme\n", "a--b-", "ä", ""])
def test_a_slug_is_safe_in_every_address(cast: Cast, slug: str) -> None:
    with pytest.raises(ValidationError):
        factories.tenant(slug, "X", cast.marc.user)


def _run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()
