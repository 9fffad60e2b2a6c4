"""Another e-mail address: asked for by its owner, proved by a one-time link that goes to the new one.

Whether somebody else has the address is not told to who asks, but to who can read its mail: nobody finds out who has an
account here. The code is 256 random bits, of which SHA-256 is kept.
"""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import addresses, codes, letters, memberships, profile, signing_in
from accounts.access import Actor, PermissionDenied
from accounts.models import EmailChange, User
from accounts.provisioning import is_handed_over
from audit import clock
from audit.actions import Action
from audit.record import Origin

LIFETIME = timedelta(hours=24)


def ask(email: str, *, by: Actor) -> bool:
    """Send a link to the new address and a notice to the old one; earlier links die. Whether the mail left.

    Raises ValidationError on `email`.
    """
    user = profile.in_person(by)
    if is_handed_over(user):
        raise PermissionDenied(by, None, "The place that you come from keeps your e-mail address.")
    email = _judged(email, user)
    code, now = codes.draw(), clock.now()
    with transaction.atomic():
        EmailChange.objects.of(user.pk).delete()
        EmailChange.objects.create(
            user=user,
            before=user.email,
            email=email,
            code_hash=codes.digest(code),
            created_at=now,
            expires_at=now + LIFETIME,
        )
        signing_in.note(Action.EMAIL_CHANGE_ASKED, user, by.origin)
    link = settings.PUBLIC_ORIGIN + reverse("confirm-email", args=[code])
    letters.send(user.email, "Your e-mail address is about to change", "email_about_to_change", user=user, email=email)
    return letters.send(email, "Confirm your new e-mail address", "confirm_email", user=user, email=email, link=link)


def waiting(user: User) -> EmailChange | None:
    """The address that waits to be confirmed."""
    return EmailChange.objects.open_at(clock.now()).of(user.pk).first()


def look(code: str) -> EmailChange | None:
    """What the link of that code would do, while it works. Changes nothing: mail scanners open links too."""
    found = EmailChange.objects.open_at(clock.now()).filter(code_hash=codes.digest(code)).first()
    return found if found and found.user.email == found.before else None


def confirm(code: str, origin: Origin) -> EmailChange | None:
    """Change the address: of any number of callers exactly one does. None when the link does not work.

    Raises ValidationError when somebody else has the address by now.
    """
    found = look(code)
    if found is None:
        return None
    now, user = clock.now(), found.user
    try:
        with transaction.atomic():
            mine = EmailChange.objects.filter(pk=found.pk, used_at=None, expires_at__gt=now).update(used_at=now)
            same = User.objects.filter(pk=user.pk, email=found.before)
            if not mine or not same.update(email=found.email):
                transaction.set_rollback(True)
                return None
            user.email = found.email
            memberships.list_anew(user)
            signing_in.note(Action.EMAIL_CHANGED, user, origin)
    except IntegrityError:
        raise ValidationError("Somebody else here has this address. Nothing was changed.") from None
    letters.send(found.before, "Your e-mail address was changed", "email_changed", user=user, email=found.email)
    return found


def _judged(email: str, user: User) -> str:
    email = addresses.read(email)
    if email == user.email.lower():
        raise ValidationError({"email": "This is your address already."})
    return email
