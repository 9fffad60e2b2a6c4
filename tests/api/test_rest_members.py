"""Members and invitations by REST: the same verbs, the same limits, and never a link."""

from typing import Any

import pytest
from django.core import mail

from accounts import managing, own_roles
from accounts.grants import Grants
from accounts.models import Invitation, Membership, ServiceUser
from accounts.own_roles import NewRole
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.accounts.invited import NORA, committed, invite, link
from tests.api.rest import Program, fields, program
from tests.cast import Cast
from tests.unnamed import unnamed
from tokens import ownership
from tokens.kinds import Kind
from tokens.models import Token


def able(cast: Cast, who: str = "olivia", kind: Kind = Kind.PERSONAL) -> Program:
    """With all that an admin has: a token gives no role that allows more than itself."""
    return program(cast.people[who].actor, str(cast.adam.membership.role.grants), kind)


def asked(by: Program, **body: Any) -> Any:
    with committed():
        return by.post("/invitations", {"email": NORA, "role": "developer", **body})


# --- Members --------------------------------------------------------------------------------------


def test_members_are_found_like_on_the_page(cast: Cast) -> None:
    by = able(cast)
    by.post(f"/members/{cast.marc.membership.pk}/suspend")

    def found(query: str) -> list[str]:
        return [one["user"]["name"].split()[0] for one in by.get(f"/members?{query}").json()["items"]]

    assert found("q=arc") == found("state=suspended") == found("role=developer") == ["Marc"]
    assert found("state=active&role=admin") == ["Adam"]
    assert fields(by.get("/members?role=nonsense")) == {"role"}
    assert fields(by.get("/members?state=gone")) == {"state"}


def test_a_role_is_changed_once(cast: Cast) -> None:
    by, path = able(cast), f"/members/{cast.marc.membership.pk}"
    for _ in range(2):
        changed = by.patch(path, {"role": "viewer"})
        assert (changed.status_code, changed.json()["role"]["key"]) == (200, "viewer")
    assert by.get(path).json() == changed.json()
    assert Event.objects.filter(action=Action.ROLE_CHANGED).count() == 1
    [own] = own_roles.create(
        [NewRole("reviewer", "Reviewer", grants=Grants.parse("assets:read"))], by=cast.olivia.actor
    )
    assert by.patch(path, {"role": "reviewer"}).json()["role"]["id"] == str(own.pk)


@pytest.mark.parametrize("body", [{"role": "nonsense"}, {"role": ""}, {}, {"role": "viewer", "suspended": True}])
def test_what_is_no_role_is_refused(cast: Cast, body: dict[str, Any]) -> None:
    answer = able(cast).patch(f"/members/{cast.marc.membership.pk}", body)
    assert fields(answer) == ({"suspended"} if "suspended" in body else {"role"})


def test_suspending_resuming_and_removing_may_be_repeated(cast: Cast) -> None:
    by, path = able(cast), f"/members/{cast.marc.membership.pk}"
    for step, is_so in (("suspend", True), ("suspend", True), ("resume", False), ("resume", False)):
        answer = by.post(f"{path}/{step}")
        assert (answer.status_code, answer.json()["suspended"]) == (200, is_so)
    assert [by.delete(path).status_code for _ in range(2)] == [204, 204]
    assert by.get(path).status_code == by.post(f"{path}/resume").status_code == 404
    told = Event.objects.filter(target_id=str(cast.marc.user.pk), actor_kind="token").values_list("action", flat=True)
    assert sorted(told) == ["member.removed", "member.resumed", "member.suspended"]


