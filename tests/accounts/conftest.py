"""The vendor beside the cast: a backend that has brought one person, Max, who belongs to Umbrella."""

from typing import Any

import pytest

from accounts.models import Membership
from tests.accounts.frames import HOME
from tests.api.managing import Backend, backend
from tests.cast import Cast
from tokens.rights import Right


@pytest.fixture
def vendor(cast: Cast, settings: Any) -> Backend:
    settings.RETURN_ORIGINS = (HOME,)
    made = backend(Right.PROVISION, Right.SESSIONS)
    made.bring_max()
    return made


@pytest.fixture
def max_(vendor: Backend) -> Membership:
    return Membership.objects.with_everything().get(user__external_id="u-4")
