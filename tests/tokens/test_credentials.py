"""Management credentials: the platform's own, with named rights, kept like tokens and good in no tenant alone."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.access import Actor, PermissionDenied
from accounts.grants import Grants
from accounts.models import User
from audit.actions import Action
from audit.models import Event
from audit.record import Origin
from tests.cast import Cast
from tokens import at_rest, credentials, leaks, secret
from tokens.credentials import AlreadyCreated, IssuedCredential, Manager
from tokens.models import ManagementCredential
from tokens.rights import Right
from tokens.verdicts import Reason, Refused

ADDRESS = "192.0.2.7"


@pytest.fixture
def issued(petra: User) -> IssuedCredential:
    return credentials.create("Gateway", ["introspect", "tokens"], by=_admin(petra))


def test_the_whole_secret_is_checked_and_says_what_it_may_do(issued: IssuedCredential) -> None:
    found = credentials.check(issued.secret.value, address=ADDRESS, client="gateway/1")
    assert found == Manager(issued.credential.pk, "Gateway", frozenset({Right.INTROSPECT, Right.TOKENS}))
    used = ManagementCredential.objects.get()
    assert (used.last_used_address, used.last_used_client) == (ADDRESS, "gateway/1")


def test_only_one_way_values_are_kept_and_both_prove_it(issued: IssuedCredential) -> None:
    parsed = credentials.parse(issued.secret.value)
    assert parsed
    row = ManagementCredential.objects.get()
    assert issued.secret.value.startswith("tpv_")
    assert parsed.secret.value not in str(ManagementCredential.objects.values().get())
    assert row.secret_hash.startswith("$argon2id$")
    assert at_rest.is_right(parsed.secret, row.owner, row.sealed)


@pytest.mark.parametrize("change", [lambda text: text[:-1], lambda text: text + "0", lambda text: "x", lambda text: ""])
def test_what_is_no_secret_is_malformed(issued: IssuedCredential, change: object) -> None:
    assert callable(change)
    assert credentials.check(change(issued.secret.value), address=ADDRESS) == Refused(Reason.MALFORMED)


def test_a_wrong_secret_and_an_unknown_id_are_told_apart_only_here(issued: IssuedCredential) -> None:
    other = credentials._assembled(issued.credential.pk, secret.mint())
    assert credentials.check(other.value, address=ADDRESS) == Refused(Reason.WRONG_SECRET)
    ManagementCredential.objects.all().delete()
    assert credentials.check(issued.secret.value, address=ADDRESS) == Refused(Reason.UNKNOWN)


def test_it_is_no_token(issued: IssuedCredential, client: Client) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {issued.secret.value}"})
    assert answer.status_code == 400  # the platform's own would have to name a tenant
    assert answer.json()["code"] == "tenant_required"


def test_a_revoked_one_is_refused_from_then_on(issued: IssuedCredential, petra: User) -> None:
    assert credentials.revoke(issued.credential, by=_admin(petra), reason="Moved")
    found = credentials.check(issued.secret.value, address=ADDRESS)
    assert isinstance(found, Refused)
    assert (found.reason, found.proven) == (Reason.REVOKED, True)
    again = credentials.check_again(issued.credential.pk, address=ADDRESS)
    assert isinstance(again, Refused)
    assert not credentials.revoke(issued.credential, by=_admin(petra))
    assert Event.objects.filter(action=Action.CREDENTIAL_REVOKED).count() == 1


def test_it_is_made_once_for_one_form(petra: User) -> None:
    first = credentials.create("Gateway", ["introspect"], by=_admin(petra), key="form-1")
    with pytest.raises(AlreadyCreated) as again:
        credentials.create("Gateway", ["introspect"], by=_admin(petra), key="form-1")
    assert again.value.credential == first.credential
    assert ManagementCredential.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "rights", "field"), [("", ["tokens"], "name"), ("A", [], "rights"), ("A", ["everything"], "rights")]
)
def test_without_a_name_or_a_right_it_is_not_made(petra: User, name: str, rights: list[str], field: str) -> None:
    with pytest.raises(ValidationError) as problem:
        credentials.create(name, rights, by=_admin(petra))
    assert set(problem.value.message_dict) == {field}
    assert not ManagementCredential.objects.exists()


def test_nobody_but_a_platform_admin_makes_or_ends_one(cast: Cast, issued: IssuedCredential) -> None:
    for attempt in (
        lambda: credentials.create("Mine", ["tokens"], by=cast.olivia.actor),
        lambda: credentials.revoke(issued.credential, by=cast.olivia.actor),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_only_whoever_makes_tokens_puts_something_on_them() -> None:
    assert credentials.grants_of(frozenset({Right.TOKENS})).covers(Grants.parse("tokens:write assets:write"))
    assert not credentials.grants_of(frozenset(Right) - {Right.TOKENS})


def test_one_in_an_address_is_noted_on_the_platforms_ledger(issued: IssuedCredential) -> None:
    assert leaks.note(f"/?q={issued.secret.value}", where="address", origin=Origin())
    [event] = Event.objects.filter(action=Action.CREDENTIAL_LEAKED)
    assert (event.tenant_id, event.target_id) == (None, str(issued.credential.pk))


def _admin(petra: User) -> Actor:
    return Actor.person(petra, Origin())
