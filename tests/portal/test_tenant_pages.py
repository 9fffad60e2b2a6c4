"""What platform admins do with tenants: create with an owner, look, suspend, resume, delete for good."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import founding, memberships, provisioning, roles, tenants
from accounts.access import Actor, PermissionDenied
from accounts.models import Membership, Tenant, User
from audit import clock
from audit.models import Event
from tests import factories
from tests.cast import ORIGIN, Cast, SignIn
from tests.tokens.rows import row, stored
from tests.unnamed import unnamed
from tokens import closing, verification
from tokens.kinds import Kind
from tokens.models import Token

TENANTS = "/platform/tenants/"
NEW = {"name": "Umbrella", "slug": "umbrella", "owner_email": "Una@umbrella.test", "owner_name": "Una Ueno"}
PASSWORD = "quite-another-long-password"


@pytest.fixture
def admin(cast: Cast, petra: User, sign_in: SignIn) -> Client:
    return sign_in(petra)


def page_of(tenant: Tenant, step: str = "") -> str:
    return f"{TENANTS}{tenant.pk}/{step}"


def renewed(tenant: Tenant) -> Tenant:
    return Tenant.objects.get(pk=tenant.pk)


def test_a_new_owner_sets_a_password_by_the_mail_and_comes_in(admin: Client) -> None:
    made = admin.post(f"{TENANTS}new/", NEW)
    assert made.status_code == 302
    owner = Membership.objects.get(tenant__slug="umbrella")
    assert (owner.user.email, owner.user.name, owner.role.key) == ("una@umbrella.test", "Una Ueno", "owner")
    assert mail.outbox[-1].to == ["una@umbrella.test"]
    [path] = re.findall(r"http://testserver(/account/password/\S+)", str(mail.outbox[-1].body))
    assert path not in admin.get(made["Location"]).content.decode()
    una = Client()
    form = una.get(path, follow=True).redirect_chain[-1][0]
    una.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    signed_in = Client()
    signed_in.post("/account/sign-in/", {"login": "una@umbrella.test", "password": PASSWORD})
    assert signed_in.get("/t/umbrella/settings/developers/tokens/").status_code == 200


def test_a_known_owner_keeps_name_and_password_and_gets_no_link(cast: Cast, admin: Client) -> None:
    admin.post(f"{TENANTS}new/", {**NEW, "owner_email": cast.marc.user.email, "owner_name": "Other"})
    assert Membership.objects.get(tenant__slug="umbrella").user == cast.marc.user
    assert "/account/password/" not in mail.outbox[-1].body
    assert User.objects.get(pk=cast.marc.user.pk).name == "Marc Test"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"slug": "acme"}, "slug"),
        ({"slug": "Not a slug"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"name": ""}, "name"),
        ({"owner_email": "nobody"}, "owner_email"),
        ({"owner_name": ""}, "owner_name"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_written(
    admin: Client, wrong: dict[str, str], field: str
) -> None:
    before = Tenant.objects.count(), User.objects.count()
    answer = admin.post(f"{TENANTS}new/", {**NEW, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.content.decode()
    assert (Tenant.objects.count(), User.objects.count()) == before
    assert not mail.outbox


def test_the_list_is_searched_and_filtered(cast: Cast, admin: Client) -> None:
    tenants.suspend(cast.globex, by=Actor.operator())
    assert names(admin, "?q=GLO") == {"Globex"}
    assert names(admin, "?state=suspended") == {"Globex"}
    assert names(admin, "?state=active") == {"Acme"}
    closing.delete_tenant(cast.globex, by=Actor.operator())
    assert names(admin, "") == names(admin, "?state=nonsense") == {"Acme"}
    assert names(admin, "?state=deleted") == {"Globex"}
    assert "No tenant matches" in admin.get(f"{TENANTS}?q=%25").content.decode()


def names(admin: Client, query: str) -> set[str]:
    return {row.tenant.name for row in admin.get(TENANTS + query).context["rows"]}


def test_live_tokens_are_those_that_work(cast: Cast, admin: Client) -> None:
    factories.token(cast.marc.actor)
    factories.token(cast.marc.actor, at=clock.now() - timedelta(days=60))
    [shown] = admin.get(f"{TENANTS}?q=acme").context["rows"]
    assert (shown.members, shown.tokens) == ("4", "1")


def test_suspending_and_resuming(cast: Cast, admin: Client) -> None:
    token = factories.token(cast.marc.actor)
    page = admin.get(page_of(cast.acme, "suspend/")).content.decode()
    assert "1 live token is refused" in page and "every request with it fails" in page and "4 members see" in page
    assert "globex, 0 live tokens" in admin.get(TENANTS).content.decode()
    assert "acme, 1 live token<" in admin.get(TENANTS).content.decode()
    alone = admin.get(page_of(cast.globex, "delete/")).content.decode()
    assert "1 member loses the tenant" in alone
    admin.post(page_of(cast.acme, "suspend/"))
    assert renewed(cast.acme).suspended_at
    assert not works(token)
    admin.post(page_of(cast.acme, "resume/"))
    assert works(token)


def works(issued: Any) -> bool:
    return isinstance(verification.verify(issued.secret.value, address="192.0.2.1"), verification.Verified)


def test_deleting_needs_the_address_typed_and_a_fresh_password(cast: Cast, admin: Client) -> None:
    assert admin.post(page_of(cast.acme, "delete/"), {"confirm": "Acme"}).status_code == 422
    session = admin.session
    session["account_authentication_methods"] = []
    session.save()
    assert admin.post(page_of(cast.acme, "delete/"), {"confirm": "acme"}).status_code == 422
    assert renewed(cast.acme).deleted_at is None
    answer = admin.post(page_of(cast.acme, "delete/"), {"confirm": "acme", "password": factories.PASSWORD})
    assert answer.status_code == 302
    assert renewed(cast.acme).deleted_at


def test_a_deleted_tenant_is_gone_for_everybody_and_for_good(
    cast: Cast, admin: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "AT_ONCE", 2)
    tokens = [factories.token(cast.olivia.actor, kind=kind) for kind in (*Kind, Kind.PERSONAL)][:5]
    theirs = factories.token(cast.stella.actor)
    olivia = sign_in(cast.olivia.user)
    admin.post(page_of(cast.acme, "delete/"), {"confirm": "acme"})
    assert not any(works(one) for one in tokens)
    assert works(theirs)
    assert Token.objects.of_tenant(cast.acme).filter(revoked_at=None).count() == 0
    assert Event.objects.filter(action="token.revoked", tenant_id=cast.acme.pk).count() == len(tokens)
    gone = olivia.get("/t/acme/settings/developers/tokens/")
    assert gone.status_code == 404
    assert unnamed(gone) == unnamed(olivia.get("/t/nowhere/settings/developers/tokens/"))
    for step in ("suspend/", "resume/", "delete/"):
        assert admin.post(page_of(cast.acme, step), {"confirm": "acme"}).status_code == 404
    tenants.resume(renewed(cast.acme), by=Actor.operator())
    assert renewed(cast.acme).suspended_at
    with pytest.raises(ValidationError):
        memberships.add(cast.stella.user, to=cast.acme, role=roles.built_in("viewer"), by=Actor.operator(cast.acme))
    assert admin.post(f"{TENANTS}new/", {**NEW, "slug": "acme"}).status_code == 422
    assert admin.get(page_of(cast.acme)).status_code == 200


def test_the_vendors_own_id_is_free_again_and_the_old_tenant_unknown(cast: Cast) -> None:
    Tenant.objects.filter(pk=cast.acme.pk).update(external_id="crm-7")
    closing.delete_tenant(cast.acme, by=Actor.operator())
    assert provisioning.find_tenant("crm-7") is provisioning.find_tenant(str(cast.acme.pk)) is None
    again, is_new = provisioning.put_tenant("crm-7", "Acme", by=Actor.operator())
    assert is_new and again.slug != "acme"


def test_what_was_interrupted_is_finished_by_the_same_again(cast: Cast) -> None:
    stored(row(cast.acme, name=f"T{number}") for number in range(3))
    tenants.delete(cast.acme, by=Actor.operator())
    assert closing.delete_tenant(renewed(cast.acme), by=Actor.operator()) == 3
    assert Event.objects.filter(action="tenant.deleted").count() == 1


@pytest.mark.parametrize("step", ["", "suspend/", "resume/", "delete/"])
def test_nobody_else_finds_or_changes_anything(cast: Cast, sign_in: SignIn, step: str) -> None:
    olivia = sign_in(cast.olivia.user)
    for send in (olivia.get, olivia.post):
        assert send(page_of(cast.acme, step), {"confirm": "acme", **NEW}).status_code in {403, 405}
    assert olivia.post(f"{TENANTS}new/", NEW).status_code == 403
    assert Tenant.objects.existing().active().count() == 2


def test_the_verbs_ask_for_themselves(cast: Cast) -> None:
    for by in (cast.olivia.actor, Actor.person(cast.olivia.user, ORIGIN)):
        with pytest.raises(PermissionDenied):
            closing.delete_tenant(cast.globex, by=by)
        with pytest.raises(PermissionDenied):
            founding.found(by=by, **NEW)
