"""What tests of the machine door set aside."""

import pytest

from api import limits


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many wrong tokens as a test needs: how many are told so is another test's subject."""
    monkeypatch.setattr(limits, "FAILURES_PER_WINDOW", 10**9)
