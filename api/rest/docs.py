"""The documentation page: the OpenAPI document as people read it, made here, without a script."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import Request
from api.rest.app import document
from api.rest.documentation import ALWAYS, Document

PLACES = {"path": "Path", "query": "Query", "header": "Header", "body": "Body"}
PARAMETERS = {"Filters", "Paged", "ResourceFilters"}  # objects that are told where they are sent, field by field


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of an object. `kind` is its type in words, `place` is where a parameter is sent."""

    name: str
    kind: str
    about: str
    place: str
    required: bool

    @property
    def where(self) -> str:
        return ", ".join(filter(None, [self.place, "required" if self.place and self.required else ""]))


@dataclass(frozen=True, slots=True)
class Answer:
    """`shape` is an object of this page, empty where the answer has none; its place is `#shape-` and `key`."""

    status: int
    words: str
    shape: str

    @property
    def key(self) -> str:
        return _key(self.shape)


@dataclass(frozen=True, slots=True)
class Operation:
    """`key` is part of HTML ids; `scope` is empty where any token will do, `right` where it takes a token."""

    key: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    right: str
    inputs: list[Field]
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object that answers hold."""

    name: str
    about: str
    fields: list[Field]

    @property
    def key(self) -> str:
        return _key(self.name)


@require_safe
def docs(request: Request) -> HttpResponse:
    """Everything there is to call, for whoever is signed in."""
    made = document()
    context = {
        "origin": settings.PUBLIC_ORIGIN,
        "operations": list(_operations(made)),
        "always": [Answer(status.value, words, "") for status, words in ALWAYS.items()],
        "shapes": list(_shapes(made["components"]["schemas"])),
    }
    return render(request, "api/docs.html", context)


def _operations(made: Document) -> Iterator[Operation]:
    for path, methods in made["paths"].items():
        for method, one in methods.items():
            yield Operation(
                key=one["operationId"],
                method=method.upper(),
                path=path,
                summary=one["summary"],
                about=_unwrapped(one),
                scope=" ".join(one["x-accepted-scopes"]),
                right=" ".join(one["x-required-rights"]),
                inputs=[*map(_parameter, one["parameters"]), *_body(one, made["components"]["schemas"])],
                answers=[_answer(*it) for it in sorted(one["responses"].items()) if it[0] not in ALWAYS],
            )


def _shapes(schemas: Document) -> Iterator[Shape]:
    for name, schema in sorted(schemas.items()):
        if "properties" in schema and name not in PARAMETERS:
            yield Shape(_named(name), _unwrapped(schema), list(_fields(schema, "")))


def _parameter(parameter: Document) -> Field:
    schema = parameter["schema"]
    place = PLACES[parameter["in"]]
    return Field(parameter["name"], _kind(schema), parameter.get("description", ""), place, parameter["required"])


def _body(operation: Document, schemas: Document) -> Iterator[Field]:
    if "requestBody" not in operation:
        return
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    reference = next(one["$ref"] for one in [schema, *schema.get("anyOf", [])] if "$ref" in one)
    yield from _fields(schemas[reference.rpartition("/")[2]], PLACES["body"])


def _fields(schema: Document, place: str) -> Iterator[Field]:
    required = schema.get("required", [])
    for name, one in schema["properties"].items():
        yield Field(name, _kind(one), one.get("description", ""), place, name in required)


def _answer(status: int, answer: Document) -> Answer:
    content: Document = next(iter(answer.get("content", {}).values()), {})
    shape = _kind(content["schema"]) if content else ""
    return Answer(status, answer["description"] if status >= HTTPStatus.BAD_REQUEST else "", shape)


def _kind(schema: Document) -> str:
    """A type in words: "text, up to 100 characters", "list of Token", "one of personal, tenant"."""
    match schema:
        case {"$ref": str(reference)} | {"allOf": [{"$ref": str(reference)}]}:
            return _referred(reference.rpartition("/")[2])
        case {"anyOf": list(choices)}:
            return " or ".join(_kind(one) for one in choices)
        case {"enum": list(words)}:
            return f"one of {', '.join(map(str, words))}"
        case {"type": "array", "items": items, "maxItems": most}:
            return f"list of {_kind(items)}; at most {most} of them"
        case {"type": "array", "items": items}:
            return f"list of {_kind(items)}"
    return _plain(schema)


def _referred(name: str) -> str:
    """An enumeration is spelt out where it is used, an object has a table of its own."""
    schema = document()["components"]["schemas"][name]
    return _kind(schema) if "enum" in schema else _named(name)


def _plain(schema: dict[str, Any]) -> str:
    kind = schema.get("format") or {"string": "text"}.get(schema.get("type", ""), schema.get("type", "anything"))
    units = {"maxLength": " characters", "maximum": ""}
    limits = [f"up to {schema[name]:,}{unit}" for name, unit in units.items() if name in schema]
    return ", ".join([kind, *limits])


def _unwrapped(described: Document) -> str:
    """Paragraphs as they are, lines as long as they like."""
    return "\n\n".join(" ".join(part.split()) for part in described.get("description", "").split("\n\n"))


def _named(name: str) -> str:
    """`Page_Token_` is what ninja makes of `Page[Token]`."""
    whole, _, part = name.partition("_")
    return f"{whole} of {part.rstrip('_')}" if part else name


def _key(name: str) -> str:
    return name.replace(" ", "-")
