"""What tests of tokens look at beside tokens."""

import pytest

from tokens import at_rest


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every hash that argon2 is asked to verify from now on."""
    asked: list[str] = []
    real = at_rest.HASHER

    class Counting:
        hash = real.hash

        def verify(self, hashed: str, text: str) -> bool:
            asked.append(hashed)
            return real.verify(hashed, text)

    monkeypatch.setattr(at_rest, "HASHER", Counting())
    return asked
