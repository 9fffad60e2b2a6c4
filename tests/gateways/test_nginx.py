"""The guide's nginx.conf in a real nginx."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import override_settings

from tests.durability.installation import HOST, free_port
from tests.gateways import machines
from tests.gateways.promises import Promises
from tests.gateways.starting import nowhere, running, shown
from tests.gateways.upstream import Upstream
from tests.gateways.visiting import Gateway

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
AROUND = """{user}
pid {folder}/nginx.pid;
error_log stderr notice;
events {{ }}
http {{
    access_log off;
    {temporary}
    server {{
        listen {host}:{port};
        {shown}
    }}
}}
"""


def configured(folder: Path, port: int, text: str) -> list[str]:
    """The command that serves `text`, with everything that nginx writes below `folder`."""
    temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""  # whom a worker becomes could not read the folder
    whole = AROUND.format(user=user, folder=folder, temporary=temporary, host=HOST, port=port, shown=text)
    folder.joinpath("nginx.conf").write_text(whole, encoding="utf-8")
    return [str(machines.needed("nginx")), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


@contextmanager
def nginx(folder: Path, origin: str, upstream: Upstream) -> Iterator[Gateway]:
    port = free_port()
    command = configured(folder, port, shown("nginx", origin, upstream))
    with running([*command, "-g", "daemon off;"], folder, port):
        yield Gateway(port, upstream)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, origin: str, upstream: Upstream) -> Iterator[Gateway]:
    with nginx(tmp_path_factory.mktemp("nginx"), origin, upstream) as started:
        yield started


@pytest.fixture
def orphan(tmp_path: Path, upstream: Upstream) -> Iterator[Gateway]:
    with nginx(tmp_path, nowhere(), Upstream(upstream.port)) as started:
        yield started


class TestNginx(Promises):
    """All of them."""

    unknown = 500  # which it makes of every answer that is neither 2xx nor 401 nor 403


@pytest.mark.parametrize("origin", ["https://tokens.example.com", "https://[::1]:8443", "http://127.0.0.1:8000"])
def test_it_takes_the_file_for_every_kind_of_origin(tmp_path: Path, origin: str) -> None:
    text = shown("nginx", origin, Upstream(9000)).replace("tokens.example.com", "localhost")  # it looks names up
    with override_settings(PUBLIC_ORIGIN=origin):
        command = configured(tmp_path, free_port(), text)
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_with_https_it_looks_at_the_certificate() -> None:
    assert "proxy_ssl_verify on;" in shown("nginx", "https://tokens.example.com", Upstream(9000))
