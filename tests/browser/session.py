"""The server's side of a browser's session, to let time pass in it."""

from django.conf import settings
from playwright.sync_api import BrowserContext

from accounts.sessions import SessionStore

PROOFS = "account_authentication_methods"  # allauth's list of when and how somebody proved who they are


def session_of(context: BrowserContext) -> SessionStore:
    cookies = context.cookies()
    return SessionStore(next(one["value"] for one in cookies if one["name"] == settings.SESSION_COOKIE_NAME))


def change_session(context: BrowserContext, **changes: object) -> None:
    session = session_of(context)
    session.update(changes)
    session.save()


def make_sign_in_old(context: BrowserContext) -> None:
    """The last proof of the password is a minute older than counts."""
    age = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 60
    change_session(context, **{PROOFS: [{**one, "at": one["at"] - age} for one in session_of(context)[PROOFS]]})
