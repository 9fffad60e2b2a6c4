"""Pages as Frontegg's second version has them: `_offset` counts pages of `_limit`."""

from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from api.frontegg.answers import bad

MOST = 200
SORTS = ("key", "name", "level", "createdAt", "updatedAt")
SEARCHED = ("key", "name", "description")

type Item = dict[str, Any]


def page(request: HttpRequest, items: list[Item]) -> dict[str, Any]:
    """Filtered, sorted and cut: there are few of them, so that happens here. Raises Problem for what is no number."""
    asked = request.GET
    found = _filtered(items, asked.get("_filter", ""), _list(request, "_levels"), _list(request, "_tenantIds"))
    if (by := asked.get("_sortBy", "")) in SORTS:
        found.sort(key=lambda item: item[by], reverse=asked.get("_order", "").upper() == "DESC")
    limit, number = _number(request, "_limit", MOST, least=1, most=MOST), _number(request, "_offset", 0)
    pages = ceil(len(found) / limit)
    return {
        "items": found[number * limit : (number + 1) * limit],
        "_links": _links(request, limit, number, pages),
        "_metadata": {"totalItems": len(found), "totalPages": pages},
    }


def _filtered(items: list[Item], text: str, levels: list[str], tenants: list[str]) -> list[Item]:
    text = text.lower()
    return [
        item
        for item in items
        if any(text in (item[name] or "").lower() for name in SEARCHED)
        and (not levels or str(item["level"]) in levels)
        and (not tenants or item["tenantId"] in tenants)
    ]


def _links(request: HttpRequest, limit: int, number: int, pages: int) -> dict[str, str]:
    def link(to: int) -> str:
        asked = {name: value for name, value in request.GET.items() if name not in ("_limit", "_offset")}
        return f"{request.path}?{urlencode({**asked, '_limit': limit, '_offset': to})}"

    last = max(pages - 1, 0)
    return {
        "first": link(0),
        "prev": link(number - 1) if number > 0 else "",
        "next": link(number + 1) if number < last else "",
        "last": link(last),
    }


def _list(request: HttpRequest, name: str) -> list[str]:
    return [part for value in request.GET.getlist(name) for part in value.split(",") if part]


def _number(request: HttpRequest, name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    text = request.GET.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        raise bad(f"{name} must be from {least} to {most}")
    return int(text)
