"""The OpenAPI document: what ninja knows of the operations, and what every operation answers besides."""

from http import HTTPStatus
from typing import Any

from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from api import errors

type Document = dict[str, Any]

PROBLEM: Document = {
    "type": "object",
    "description": "RFC 9457. `code` is stable, `detail` is for people.",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string", "description": "Names the request, as X-Request-ID and the ledger do."},
        "errors": {
            "type": "array",
            "description": "What is wrong, field by field.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "required_scopes": {"type": "array", "description": "What would have done.", "items": {"type": "string"}},
        "required_rights": {"type": "array", "description": "What would have done.", "items": {"type": "string"}},
        "since": {"type": "string", "format": "date-time", "description": "When the token ended."},
    },
}
ALWAYS = {
    HTTPStatus.BAD_REQUEST: "Cannot be understood, or holds a token where none belongs.",
    HTTPStatus.UNAUTHORIZED: "No token, or none that is good.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something in the request is not right, or not known: see `errors`.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many wrong tokens from this address, or mails. See Retry-After.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The Authorization header is too long.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The answer cannot be known right now.",
}
WITH_SCOPE = {
    HTTPStatus.FORBIDDEN: "The token lacks a scope, named in `required_scopes`, or the management credential a right, "
    "named in `required_rights`.",
}
WITH_RIGHT = {
    HTTPStatus.FORBIDDEN: "No management credential, or one that lacks a right, named in `required_rights`.",
}
WITH_CONFLICT = {HTTPStatus.CONFLICT: "It contradicts what there is; `code` says how."}
WITH_ID = {HTTPStatus.NOT_FOUND: "There is no such thing, or it is not the token's to see."}
WITH_BODY = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is longer than 64 KiB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not application/json.",
}
ACCEPTED = {"description": "The scope with which this does all it can.", "schema": {"type": "string"}}


SCHEMES = {
    "BearerToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of this portal. A management credential does as well, for the tenant that it names in "
        "X-Tenant-Id, by our id or the vendor's own: with the right `provision` for members, invitations, roles, "
        "service users and policy, with the right `tokens` for everything else.",
    },
    "ManagementBearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A management credential of the platform, with the right in `x-required-rights`: its whole "
        "secret as Bearer, or its client id and secret by Basic. Each use that names a tenant is in that tenant's "
        "ledger, summed by the minute.",
    },
}


class OpenAPI(OpenAPISchema):
    """Ninja's document, completed operation by operation."""

    def operation_details(self, operation: Operation) -> Document:
        details: Document = super().operation_details(operation)
        scopes = [getattr(one, "accepted_scopes", "") for one in operation.auth_callbacks]
        details["x-accepted-scopes"] = [scope for scope in scopes if scope]
        rights = [getattr(one, "required_right", "") for one in operation.auth_callbacks]
        details["x-required-rights"] = [str(right) for right in rights if right]
        answers = details["responses"]
        for answer in answers.values():
            answer["headers"] = {"X-Accepted-Scopes": ACCEPTED}
        answers.update({status.value: _problem(why) for status, why in _refusals(details).items()})
        return details

    def get_components(self) -> Document:
        self.add_schema_definitions({"Problem": PROBLEM})
        return {**super().get_components(), "securitySchemes": SCHEMES}


def _refusals(details: Document) -> dict[HTTPStatus, str]:
    places = {parameter["in"] for parameter in details["parameters"]}
    found = ALWAYS | (WITH_SCOPE if details["x-accepted-scopes"] else {})
    if details["x-required-rights"]:
        found |= WITH_RIGHT | (WITH_CONFLICT if "requestBody" in details else {})
    if "path" in places:
        found |= WITH_ID
    return found | WITH_BODY if "requestBody" in details else found


def _problem(why: str) -> Document:
    content = {errors.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": why, "headers": {"X-Accepted-Scopes": ACCEPTED}, "content": content}
