"""Signing keys: made on first need, published before they sign, kept until their last JWT has ended."""

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import Actor, PermissionDenied
from accounts.models import User
from audit import clock
from audit.actions import Action
from audit.ids import uuid7
from audit.models import Event
from audit.record import Origin
from tests import factories
from tests.cast import Cast
from tests.tokens.jwts import HERE, exchanged, header_of
from tokens import key_at_rest, keys
from tokens.key_at_rest import Unreadable
from tokens.keys import KEPT, LEAD, State
from tokens.models import SigningKey
from tokens.signatures import Algorithm
from tokens.verification import Refused, Verified, verify

ES256, RS256 = Algorithm
OPERATOR = Actor.operator()

pytestmark = pytest.mark.django_db


def kid_at(moment: datetime) -> str:
    with clock.at(moment):
        return keys.signer(ES256, moment).kid


def published_at(moment: datetime) -> list[str]:
    with clock.at(moment):
        return [key["kid"] for key in keys.public_jwks()["keys"] if key["alg"] == ES256]


@pytest.mark.parametrize("algorithm", Algorithm)
def test_the_first_need_makes_a_key_and_the_second_finds_it(algorithm: Algorithm) -> None:
    now = clock.now()
    assert keys.signer(algorithm, now).kid == keys.signer(algorithm, now).kid
    assert [key.algorithm for key in SigningKey.objects.all()] == [algorithm]
    assert [event.target_label for event in Event.objects.filter(action=Action.SIGNING_KEY_MADE)] == [algorithm]


@given(lives=st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=5))
def test_the_key_that_signs_is_the_one_that_the_set_names(db: None, lives: list[tuple[int, int]]) -> None:
    """The quick statement and the queryset, with keys that begin and end around now, at equal moments too."""
    hour = timedelta(hours=1)
    with transaction.atomic():
        made, now = keys.signer(ES256, clock.now()), clock.now()
        like = SigningKey.objects.get(pk=made.kid)
        for begins, ends in lives:
            like.pk, like.activates_at, like.retires_at = uuid7(), now + begins * hour, now + ends * hour
            seal = key_at_rest.seal(made.private_key, like.pk, ES256)
            like.sealed_private, like.encryption_key_id = seal.text, seal.key_id
            like.save(force_insert=True)
        for moment in (now, now + hour, now + 2 * hour):
            assert keys.signer(ES256, moment).kid == SigningKey.objects.of(ES256).signing(moment)[0].kid
        transaction.set_rollback(True)


def test_the_key_set_holds_both_algorithms_and_no_private_member() -> None:
    published: list[dict[str, Any]] = keys.public_jwks()["keys"]
    assert [set(key) for key in published] == [
        {"kty", "crv", "x", "y", "kid", "use", "alg"},
        {"kty", "n", "e", "kid", "use", "alg"},
    ]
    assert [pyjwt.PyJWK(key).key_type for key in published] == ["EC", "RSA"]


def test_the_pem_is_the_one_that_clients_take() -> None:
    pem = keys.public_pem(RS256)
    assert pem.startswith("-----BEGIN PUBLIC KEY-----\n")
    assert pem.endswith("-----END PUBLIC KEY-----\n")
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 2048
    assert isinstance(load_pem_public_key(keys.public_pem(ES256).encode()), EllipticCurvePublicKey)


def test_a_new_key_is_published_before_it_signs_and_the_old_one_kept_after(cast: Cast) -> None:
    now = clock.now()
    old = kid_at(now)
    with clock.at(now):
        new = keys.rotate(ES256, by=OPERATOR).kid
    moment = timedelta(microseconds=1)
    assert kid_at(now + LEAD - moment) == old
    assert kid_at(now + LEAD) == new
    assert published_at(now) == [old, new]
    assert published_at(now + LEAD + KEPT - moment) == [old, new]
    assert published_at(now + LEAD + KEPT) == [new]


def test_no_jwt_becomes_invalid_by_a_rotation(cast: Cast) -> None:
    issued, now = factories.token(cast.marc.actor), clock.now()
    kid_at(now)
    with clock.at(now):
        keys.rotate(ES256, by=OPERATOR)
    with clock.at(now + LEAD - timedelta(seconds=1)):
        last = exchanged(issued, lifetime=timedelta(hours=1))
    with clock.at(now + LEAD):
        next_one = exchanged(issued)
        assert header_of(next_one.jwt)["kid"] != header_of(last.jwt)["kid"]
    with clock.at(now + LEAD + timedelta(minutes=59, seconds=58)):
        assert isinstance(verify(last.jwt.value, address=HERE), Verified)