def test_no_token_touches_an_owner_or_makes_one(cast: Cast) -> None:
    factories.member(factories.UserFactory.create(), cast.acme, "owner")
    before = list(Membership.objects.order_by("pk").values())
    for kind in Kind:
        by, path = able(cast, kind=kind), f"/members/{cast.olivia.membership.pk}"
        answers = [
            by.patch(path, {"role": "viewer"}),
            by.post(f"{path}/suspend"),
            by.delete(path),
            by.patch(f"/members/{cast.marc.membership.pk}", {"role": "owner"}),
            asked(by, role="owner"),
        ]
        assert [answer.status_code for answer in answers] == [403] * 5
        assert {answer.json()["code"] for answer in answers} == {"forbidden"}
    assert list(Membership.objects.order_by("pk").values()) == before


def test_a_token_gives_no_role_beyond_its_own_scope(cast: Cast) -> None:
    by = program(cast.olivia.actor, "members:write assets:read")
    for answer in (by.patch(f"/members/{cast.marc.membership.pk}", {"role": "viewer"}), asked(by, role="viewer")):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert "more than their own" in answer.json()["detail"]
    assert by.delete(f"/members/{cast.marc.membership.pk}").status_code == 204


# --- Heirs ----------------------------------------------------------------------------------------


def left_by_adam(cast: Cast) -> tuple[Token, ServiceUser]:
    return (
        factories.token(cast.adam.actor, kind=Kind.TENANT, name="Price feed").token,
        factories.worker(cast.adam.actor, name="Sync"),
    )


def test_whoever_is_removed_can_leave_what_they_answered_for_to_somebody(cast: Cast) -> None:
    token, sync = left_by_adam(cast)
    by, olivia = able(cast), cast.olivia.membership
    assert by.delete(f"/members/{cast.adam.membership.pk}?heir_id={olivia.pk}").status_code == 204
    token.refresh_from_db()
    assert (token.responsible, [one.membership for one in managing.people(sync)]) == (olivia, [olivia])
    assert not ownership.needing(cast.olivia.actor).exists()


def test_without_an_heir_it_waits_in_the_queue(cast: Cast) -> None:
    token, sync = left_by_adam(cast)
    assert able(cast).delete(f"/members/{cast.adam.membership.pk}").status_code == 204
    assert list(ownership.needing(cast.olivia.actor)) == [token]
    assert list(ownership.unmanaged(cast.olivia.actor)) == [sync]


@pytest.mark.parametrize("heir", ["adam", "marc", "stella", "nobody"])
def test_who_cannot_look_after_it_is_no_heir_and_nobody_is_removed(cast: Cast, heir: str) -> None:
    token, _ = left_by_adam(cast)
    pk = cast.people[heir].membership.pk if heir in cast.people else "01a200ba-0000-7000-8000-000000000000"
    answer = able(cast).delete(f"/members/{cast.adam.membership.pk}?heir_id={pk}")
    assert fields(answer) == {"heir_id"}
    assert "Choose somebody who is here" in answer.content.decode()
    token.refresh_from_db()
    assert token.responsible == cast.adam.membership
    assert Membership.objects.live().filter(pk=cast.adam.membership.pk).exists()


def test_handing_over_takes_the_right_to_and_a_misspelt_heir_removes_nobody(cast: Cast) -> None:
    left_by_adam(cast)
    path = f"/members/{cast.adam.membership.pk}"
    for scope, lacking in (("members:write", "tokens:write"), ("members:write tokens:write", "service-users:write")):
        answer = program(cast.olivia.actor, scope).delete(f"{path}?heir_id={cast.olivia.membership.pk}")
        assert (answer.status_code, answer.json()["required_scopes"]) == (403, [lacking])
    for query in ("heir=x", "heir_id=x", "heir_id=", f"heir_id={cast.olivia.membership.pk}&heir_id=x"):
        assert able(cast).delete(f"{path}?{query}").status_code == 422, query
    assert Membership.objects.live().filter(pk=cast.adam.membership.pk).exists()


# --- Invitations ----------------------------------------------------------------------------------


