"""Production starts with every setting right, or says everything that is wrong; demo and test bring their own."""

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.csp import build_policy

from portal import configuration
from portal.configuration import Misconfigured, read
from portal.databases import database
from portal.demo_keys import demo_keys
from portal.values import encryption_keys
from tests.portal.operator import key, manage


def problems(environ: dict[str, str]) -> str:
    with pytest.raises(Misconfigured) as caught:
        read(environ)
    return "\n".join(caught.value.problems)


def test_a_complete_environment_is_read(production: dict[str, str]) -> None:
    found = read(production)
    assert (found.mode, found.https, found.token_brand, found.proxy_count) == ("production", True, "tp", 1)
    assert found.trusted_proxies == ("127.0.0.1/32",)


def test_the_addresses_of_frontegg_are_open_unless_somebody_shuts_them(production: dict[str, str]) -> None:
    assert read(production).frontegg_api
    assert not read({**production, "FRONTEGG_API": "no"}).frontegg_api
    assert "FRONTEGG_API must be one of" in problems({**production, "FRONTEGG_API": "perhaps"})


def test_production_is_the_default_and_tells_everything_that_is_missing_at_once() -> None:
    told = problems({})
    required = ("SECRET_KEY", "TOKEN_TAG_KEYS", "JWT_KEY_ENCRYPTION", "ALLOWED_HOSTS", "PUBLIC_ORIGIN")
    assert all(name in told for name in required)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_MODE", "staging", "PORTAL_MODE must be production, demo or test"),
        ("SECRET_KEY", "too short", "SECRET_KEY must be at least 50"),
        ("SECRET_KEY", "ab" * 40, "SECRET_KEY must be at least 50 random"),
        ("SECRET_KEY", "django-insecure-" + "0123456789abcdef" * 4, "SECRET_KEY must be at least 50 random"),
        ("TOKEN_TAG_KEYS", "a:not base64!", "is not base64"),
        ("TOKEN_TAG_KEYS", key(size=31), "at least 32 random bytes"),
        ("TOKEN_TAG_KEYS", f"a:{base64.b64encode(bytes(32)).decode()}", "at least 32 random bytes"),
        ("TOKEN_TAG_KEYS", key("UPPER"), "must be written id:base64"),
        ("TOKEN_TAG_KEYS", key().removeprefix("a:"), "must be written id:base64"),
        ("TOKEN_TAG_KEYS", f"{key()},{key()}", "the same id"),
        ("TOKEN_TAG_KEYS", ",".join(key(key_id) for key_id in "abcde"), "one to 4 keys"),
        ("SECRET_KEY", configuration.TEST_VALUES["SECRET_KEY"], "must not be the ones of the tests"),
        ("TOKEN_TAG_KEYS", configuration.TEST_VALUES["TOKEN_TAG_KEYS"], "must not be the ones of the tests"),
        ("TOKEN_TAG_KEYS_LOST", "a", "TOKEN_TAG_KEYS still holds"),
        ("JWT_KEY_ENCRYPTION", key("jwt", size=31), "at least 32 random bytes"),
        ("JWT_KEY_ENCRYPTION", f"a:{base64.b64encode(bytes(range(33))).decode()}", "exactly 32 random bytes"),
        ("JWT_KEY_ENCRYPTION", configuration.TEST_VALUES["JWT_KEY_ENCRYPTION"], "must not be the ones of the tests"),
        ("JWT_KEY_ENCRYPTION", key(), "keys of its own"),
        ("ALLOWED_HOSTS", "*", "without *"),
        ("ALLOWED_HOSTS", "tokens.example.com,*.example.com", "without *"),
        ("ALLOWED_HOSTS", "other.example.com", "must hold the host of PUBLIC_ORIGIN"),
        ("PUBLIC_ORIGIN", "http://tokens.example.com", "must begin with https://"),
        ("PUBLIC_ORIGIN", "http://127.0.0.1:8000", "must begin with https://"),
        ("PUBLIC_ORIGIN", "https://tokens.example.com/", "without a slash"),
        ("PUBLIC_ORIGIN", "https://tokens.example.com/portal", "must be an origin"),
        ("PUBLIC_ORIGIN", "tokens.example.com", "must be an origin"),
        ("PUBLIC_ORIGIN", "https://olivia@tokens.example.com", "must be an origin"),
        ("PUBLIC_ORIGIN", "https://tokens.example.com:port", "must be an origin"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "the whole internet"),
        ("TRUSTED_PROXIES", "nginx", "must be networks"),
        ("PROXY_COUNT", "0", "contradict"),
        ("TOKEN_BRAND", "Acme", "TOKEN_BRAND must be"),
        ("TOKEN_BRAND", "a", "TOKEN_BRAND must be"),
        ("TOKEN_BRAND", "1up", "TOKEN_BRAND must be"),
        ("CATALOGUE", "absent/catalogue.toml", "CATALOGUE must name a file"),
        ("DATABASE_URL", " ", "DATABASE_URL is set to nothing"),
        ("DATABASE_URL", "mysql://root:hidden@localhost/portal", "PostgreSQL or SQLite"),
        ("DATABASE_URL", "sqlite://:memory:", "must name a file"),
        ("DATABASE_URL", "hidden", "DATABASE_URL must be an address"),
        ("MAIL_PORT", "smtp", "MAIL_PORT must be a whole number"),
        ("MAIL_TLS", "maybe", "MAIL_TLS must be"),
    ],
)
def test_production_refuses(production: dict[str, str], name: str, value: str, said: str) -> None:
    told = problems({**production, name: value})
    assert said in told
    assert "hidden" not in told