def test_a_second_rotation_waits_for_the_first() -> None:
    now = clock.now()
    kid_at(now)
    keys.rotate(ES256, by=OPERATOR)
    with pytest.raises(ValidationError, match="waits for its turn"):
        keys.rotate(ES256, by=OPERATOR)
    with clock.at(clock.now() + LEAD):
        keys.rotate(ES256, by=OPERATOR)
    assert SigningKey.objects.newest().count() == 1


def test_after_a_leak_the_old_keys_are_refused_at_once(cast: Cast) -> None:
    leaked = exchanged(factories.token(cast.marc.actor)).jwt
    keys.rotate(ES256, by=OPERATOR)
    new = keys.rotate(ES256, by=OPERATOR, at_once=True)
    assert isinstance(verify(leaked.value, address=HERE), Refused)
    assert published_at(clock.now()) == [new.kid]
    assert kid_at(clock.now()) == new.kid


def test_a_rotation_before_the_first_need_makes_the_first_key() -> None:
    keys.rotate(RS256, by=OPERATOR, at_once=True)
    assert SigningKey.objects.count() == 1


def test_a_private_key_is_encrypted_and_forgotten_when_its_key_retires() -> None:
    now = clock.now()
    old = kid_at(now)
    row = SigningKey.objects.get()
    assert row.encryption_key_id == "test"
    assert "BEGIN" not in row.sealed_private
    keys.rotate(ES256, by=OPERATOR)
    with clock.at(now + LEAD + KEPT + timedelta(minutes=1)):
        keys.rotate(ES256, by=OPERATOR)
    assert SigningKey.objects.get(pk=old).sealed_private == ""
    assert SigningKey.objects.exclude(pk=old).exclude(sealed_private="").count() == 2


def test_a_private_key_moved_to_another_row_does_not_open() -> None:
    now = clock.now()
    kid_at(now)
    sealed = SigningKey.objects.get().sealed_private
    keys.rotate(ES256, by=OPERATOR, at_once=True)
    SigningKey.objects.newest().update(sealed_private=sealed)
    with pytest.raises(Unreadable):
        keys.signer(ES256, clock.now())


def test_what_encrypts_keys_can_be_replaced_and_its_loss_says_what_to_do(settings: Any) -> None:
    kid_at(clock.now())
    [(name, old)] = settings.JWT_KEY_ENCRYPTION.items()
    settings.JWT_KEY_ENCRYPTION = {"next": bytes(range(32)), name: old}
    kid_at(clock.now())
    settings.JWT_KEY_ENCRYPTION = {"next": bytes(range(32))}
    with pytest.raises(Unreadable, match="rotate_signing_key ES256 --at-once"):
        kid_at(clock.now())
    keys.rotate(ES256, by=OPERATOR, at_once=True)
    assert SigningKey.objects.newest().get().encryption_key_id == "next"
    kid_at(clock.now())


def test_each_key_has_a_state_at_each_moment() -> None:
    now = clock.now()
    old = SigningKey.objects.get(pk=kid_at(now))
    with clock.at(now):
        new = keys.rotate(ES256, by=OPERATOR)
    old.refresh_from_db()
    seen = [(keys.state(old, now + later), keys.state(new, now + later)) for later in (timedelta(0), LEAD, LEAD + KEPT)]
    assert seen == [
        (State.SIGNING, State.WAITING),
        (State.LEAVING, State.SIGNING),
        (State.RETIRED, State.SIGNING),
    ]


def test_only_a_platform_admin_rotates_and_the_ledger_tells(cast: Cast, petra: User) -> None:
    with pytest.raises(PermissionDenied):
        keys.rotate(ES256, by=cast.olivia.actor)
    key = keys.rotate(ES256, by=Actor.person(petra, Origin("192.0.2.9")))
    event = Event.objects.get(action=Action.SIGNING_KEY_ROTATED)
    assert (event.actor_label, event.target_id, event.tenant_id) == ("Petra Test", key.kid, None)


def test_an_operator_rotates_by_command() -> None:
    kid_at(clock.now())
    said = StringIO()
    call_command("rotate_signing_key", "ES256", stdout=said)
    assert SigningKey.objects.newest().get().kid in said.getvalue()
    with pytest.raises(CommandError, match="waits"):
        call_command("rotate_signing_key", "ES256")
    call_command("rotate_signing_key", "ES256", "--at-once", stdout=said)
    with pytest.raises(CommandError):
        call_command("rotate_signing_key", "HS256")
