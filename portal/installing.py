"""Builds `.venv` and installs the locked packages, and tells a person all the while what is happening.

Standard library only, Python 3.8 and up. On a terminal one line is rewritten each second; elsewhere each package gets a
line of its own, and a long silence a sign of life.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from typing import Iterable

from portal.interpreters import Interpreter

QUIET_SECONDS = 5  # elsewhere than on a terminal, the longest time without a line
STEP = re.compile(
    r"(?:Collecting|Requirement already satisfied:) (?P<name>[\w.-]+)(?:\[[^]]*\])?==(?P<version>[^\s;]+)"
    r"|Processing \S*?(?P<wheel>[\w.]+)-(?P<wheel_version>[^-\s/]+)-\S+\.whl"
)
NOT_FOR_HERE = re.compile(r"Ignoring [^:]+: markers")
# What would make pip install something else, or elsewhere than into .venv.
MISLEADING = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIREMENT", "PIP_CONSTRAINT")
WAY_OUT = {
    "HASHES": "A package that was served is not the one that portal/locks names, so nothing was installed: ask who "
    "runs your package index, and start again.",
    "No space left": "The disk is full: make room, and start again.",
    "": "Behind a proxy set HTTPS_PROXY; for a package index of your own set PIP_INDEX_URL; without a network run "
    "`pip download -r {lock} -d wheels` elsewhere and set PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels. Then start again.",
}


class Progress:
    """One line that says what happens, how far it is and for how long; a thread keeps the seconds going."""

    def __init__(self) -> None:
        self.start = self.told = time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.text = ""
        self.over = threading.Event()
        self.ticker = threading.Thread(target=self.tick, daemon=True)

    def __enter__(self) -> Progress:
        self.ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.ticker.join()
        if self.terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """What is being done from now on."""
        self.text = text
        self.show()

    def tick(self) -> None:
        while not self.over.wait(1):
            if self.terminal or time.monotonic() - self.told >= QUIET_SECONDS:
                self.show()

    def show(self) -> None:
        self.told = time.monotonic()
        line = f"  {self.text} ({self.told - self.start:.0f} s)"
        sys.stderr.write("\r\033[K" + line[:79] if self.terminal else line + "\n")
        sys.stderr.flush()


def build(python: Interpreter, venv: str, turn: int) -> None:
    """Make `.venv` anew with this Python. `turn` is the file lock's descriptor, which the child keeps open."""
    tell("Preparing the portal, once; later starts take a second.")
    with Progress() as progress:
        progress.say(f"1/2  .venv with Python {python.label}")
        output: list[str] = []
        if run([python.path, "-I", "-m", "venv", "--clear", venv], output, turn) != 0:
            fail(f"The folder .venv could not be made with {python.path}.", output)
    tell(f"  1/2  .venv with Python {python.label}: done")


def install(python: str, lock: str, turn: int) -> None:
    """Install exactly what the lock names, wheels only, each proved by its hash."""
    name = os.path.join("portal", "locks", os.path.basename(lock))
    start = time.monotonic()
    output: list[str] = []
    with Progress() as progress, open(lock, encoding="utf-8") as file:
        count = Count(total=sum("==" in line for line in file), progress=progress)
        progress.say(f"2/2  reading {name}")
        command = [python, "-I", "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-input"]
        command += ["--progress-bar", "off", "--disable-pip-version-check", "--no-compile", "-r", lock]
        code = run(command, output, turn, count)
        if code == 0:
            progress.say(f"2/2  translating {count.total} packages")
            translate(python, turn)
    if code != 0:
        text = "\n".join(output)
        way_out = next(sentence for sign, sentence in WAY_OUT.items() if sign in text)
        fail(f"The packages of {name} could not be installed.", output, way_out.format(lock=name))
    tell(f"  2/2  {count.total} packages of {name}: done ({time.monotonic() - start:.0f} s)")


def translate(python: str, turn: int) -> None:
    """On all cores, where pip would use one. What cannot be translated is no program, or says so when it is needed."""
    packages = os.path.dirname(os.path.dirname(python))
    run([python, "-I", "-m", "compileall", "-q", "-j", "0", packages], [], turn)


class Count:
    """Turns pip's lines into `2/2  17/55 django 6.1.3`."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.total, self.done, self.progress = total, 0, progress

    def hear(self, line: str) -> None:
        step = STEP.match(line.strip())
        if step:
            self.done += 1
            self.progress.say("2/2  {}/{} {} {}".format(self.done, self.total, *filter(None, step.groups())))
        elif NOT_FOR_HERE.match(line):
            self.total -= 1
        elif line.startswith("Installing collected packages"):
            self.progress.say(f"2/2  unpacking {self.total} packages")


def run(command: list[str], output: list[str], turn: int, count: Count | None = None) -> int:
    """Run a child, keep its lines, let `count` hear them; its exit code."""
    environ = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environ,
        encoding="utf-8",
        errors="replace",
        pass_fds=(turn,),
    ) as child:
        for line in lines_of(child):
            output.append(line.rstrip())
            if count:
                count.hear(line)
    return child.returncode


def lines_of(child: subprocess.Popen[str]) -> Iterable[str]:
    return child.stdout or ()


def fail(what: str, output: list[str], way_out: str = "") -> None:
    """End with the child's last words, what failed, and the way out."""
    last = "\n".join("    " + line for line in output[-12:])
    sys.exit(f"{last}\n{what}\n{way_out}".rstrip())


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
