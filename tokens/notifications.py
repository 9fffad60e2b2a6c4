"""Mail about tokens."""

from collections import defaultdict
from datetime import datetime

from django.core.mail import EmailMessage
from django.views.decorators.debug import sensitive_variables

from accounts import letters
from accounts.access import Actor
from accounts.models import Membership, Tenant, User
from tokens.foresight import Effect, Foresight, Touched
from tokens.models import Token

NAMED = 5  # tokens that one mail names; it counts the others


def made_for_somebody(token: Token, *, by: Actor) -> None:
    """Tell a person that the vendor's backend made a token that acts as them. The token exists, whatever mail does."""
    if by.is_management:
        _tell_its_person(token, "A token was made for you", "made_for_you", by=by)


@sensitive_variables("link")
def offered(token: Token, *, link: str, by: Actor) -> bool:
    """Send a person the link with which they claim a token. Whether it left; the portal shows it to them as well."""
    return _tell_its_person(token, "A token is waiting for you", "offered", by=by, link=link)


@sensitive_variables("context")
def _tell_its_person(token: Token, title: str, template: str, **context: object) -> bool:
    if token.membership is None:
        return False
    return letters.send(token.membership.user.email, title, template, token=token, **context)


def policy_changes(tenant: Tenant, seen: Foresight) -> None:
    """One mail to each person, whatever mail does: of their own tokens, and to administrators of the tenant's.

    Foresight ends at a thousand tokens, so these are at most that many mails, over one connection.
    """
    letters.send_many([_of_policy(tenant, person, effects) for person, effects in _by_person(tenant, seen).items()])


def limits_change(touched: list[Touched], on: datetime | None) -> None:
    """One mail for each tenant to each of its administrators, whatever mail does; nobody waits for many.

    The counts are `touched_tenants`': some of those tokens would have stopped anyway.
    """
    counts = {one.tenant_id: one.count for one in touched}
    told = Membership.objects.in_tenants(counts).administering().with_everything()
    letters.send_many(
        [
            letters.write(
                one.user.email,
                f"The token limits for {one.tenant} change",
                "limits_change",
                person=one.user,
                tenant=one.tenant,
                count=counts[one.tenant_id],
                on=on,
            )
            for one in told
        ]
    )


def _by_person(tenant: Tenant, seen: Foresight) -> dict[User, list[Effect]]:
    found: dict[User, list[Effect]] = defaultdict(list)
    administrators = [one.user for one in Membership.objects.in_tenant(tenant).administering().with_everything()]
    for effect in seen.effects:
        own = effect.token.membership
        for person in [own.user] if own else administrators:
            found[person].append(effect)
    return found


def _of_policy(tenant: Tenant, person: User, effects: list[Effect]) -> EmailMessage:
    return letters.write(
        person.email,
        f"The token policy of {tenant} changes",
        "policy_changes",
        person=person,
        tenant=tenant,
        effects=effects[:NAMED],
        count=len(effects),
        more=max(0, len(effects) - NAMED),
    )
