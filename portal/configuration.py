"""Everything an operator may set, read and judged together. Tests call `read` with a dict."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from portal import brand, values
from portal.brand import Served
from portal.databases import BASE_DIR, database
from portal.demo_keys import demo_keys
from portal.env import Env
from portal.mail import mailer

VAR = BASE_DIR / "var"
DEMO_PORT = "8000"
DEMO_HOSTS = "127.0.0.1,localhost,[::1]"

type Mode = Literal["production", "demo", "test"]

# Published with the source, and good for nothing else: a test run's database lives as long as the run.
TEST_VALUES = {
    "SECRET_KEY": "a fixed key for tests, as long as production would demand it",
    "TOKEN_TAG_KEYS": "test:dGhpcyBrZXkgaXMgb25seSBldmVyIHVzZWQgaW4gdGVzdHM=",
    "JWT_KEY_ENCRYPTION": "test:YW5kIHRoaXMgb25lIGlzIG5vdCBwcml2YXRlIGFsc28=",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "PUBLIC_ORIGIN": "http://testserver",
}


class Misconfigured(Exception):
    """The environment does not describe a portal that may start; the message lists every problem."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in problems)
        trial = "Only want a look? `python3 manage.py demo` needs no settings."
        super().__init__(f"the environment does not describe a portal that may start:\n{lines}\n{trial}")


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One judged environment. What is secret stays out of the repr."""

    mode: Mode
    secret_key: str = field(repr=False)
    tag_keys: dict[str, bytes] = field(repr=False)
    tag_keys_lost: frozenset[str]
    jwt_key_encryption: dict[str, bytes] = field(repr=False)
    token_brand: str
    allowed_hosts: list[str]
    public_origin: str
    trusted_proxies: tuple[str, ...]
    proxy_count: int
    brand_name: str
    brand_logo: Served | None
    brand_stylesheet: Served | None
    return_origins: tuple[str, ...]
    frame_origins: tuple[str, ...]
    catalogue: Path
    static_root: Path
    database: dict[str, Any] = field(repr=False)
    frontegg_api: bool
    mailer: dict[str, Any] = field(repr=False)
    mail_from: str

    @property
    def https(self) -> bool:
        """Whether visitors come by https; it decides cookie names, Secure and HSTS."""
        return self.public_origin.startswith("https://")


def read(environ: Mapping[str, str]) -> Configuration:
    """Judge an environment; Misconfigured with every problem at once."""
    mode, environ = _mode(environ)
    env = Env(environ)
    configuration = _configuration(mode, env)
    if mode == "production":
        _judge(configuration, env)
    if env.problems:
        raise Misconfigured(env.problems)
    return configuration


def _mode(environ: Mapping[str, str]) -> tuple[Mode, Mapping[str, str]]:
    """The mode, and what it lets through: demo and test bring their own keys and data, whatever is exported."""
    match environ.get("PORTAL_MODE") or "production":
        case "production":
            return "production", environ
        case "demo":
            brought = _demo_values(environ)
            kept = {name: text for name, text in environ.items() if name.removesuffix("_FILE") not in brought}
            return "demo", {**kept, **brought}
        case "test":
            return "test", {**TEST_VALUES, "DATABASE_URL": _test_url(environ)}
        case _:
            raise Misconfigured(["PORTAL_MODE must be production, demo or test."])


def _demo_values(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        **demo_keys(VAR / "demo" / "keys.json"),
        "ALLOWED_HOSTS": DEMO_HOSTS,
        "PUBLIC_ORIGIN": f"http://127.0.0.1:{environ.get('PORTAL_PORT') or DEMO_PORT}",
        "DATABASE_URL": f"sqlite:///{VAR / 'demo' / 'portal.sqlite3'}",
        "TRUSTED_PROXIES": "",
        "PROXY_COUNT": "0",
    }


def _test_url(environ: Mapping[str, str]) -> str:
    if address := environ.get("PORTAL_TEST_DATABASE_URL"):
        return address
    run = environ.get("PYTEST_XDIST_TESTRUNUID") or os.getpid()  # two runs at once never share a file
    return f"sqlite:///{Path(tempfile.gettempdir()) / f'portal-tests-{run}.sqlite3'}"


def _configuration(mode: Mode, env: Env) -> Configuration:
    nobody: tuple[str, ...] = ()
    proxies = env.parse("TRUSTED_PROXIES", values.networks, "", nobody)
    origin = env.parse("PUBLIC_ORIGIN", values.origin, "", "")
    brand_name = env.text("BRAND_NAME", "Token Portal")
    host = urlsplit(origin).hostname or "localhost"
    return Configuration(
        mode=mode,
        secret_key=env.parse("SECRET_KEY", values.secret_key, "", ""),
        tag_keys=env.parse("TOKEN_TAG_KEYS", values.tag_keys, "", {}),
        tag_keys_lost=frozenset(env.items("TOKEN_TAG_KEYS_LOST")),
        jwt_key_encryption=env.parse("JWT_KEY_ENCRYPTION", values.encryption_keys, "", {}),
        token_brand=env.parse("TOKEN_BRAND", values.token_brand, "tp", "tp"),
        allowed_hosts=env.items("ALLOWED_HOSTS"),
        public_origin=origin,
        trusted_proxies=proxies,
        proxy_count=env.number("PROXY_COUNT", int(bool(proxies))),
        brand_name=brand_name,
        brand_logo=env.parse("BRAND_LOGO", brand.logo, "", None),
        brand_stylesheet=brand.stylesheet(env.parse("BRAND_ACCENT", brand.accent, "", "")),
        return_origins=env.parse("RETURN_ORIGINS", values.origins, "", nobody),
        frame_origins=env.parse("FRAME_ORIGINS", values.origins, "", nobody),
        catalogue=env.path("CATALOGUE", BASE_DIR / "accounts" / "catalogue.toml"),
        static_root=env.path("STATIC_ROOT", VAR / "static"),
        database=env.parse("DATABASE_URL", database, f"sqlite:///{VAR / 'portal.sqlite3'}", {}),
        frontegg_api=env.flag("FRONTEGG_API", True),
        mailer=mailer(env, mode),
        mail_from=env.text("MAIL_FROM", f"{brand_name} <no-reply@{host}>"),
    )


def _judge(configuration: Configuration, env: Env) -> None:
    """What production demands beyond each value being well-formed."""
    _judge_names(configuration, env)
    _judge_neighbours(configuration, env)
    _judge_keys(configuration, env)
    if bool(configuration.proxy_count) != bool(configuration.trusted_proxies):
        env.problem("PROXY_COUNT and TRUSTED_PROXIES contradict each other: name the proxies' networks, or count none.")
    if env.is_left_empty("DATABASE_URL"):
        env.problem("DATABASE_URL is set to nothing: name a database, or leave it out for the embedded one.")
    if not configuration.catalogue.is_file():
        env.problem("CATALOGUE must name a file that can be read.")


def _judge_names(configuration: Configuration, env: Env) -> None:
    origin, hosts = urlsplit(configuration.public_origin), configuration.allowed_hosts
    if configuration.public_origin and origin.scheme != "https":
        env.problem("PUBLIC_ORIGIN must begin with https://; plain http is for the demo on this machine only.")
    if not hosts:
        env.problem("ALLOWED_HOSTS is required: the host names visitors use, with commas between.")
    elif any("*" in host for host in hosts):
        env.problem("ALLOWED_HOSTS must name hosts, without *.")
    elif origin.hostname and origin.hostname not in hosts:
        env.problem("ALLOWED_HOSTS must hold the host of PUBLIC_ORIGIN.")


def _judge_neighbours(configuration: Configuration, env: Env) -> None:
    for name, listed in (
        ("RETURN_ORIGINS", configuration.return_origins),
        ("FRAME_ORIGINS", configuration.frame_origins),
    ):
        if any(not one.startswith("https://") for one in listed):
            env.problem(f"{name} must hold https origins only; plain http is for the demo on this machine.")


def _judge_keys(configuration: Configuration, env: Env) -> None:
    tag_keys, encryption_keys = (set(it.values()) for it in (configuration.tag_keys, configuration.jwt_key_encryption))
    if configuration.secret_key == TEST_VALUES["SECRET_KEY"] or (tag_keys | encryption_keys) & _published_keys():
        names = "SECRET_KEY, TOKEN_TAG_KEYS and JWT_KEY_ENCRYPTION"
        env.problem(f"{names} must not be the ones of the tests, which everybody can read.")
    if tag_keys & encryption_keys:
        env.problem("JWT_KEY_ENCRYPTION must hold keys of its own, not those of TOKEN_TAG_KEYS.")
    if configuration.tag_keys_lost & configuration.tag_keys.keys():
        env.problem("TOKEN_TAG_KEYS_LOST declares a key lost that TOKEN_TAG_KEYS still holds.")


def _published_keys() -> set[bytes]:
    rings = [values.tag_keys(TEST_VALUES[name]) for name in ("TOKEN_TAG_KEYS", "JWT_KEY_ENCRYPTION")]
    return {key for ring in rings for key in ring.values()}
