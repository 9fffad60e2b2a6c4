"""Runs the tests: everything on SQLite, then on a real PostgreSQL what depends on the database."""

import sys
from typing import NoReturn

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run the tests; arguments go to pytest. PORTAL_TEST_DATABASES: races (default), all, or sqlite."

    def run_from_argv(self, argv: list[str]) -> NoReturn:
        """Past Django's own parser, which does not know pytest's options."""
        from tests import runs  # installed for tests only

        try:
            sys.exit(runs.run(argv[2:]))
        except KeyboardInterrupt:
            sys.exit("\nStopped.")
