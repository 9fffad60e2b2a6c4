"""The catalogue of this installation, read once per process."""

from functools import cache

from django.conf import settings

from accounts.catalogue import Catalogue, load


@cache
def catalogue() -> Catalogue:
    """Raises CatalogueError with file, line and reason; at start-up that ends the process."""
    return load(settings.CATALOGUE)
