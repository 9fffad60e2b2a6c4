"""What an address asks a list for. What is not understood is as if it were not there. For lists of every storey."""

from enum import StrEnum

from django.http import QueryDict

SEARCH_CHARACTERS = 100


def words(query: QueryDict, name: str = "q") -> str:
    """What somebody typed into a search field, no longer than anybody would."""
    return query.get(name, "").strip()[:SEARCH_CHARACTERS]


def choice[E: StrEnum, D](query: QueryDict, name: str, of: type[E], otherwise: D) -> E | D:
    """A filter with fixed answers."""
    said = query.get(name, "")
    return of(said) if said in set(of) else otherwise
