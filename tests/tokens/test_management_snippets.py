"""The lines for a new management credential: those of its rights, and none that hold its secret."""

from accounts.access import Actor
from tests.cast import Cast
from tokens import credentials, use
from tokens.rights import Right


def test_each_right_has_its_lines(cast: Cast) -> None:
    issued = credentials.create("Backend", list(Right), by=Actor.operator())
    shown = use.management_snippets(issued.credential)
    assert [one.key for one in shown] == ["introspect", "provision", "sessions", "env"]
    lines = "\n".join(one.lines for one in shown)
    assert "http://testserver/api/v1/portal-sessions" in lines
    assert "curl --request PUT http://testserver/api/v1/management/tenants/org-17" in lines
    assert issued.secret.value not in lines


def test_what_it_may_not_do_is_not_shown(cast: Cast) -> None:
    made = credentials.create("Gateway", ["introspect"], by=Actor.operator()).credential
    assert [one.key for one in use.management_snippets(made)] == ["introspect", "env"]
    made = credentials.create("Tokens", ["tokens"], by=Actor.operator()).credential
    assert [one.key for one in use.management_snippets(made)] == ["env"]
