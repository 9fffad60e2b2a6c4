"""Where allauth asks us: nobody signs up, addresses come from trusted proxies, and the ledger hears of everything."""

from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from accounts import letters, sessions, signing_in
from accounts.models import User
from accounts.origin import client_address, neighbourhood, origin_of
from audit.actions import Action

UNKNOWN_PEER = "0.0.0.0"  # noqa: S104 - not bound to: the rate limit's key where the peer is a Unix socket


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or UNKNOWN_PEER

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The page itself says what happened; "Successfully signed in" on top of it helps nobody."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Per account *and* address: by account alone, anybody could lock anybody out from elsewhere."""
        return f"{neighbourhood(self.get_client_ip(request))}:{credentials.get('email', '').lower()}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """As the other mails name it, whatever host the visitor asked for."""
        path: str = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.PUBLIC_ORIGIN}{path}"

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """Nobody waits for it: how long it takes, or that it fails, would tell which addresses have an account."""
        link = context["password_reset_url"]
        letters.send_behind(email, "Choose a new password", "reset_password", email=email, link=link)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        signing_in.note(Action.SIGNED_IN, cast(User, user), origin_of(request))

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            signing_in.note(Action.SIGNED_OUT, user, origin_of(request))

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Right password, closed account: refused like a sign-in, and written down like one."""
        signing_in.note_failure(Action.SIGN_IN_FAILED, cast(User, user).email, origin_of(request))
        return super().respond_user_inactive(request, user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        failed = Action.REAUTHENTICATION_FAILED if request.user.is_authenticated else Action.SIGN_IN_FAILED
        signing_in.note_failure(failed, credentials.get("email", ""), origin_of(request))

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """allauth looks for an EmailAddress row, which only its own sign-up makes: ours are on the user."""
        request, person = context.request, cast(User, user)
        if self.authenticate(request, email=person.email, password=password) != person:
            return False
        request.session.cycle_key()
        signing_in.note(Action.REAUTHENTICATED, person, origin_of(request))
        return True

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        sessions.drop_others(cast(User, user), context.request.session.session_key)
        signing_in.note(Action.PASSWORD_CHANGED, cast(User, user), origin_of(context.request))
