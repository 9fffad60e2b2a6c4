"""Uses are remembered in the process and written by a thread: in these tests only when one says so."""

from collections.abc import Iterator

import pytest

from tokens import at_rest, usage


@pytest.fixture(autouse=True)
def nothing_used_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(usage, "_start", lambda: None)
    usage._latest.clear()
    yield
    usage._latest.clear()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every hash that argon2 is asked to verify from now on."""
    asked: list[str] = []
    real = at_rest._HASHER

    class Counting:
        hash = real.hash

        def verify(self, hashed: str, text: str) -> bool:
            asked.append(hashed)
            return real.verify(hashed, text)

    monkeypatch.setattr(at_rest, "_HASHER", Counting())
    return asked
