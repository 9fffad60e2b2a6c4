"""What somebody waits for who was never here before."""

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Visit
from tests.browser.visitor import SIGN_IN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILES = 20  # the page, its stylesheet, htmx, a drawing, and a module for each thing that pages do


def test_a_page_is_made_of_few_files_and_one_of_them_is_its_stylesheet(visit: Visit) -> None:
    visitor = visit()
    visitor.goto(SIGN_IN).wait_for_load_state("networkidle")
    asked = [urlsplit(request.url).path for request in visitor.watch.requests]
    assert [path for path in asked if path.endswith(".css")] == ["/static/css/portal.css"]
    assert len(set(asked)) == len(asked) <= FILES