def test_a_proxy_count_without_proxies_is_refused(production: dict[str, str]) -> None:
    assert "contradict" in problems({**production, "TRUSTED_PROXIES": "", "PROXY_COUNT": "1"})


def test_a_mail_password_never_crosses_the_network_in_clear(production: dict[str, str]) -> None:
    assert "MAIL_TLS must not be no" in problems({**production, "MAIL_USER": "portal", "MAIL_TLS": "no"})


def test_the_first_tag_key_is_the_current_one(production: dict[str, str]) -> None:
    assert list(read({**production, "TOKEN_TAG_KEYS": f"{key('new')}, {key('old')}"}).tag_keys) == ["new", "old"]


def test_no_secret_is_in_the_representation_of_a_configuration(production: dict[str, str]) -> None:
    found = read({**production, "MAIL_PASSWORD": "hidden-mail-password"})
    shown = repr(found)
    assert found.secret_key not in shown
    assert "hidden" not in shown
    secrets = [*found.tag_keys.values(), *found.jwt_key_encryption.values()]
    assert not any(repr(secret) in shown for secret in secrets)


def test_the_embedded_database_takes_the_write_lock_first_and_survives_a_power_cut(tmp_path: Path) -> None:
    described = database(f"sqlite:///{tmp_path / 'below' / 'portal.sqlite3'}")
    assert described["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in described["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in described["OPTIONS"]["init_command"]
    assert (tmp_path / "below").is_dir()


def test_postgresql_has_a_pool_and_limits_and_keeps_the_operator_s_options() -> None:
    described: dict[str, Any] = database("postgresql://portal:x@%2Frun%2Fpostgresql/portal?sslmode=require")
    assert described["HOST"] == "/run/postgresql"
    assert described["CONN_MAX_AGE"] == 0
    assert described["OPTIONS"]["pool"]
    assert described["OPTIONS"]["sslmode"] == "require"
    assert "statement_timeout" in described["OPTIONS"]["options"]
    assert "lock_timeout" in described["OPTIONS"]["options"]


def test_the_demo_ignores_the_keys_and_the_database_of_production(
    production: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(configuration, "VAR", tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("x" * 60)
    found = read({**production, "PORTAL_MODE": "demo", "SECRET_KEY_FILE": str(secret), "PORTAL_PORT": "8003"})
    assert found.secret_key not in (production["SECRET_KEY"], "x" * 60)
    assert found.database["NAME"] == str(tmp_path / "demo" / "portal.sqlite3")
    assert (found.public_origin, found.https) == ("http://127.0.0.1:8003", False)
    assert found.mailer["BACKEND"].endswith("outbox.EmailBackend")


def test_demo_keys_are_drawn_once_and_read_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "demo" / "keys.json"
    drawn = demo_keys(path)
    assert demo_keys(path) == drawn == json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_demo_from_before_signed_jwts_gets_the_same_key_for_them_at_each_start(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"SECRET_KEY": "x" * 60, "TOKEN_TAG_KEYS": key()}))
    assert demo_keys(path) == demo_keys(path)
    assert encryption_keys(demo_keys(path)["JWT_KEY_ENCRYPTION"])


def test_tests_ignore_what_is_exported_for_production(production: dict[str, str]) -> None:
    found = read({**production, "PORTAL_MODE": "test"})
    assert found.secret_key != production["SECRET_KEY"]
    assert found.database["NAME"] != production["DATABASE_URL"].removeprefix("sqlite:///")


def test_the_content_security_policy_allows_nothing_unsafe() -> None:
    sources: dict[str, list[str]] = dict(settings.SECURE_CSP)
    policy = build_policy(sources)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_django_s_own_deployment_checks_find_nothing(production: dict[str, str]) -> None:
    checked = manage("check", "--deploy", "--fail-level", "WARNING", environ=production)
    assert checked.returncode == 0, checked.stderr


def test_an_https_origin_means_host_cookies_and_hsts(production: dict[str, str]) -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "DEBUG")
    script = f"from portal import settings; print(*(getattr(settings, name) for name in {names}))"
    printed = manage("shell", "--no-imports", "-v", "0", "-c", script, environ=production)
    assert printed.stdout.split() == ["__Host-session", "__Host-csrf", "True", "31536000", "False"], printed.stderr
