"""Tokens seen where they do not belong: only a real one reaches its tenant's ledger, and no secret does."""

import pytest

from accounts.access import Actor
from audit.actions import Action
from audit.models import Event
from audit.record import Origin
from tests import factories
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.forgeries import FOREIGN
from tests.tokens.jwts import Forge, exchanged, made_before
from tests.tokens.rows import forged, row, text_of
from tokens import access_tokens, credentials, leaks, vendor
from tokens.kinds import Kind

ORIGIN = Origin("198.51.100.9", "Mozilla/5.0", "req_leak")


def test_a_real_token_is_written_into_its_tenants_ledger(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    assert leaks.note(f"/search?q={issued.secret.value}&x=1", where="address", origin=ORIGIN)
    event = Event.objects.get(action=Action.TOKEN_LEAKED)
    assert (event.tenant_id, event.target_id) == (cast.acme.pk, str(issued.token.pk))
    assert (event.address, event.request_id, event.detail) == ("198.51.100.9", "req_leak", {"where": "address"})
    assert event.actor_label == "Somebody"


def test_a_made_up_secret_is_seen_and_fills_nobodys_ledger(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    looks_right = issued.secret.value[:-1] + ("0" if issued.secret.value[-1] != "0" else "1")
    for text in (forged(issued), looks_right, "tpp_" + "0" * 71, "acmep_" + "0" * 71):
        assert leaks.note(text, where="form", origin=ORIGIN)
    assert not Event.objects.filter(action=Action.TOKEN_LEAKED).exists()


@pytest.mark.parametrize("text", ["", "nothing here", "tpp_", "tpp_" + "0" * 70, "x" * 10_000])
def test_ordinary_text_is_not_a_leak(db: None, text: str) -> None:
    assert not leaks.note(text, where="form", origin=ORIGIN)


@pytest.mark.parametrize("state", ["revoked", "expired", "owner_gone"])
def test_a_dead_token_is_a_leak_too(cast: Cast, state: str) -> None:
    leaks.note(states.REFUSED[state](cast).secret.value, where="address", origin=ORIGIN)
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == 1


def test_only_the_first_few_of_one_text_are_looked_at(cast: Cast) -> None:
    tokens = [row(cast.acme) for _ in range(leaks.LOOKED_AT + 3)]
    type(tokens[0]).objects.bulk_create(tokens)
    assert leaks.note(" ".join(map(text_of, tokens)), where="form", origin=ORIGIN)
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == leaks.LOOKED_AT


def test_each_token_tells_its_own_tenant(cast: Cast) -> None:
    ours, theirs = factories.token(cast.marc.actor), factories.token(cast.stella.actor)
    leaks.note(f"{ours.secret.value}\n{theirs.secret.value}", where="form", origin=ORIGIN)
    told = Event.objects.filter(action=Action.TOKEN_LEAKED).values_list("tenant_id", "target_id")
    assert set(told) == {(cast.acme.pk, str(ours.token.pk)), (cast.globex.pk, str(theirs.token.pk))}


def test_the_ledger_never_holds_what_leaked(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    leaks.note(issued.secret.value, where="address", origin=ORIGIN)
    assert issued.secret.value[26:-6] not in str(list(Event.objects.values()))


def test_a_jwt_tells_of_the_token_that_it_was_made_of(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    jwt = exchanged(issued).jwt.value
    assert leaks.note(f"/search?q={jwt}&x=1", where="address", origin=ORIGIN)
    event = Event.objects.get(action=Action.TOKEN_LEAKED)
    assert (event.tenant_id, event.target_id) == (cast.acme.pk, str(issued.token.pk))
    assert event.detail == {"where": "address"}
    assert not any(part in str(list(Event.objects.values())) for part in jwt.split("."))


@pytest.mark.parametrize("kind", [Kind.PERSONAL, Kind.TENANT])
def test_an_access_token_tells_of_itself(cast: Cast, kind: Kind) -> None:
    issued = access_tokens.issue(factories.draft("assets:read", kind=kind), by=cast.olivia.actor)
    assert leaks.note(issued.secret.value, where="form", origin=ORIGIN)
    assert Event.objects.get(action=Action.TOKEN_LEAKED).target_id == str(issued.token.pk)


def test_a_vendors_jwt_tells_of_its_credential(db: None) -> None:
    made = credentials.create("Backend", ["tokens"], by=Actor.operator())
    manager = credentials.check(made.secret.value, address="192.0.2.7")
    assert isinstance(manager, credentials.Manager)
    assert leaks.note(vendor.sign_in(manager).jwt.value, where="form", origin=ORIGIN)
    event = Event.objects.get(action=Action.CREDENTIAL_LEAKED)
    assert (event.tenant_id, event.target_id) == (None, str(made.credential.pk))


@pytest.mark.parametrize("state", ["revoked", "expired", "owner_gone"])
def test_a_jwt_of_a_dead_token_is_a_leak_too(cast: Cast, state: str) -> None:
    leaks.note(made_before(states.REFUSED[state](cast)), where="address", origin=ORIGIN)
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == 1


def test_a_jwt_that_nobody_here_signed_or_that_has_ended_is_seen_and_fills_nobodys_ledger(cast: Cast) -> None:
    forge = Forge.of(cast)
    ended = forge.claiming(iat=forge.claims["iat"] - 600, exp=forge.claims["exp"] - 600)
    forgery = forge.signed(forge.header, forge.claims, key=FOREIGN)
    for text in (ended, forgery, forge.claiming(tenantId=str(cast.globex.pk))):
        assert leaks.note(text, where="form", origin=ORIGIN)
    assert not Event.objects.filter(action=Action.TOKEN_LEAKED).exists()


def test_a_jwt_of_somebody_else_is_let_pass(cast: Cast) -> None:
    forge = Forge.of(cast)
    for text in (
        forge.claiming(iss="https://other.test"),
        forge.claiming(aud="https://other.test"),
        "eyJhIjoxfQ.eyJ9.x",
    ):
        assert not leaks.note(text, where="address", origin=ORIGIN)
    assert not Event.objects.filter(action=Action.TOKEN_LEAKED).exists()


def test_tokens_and_jwts_of_one_text_are_looked_at_together(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    texts = [issued.secret.value] * 3 + [exchanged(issued).jwt.value for _ in range(leaks.LOOKED_AT)]
    assert leaks.note(" ".join(texts), where="form", origin=ORIGIN)
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == leaks.LOOKED_AT
