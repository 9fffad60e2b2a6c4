"""How many tokens one person may have."""

from django.core.exceptions import ValidationError

from accounts.access import Actor
from accounts.models import Membership
from audit import clock
from tokens.models import Token
from tokens.policy import rules_of


def keep(membership: Membership | None, *, by: Actor) -> None:
    """Raise ValidationError when a member has as many as policy allows. In the transaction that makes another one.

    One after another for one member: two at once would both find room for one more.
    """
    assert by.tenant
    most = rules_of(by.tenant).per_person
    if membership is None or most is None:
        return
    locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if Token.objects.owned_by(locked).still_running(clock.now()).count() >= most:
        said = f"{by.tenant}'s token policy allows each person {most} personal token{'' if most == 1 else 's'}."
        raise ValidationError({"kind": f"{said} Revoke one first."})