def test_an_invitation_is_made_read_listed_and_withdrawn(cast: Cast) -> None:
    by = able(cast)
    made = asked(by)
    assert made.status_code == 201
    told = made.json()
    assert (told["email"], told["role"]["key"], told["status"]) == (NORA, "developer", "open")
    assert (told["invited_by"]["name"], told["delivered"]) == ("Olivia Test", True)
    path = f"/invitations/{told['id']}"
    assert by.get(path).json() == told
    assert by.get("/invitations").json()["items"] == [told]
    code, answers = link().split("/")[2], [made, by.get(path), by.get("/invitations")]
    assert not any(code in answer.content.decode() for answer in answers)
    assert [by.delete(path).status_code for _ in range(2)] == [204, 204]
    assert (by.get(path).json()["status"], by.get("/invitations").json()["items"]) == ("withdrawn", [])


def test_a_tenants_token_invites_in_nobodys_name(cast: Cast) -> None:
    assert asked(able(cast, kind=Kind.TENANT)).json()["invited_by"] is None
    assert mail.outbox[0].subject.startswith("[Token Portal] A token invites you")


def test_sending_again_waits_a_minute(cast: Cast) -> None:
    by = able(cast)
    path = f"/invitations/{asked(by).json()['id']}/resend"
    early = by.post(path)
    assert (early.status_code, early.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(early["Retry-After"]) <= 60
    Invitation.objects.update(sent_at=clock.now().replace(year=2020))
    with committed():
        assert by.post(path).json()["status"] == "open"
    assert len(mail.outbox) == 2
    Invitation.objects.update(accepted_at=clock.now(), sent_at=clock.now().replace(year=2020))
    assert fields(by.post(path)) == {""}
    assert fields(by.delete(path.removesuffix("/resend"))) == {""}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"email": "marc@acme.test"}, {"email"}),
        ({"email": "nobody"}, {"email"}),
        ({"email": 7}, {"email"}),
        ({"role": "nonsense"}, {"role"}),
        ({"code": "mine"}, {"code"}),
    ],
)
def test_what_cannot_be_invited_is_a_422(cast: Cast, body: dict[str, Any], wrong: set[str]) -> None:
    assert fields(asked(able(cast), **body)) == wrong
    assert not Invitation.objects.exists()


# --- Authority ------------------------------------------------------------------------------------

OPERATIONS = [
    ("PATCH", "/members/{member}", {"role": "viewer"}),
    ("POST", "/members/{member}/suspend", None),
    ("POST", "/members/{member}/resume", None),
    ("DELETE", "/members/{member}", None),
    ("POST", "/invitations/{invitation}/resend", None),
    ("DELETE", "/invitations/{invitation}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_it_needs_members_write(cast: Cast, method: str, path: str, body: Any) -> None:
    ids = {"member": cast.marc.membership.pk, "invitation": invite(cast.olivia.actor).pk}
    before = list(Membership.objects.order_by("pk").values()), list(Invitation.objects.values())
    answer = program(cast.olivia.actor, "members:read tokens:write").call(method, path.format(**ids), body)
    assert (answer.status_code, answer.json()["required_scopes"]) == (403, ["members:write"])
    assert (list(Membership.objects.order_by("pk").values()), list(Invitation.objects.values())) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [*OPERATIONS, ("GET", "/members/{member}", None), ("GET", "/invitations/{invitation}", None)],
)
def test_what_another_tenant_has_is_what_nobody_has(cast: Cast, method: str, path: str, body: Any) -> None:
    theirs = {"member": cast.stella.membership.pk, "invitation": invite(cast.stella.actor).pk}
    nobodys = dict.fromkeys(theirs, "01a200ba-0000-7000-8000-000000000000")
    by, before = able(cast), list(Invitation.objects.values())
    answers = [by.call(method, path.format(**ids), body) for ids in (theirs, nobodys, dict.fromkeys(theirs, "no-id"))]
    assert {answer.status_code for answer in answers} == {404}
    assert len({unnamed(answer) for answer in answers}) == 1
    assert list(Invitation.objects.values()) == before
    assert Membership.objects.get(pk=cast.stella.membership.pk).suspended_at is None
