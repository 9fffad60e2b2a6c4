"""Who a token of type Personal acts as: the field on the create form, and what follows from the choice."""

import pytest
from django.test import Client

from accounts import managing, service_users
from accounts.models import ServiceUser
from accounts.service_users import Rights, Words
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, HTMX, NEW, complaints, secrets_in
from tokens import policy, subjects
from tokens.kinds import Kind
from tokens.models import Token


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    return factories.worker(cast.marc.actor, grants="assets:write projects:read@project=spring")


def as_(worker: ServiceUser) -> dict[str, str]:
    return {**FORM, "subject": f"service:{worker.pk}"}


def test_a_token_acts_as_the_service_user_that_was_chosen(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    assert len(secrets_in(marc.post(NEW, as_(worker)))) == 1
    token = Token.objects.get()
    assert (token.token_kind, token.service_user, token.membership) == (Kind.SERVICE, worker, None)


def test_without_a_choice_it_is_oneself(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    marc.post(NEW, {**FORM, "subject": ""})
    assert Token.objects.get().membership == cast.marc.membership


def test_one_sees_what_one_manages_and_an_administrator_all(cast: Cast, sign_in: SignIn, worker: ServiceUser) -> None:
    hers = factories.worker(cast.olivia.actor, name="Hers")
    factories.worker(cast.stella.actor, name="Theirs")
    offered = {
        name: sign_in(cast.people[name].user).get(NEW).context["offer"].service_users
        for name in ("marc", "adam", "victor")
    }
    assert offered == {"marc": [worker], "adam": [hers, worker], "victor": []}


@pytest.mark.parametrize("value", ["service:", "service:x", "me", "service:01a200ba-0000-7000-8000-000000000000"])
def test_what_cannot_be_chosen_makes_no_token(cast: Cast, marc: Client, value: str) -> None:
    refused = marc.post(NEW, {**FORM, "subject": value})
    assert refused.status_code == 422
    assert complaints(refused) == ["subject"]
    assert not Token.objects.exists()


@pytest.mark.parametrize("whose", ["olivia", "stella"])
def test_somebody_elses_service_user_is_an_unknown_one(cast: Cast, marc: Client, whose: str) -> None:
    refused = marc.post(NEW, as_(factories.worker(cast.people[whose].actor)))
    assert refused.status_code == 422
    assert complaints(refused) == ["subject"]
    assert not Token.objects.exists()


def test_the_type_tenant_forgets_the_subject(cast: Cast, sign_in: SignIn, worker: ServiceUser) -> None:
    sign_in(cast.olivia.user).post(NEW, {**as_(worker), "kind": "tenant"})
    assert Token.objects.get().token_kind is Kind.TENANT


def test_scopes_follow_the_subject(marc: Client, worker: ServiceUser) -> None:
    page = " ".join(marc.get(f"{NEW}?subject=service:{worker.pk}").content.decode().split())
    assert page.count("Warehouse sync has no access to this") > 3
    assert page.count("Warehouse sync has no access to all of this") == 1
    assert 'name="scope:metadata" value="read" disabled' in page
    assert 'name="scope:assets" value="write">' in page


def test_another_subject_keeps_what_it_may_do_and_drops_the_rest(marc: Client, worker: ServiceUser) -> None:
    ticked = {**as_(worker), "scope:assets": "write", "scope:metadata": "read", "refresh": "scopes"}
    plain = marc.post(NEW, ticked)
    assert plain.status_code == 200
    assert str(plain.context["form"]["name"].value()) == "Nightly sync"
    part = marc.post(NEW, ticked, headers={**HTMX, "HX-Target": "scopes"}).content.decode()
    assert "<!doctype" not in part.lower()
    for text in (plain.content.decode(), part):
        page = " ".join(text.split())
        assert 'name="scope:assets" value="write" checked' in page
        assert 'name="scope:metadata" value="none" checked' in page
    assert "<b>Warehouse sync</b>" in part
    assert not Token.objects.exists()


def test_the_summary_names_the_subject(marc: Client, worker: ServiceUser) -> None:
    said = " ".join(marc.post(f"{NEW}summary/", as_(worker)).content.decode().split())
    assert "will act as <b>Warehouse sync</b>" in said
    assert "Cannot do more than Warehouse sync" in said


def test_a_right_that_the_subject_has_not_is_refused_at_its_field(marc: Client, worker: ServiceUser) -> None:
    refused = marc.post(NEW, {**as_(worker), "scope:metadata": "read"})
    assert refused.status_code == 422
    assert complaints(refused) == ["scopes"]
    assert f'value="service:{worker.pk}" selected' in refused.content.decode()


def test_many_service_users_are_searched(cast: Cast, marc: Client) -> None:
    made = [factories.worker(cast.marc.actor, name=f"Robot {number:02}") for number in range(subjects.FEW + 2)]
    page = marc.get(f"{NEW}?subject=service:{made[-1].pk}")
    assert 'name="find"' in page.content.decode()
    assert made[-1] in page.context["offer"].service_users
    assert len(page.context["offer"].service_users) == subjects.FEW
    asked = {**FORM, "refresh": "subject", "find": "robot 03"}
    found = marc.post(NEW, asked, headers={**HTMX, "HX-Target": "subject"})
    assert found.context["offer"].service_users == [made[3]]
    assert "<!doctype" not in found.content.decode().lower()
    assert "None matches" in marc.post(NEW, {**asked, "find": "zebra"}).content.decode()


def test_enter_in_the_search_makes_no_token(cast: Cast, marc: Client) -> None:
    answer = marc.post(NEW, {**FORM, "find": "robot", "found": ""})
    assert answer.status_code == 200
    assert not Token.objects.exists()


def test_where_policy_switches_personal_tokens_off_only_service_users_are_left(
    cast: Cast, marc: Client, worker: ServiceUser
) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    page = marc.get(NEW)
    assert page.context["kinds"] == [Kind.PERSONAL]
    assert "Marc Test (you)" not in page.content.decode()
    assert marc.post(NEW, FORM).status_code == 422
    assert secrets_in(marc.post(NEW, {**as_(worker), "key": "k2"}))


def test_where_policy_switches_service_tokens_off_none_is_offered(
    cast: Cast, marc: Client, worker: ServiceUser
) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, service=False)
    assert not marc.get(NEW).context["offer"].is_needed
    assert "does not allow service tokens" in marc.post(NEW, as_(worker)).content.decode()


def test_one_like_another_acts_as_the_same_service_user_while_one_may(
    cast: Cast, marc: Client, worker: ServiceUser
) -> None:
    token = factories.token(cast.marc.actor, service_user=worker).token
    assert f'value="service:{worker.pk}" selected' in marc.get(f"{NEW}?like={token.pk}").content.decode()


def test_a_name_is_a_namesake_for_the_same_subject_alone(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    factories.token(cast.marc.actor, service_user=worker, name="Nightly sync")
    assert marc.post(f"{NEW}summary/", as_(worker)).context["has_namesake"]
    assert not marc.post(f"{NEW}summary/", FORM).context["has_namesake"]


def test_a_manager_revokes_its_tokens_from_the_list(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    token = factories.token(cast.olivia.actor, service_user=worker).token
    path = f"/t/acme/settings/developers/tokens/{token.pk}/revoke/"
    assert path in marc.get("/t/acme/settings/developers/tokens/").content.decode()
    assert marc.post(path, {"confirm": token.short_id}).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at


def test_only_disabled_ones_are_left_out(cast: Cast, marc: Client, worker: ServiceUser) -> None:
    service_users.disable(worker, by=cast.marc.actor)
    other = service_users.create(Words("Other"), Rights(), managers=[], by=cast.marc.actor)
    assert marc.get(NEW).context["offer"].service_users == [other]
    managing.add(other, cast.victor.membership, by=cast.marc.actor)
    managing.remove(other, cast.marc.membership, by=cast.marc.actor)
    assert not marc.get(NEW).context["offer"].service_users


def test_custom_permissions_act_for_a_service_user_or_for_the_tenant(
    cast: Cast, sign_in: SignIn, worker: ServiceUser
) -> None:
    olivia, row = sign_in(cast.olivia.user), "projects:read@project=spring"
    custom = {"kind": "custom", "name": "Spring", "expires": "30d", "row": row}
    shown = olivia.post(NEW, {**custom, "refresh": "scopes"})
    assert '<option value="" selected>Acme</option>' in shown.content.decode()
    assert secrets_in(olivia.post(NEW, {**custom, "key": "k1"}))
    assert secrets_in(olivia.post(NEW, {**custom, "key": "k2", "subject": f"service:{worker.pk}"}))
    made = Token.objects.order_by("id")
    assert [one.token_kind for one in made] == [Kind.TENANT, Kind.SERVICE]
    assert {one.grants_text for one in made} == {row}
    refused = olivia.post(NEW, {**custom, "row": "metadata:read", "subject": f"service:{worker.pk}"})
    assert "Warehouse sync has no access to this" in refused.content.decode()
