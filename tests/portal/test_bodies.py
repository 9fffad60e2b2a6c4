"""Bodies in chunks get a length, and everything else is left as it came."""

from io import BytesIO
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from portal.bodies import measure

CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def measured(sent: bytes, **environ: Any) -> tuple[str | None, bytes]:
    """What is said of the body, and what can be read of it."""
    environ["wsgi.input"] = BytesIO(sent)
    measure(environ)
    return environ.get("CONTENT_LENGTH"), environ["wsgi.input"].read()


@pytest.mark.parametrize("sent", [b"", b"a", b"a" * 100])
def test_a_body_in_chunks_gets_its_length(sent: bytes) -> None:
    assert measured(sent, **CHUNKED) == (str(len(sent)), sent)


def test_of_one_that_is_too_long_just_enough_is_read(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert measured(b"a" * 100, **CHUNKED) == ("11", b"a" * 11)


@pytest.mark.parametrize(
    "environ",
    [{}, {"CONTENT_LENGTH": "1", **CHUNKED}, {"HTTP_TRANSFER_ENCODING": "chunked"}],
    ids=["no body", "a length is said", "a server that does not end the input"],
)
def test_the_rest_is_left_as_it_came(environ: dict[str, Any]) -> None:
    assert measured(b"ab", **environ) == (environ.get("CONTENT_LENGTH"), b"ab")
