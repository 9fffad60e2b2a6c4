"""The same for the management API: calls made up from its document, with a credential that may do everything."""

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import settings

from api import limits
from api.rest.management.shapes import REF_CHARACTERS
from tests.api.managing import Backend, backend
from tests.api.test_rest_made_up import MANAGEMENT, document_of_all, made_up, one_connection
from tests.cast import Cast
from tests.examples import examples

__all__ = ["one_connection"]

EACH = examples(60)
SIGNALS = (request_started, request_finished)
REFS = {"ref": "t-17", "user_ref": "u-4"}

schema = document_of_all.include(path_regex=MANAGEMENT)


@pytest.fixture
def able(cast: Cast) -> Backend:
    made = backend()
    made.bring_max()
    for signal in SIGNALS:  # which Django's own client has just connected again
        signal.disconnect(close_old_connections)
    return made


@schema.parametrize()
@settings(made_up, max_examples=EACH)
def test_every_answer_is_a_documented_one(case: "schemathesis.Case[Any]", able: Backend) -> None:
    """Every second call is about what there is."""
    limits.forget()  # one of the checks sends wrong tokens, all from one address
    lengths = [len(str(ref)) for ref in case.path_parameters.values()]
    if lengths and lengths[0] % 2 and max(lengths) <= REF_CHARACTERS:
        users = {"ref": "u-4"} if "/users/" in case.path else {}
        case.path_parameters.update({**{name: REFS[name] for name in case.path_parameters}, **users})
    case.call_and_validate(headers=able.headers)
