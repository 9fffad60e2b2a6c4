"""Whose connection a statement goes over: always the one that Django itself would use at that place."""

import asyncio

import pytest
from django.db import connections

from tokens.one_row import here

pytestmark = pytest.mark.django_db


def _is_djangos() -> bool:
    return here() is connections["default"]


def test_it_is_djangos_below_an_event_loop_and_beside_it() -> None:
    async def below() -> bool:
        return _is_djangos()

    before = _is_djangos()
    with asyncio.Runner() as runner:
        inside = runner.run(below())
    assert (before, inside, _is_djangos()) == (True, True, True)
