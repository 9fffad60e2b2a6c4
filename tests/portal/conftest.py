"""An operator's environment."""

from pathlib import Path

import pytest

from tests.portal.operator import environment


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """Complete and right; a test spoils one thing."""
    return environment(tmp_path)
