"""Serves the portal as production does, or says everything that stands in the way."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts import roles
from accounts.installed import catalogue
from portal import readiness, server
from tokens import searching


class Command(BaseCommand):
    help = "Serve with granian behind a proxy that speaks https; refuses unsafe settings."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument("--workers", type=int, default=server.cores(), help="processes (default: the cores)")
        parser.add_argument("--migrate", action="store_true", help="bring the database up to date first")
        parser.add_argument("--collectstatic", action="store_true", help="collect the static files first")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=1)
        if options["collectstatic"]:
            call_command("collectstatic", interactive=False, verbosity=1)
        self._refuse_or_warn(host, port)
        roles.load(catalogue())  # a new catalogue means new built-in roles
        searching.get_acquainted()
        connections.close_all()
        server.run(host, port, workers=options["workers"])

    def _refuse_or_warn(self, host: str, port: int) -> None:
        problems = readiness.refusals(host)
        if not server.is_free(host, port):
            problems.append(f"Something else listens on {host}:{port}, or the address is not this machine's.")
        if problems:
            raise CommandError("the portal does not start:\n" + "\n".join(f"  - {problem}" for problem in problems))
        for warning in readiness.warnings():
            self.stderr.write(f"warning: {warning}")
