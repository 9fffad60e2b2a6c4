"""What contradicts what there is, answered as 409."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from accounts.provisioning import Conflict
from api import errors
from api.rest.answers import answer


@answer.register
def _(error: Conflict, request: HttpRequest) -> HttpResponse:
    return errors.problem(HTTPStatus.CONFLICT, error.code, error.detail)
