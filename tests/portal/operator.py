"""What an operator does: fills an environment, and runs commands in it, each in a process of its own."""

import base64
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def key(key_id: str = "a", size: int = 32) -> str:
    """A key that looks random and is the same in every process, as the names of parametrised tests must be."""
    return f"{key_id}:{base64.b64encode(sha256(key_id.encode()).digest()[:size]).decode()}"


def environment(folder: Path) -> dict[str, str]:
    """Everything production asks for, with its data below `folder`."""
    return {
        "PORTAL_MODE": "production",
        "SECRET_KEY": sha256(b"a").hexdigest(),
        "TOKEN_TAG_KEYS": key(),
        "JWT_KEY_ENCRYPTION": key("jwt"),
        "ALLOWED_HOSTS": "tokens.example.com",
        "PUBLIC_ORIGIN": "https://tokens.example.com",
        "TRUSTED_PROXIES": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "MAIL_HOST": "mail.example.com",
        "STATIC_ROOT": str(folder / "static"),
    }


def begin(*arguments: str, environ: dict[str, str]) -> subprocess.Popen[str]:
    """Start a command with this environment alone."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, "PORTAL_NO_BOOTSTRAP": "1", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def manage(*arguments: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with begin(*arguments, environ=environ) as process:
        out, error = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, error)
