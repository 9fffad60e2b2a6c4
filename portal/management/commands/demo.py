"""The portal with a plausible past, on an embedded database, for looking around."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts.models import Tenant
from portal import demo_cast, demo_data, server

HOST = "127.0.0.1"
COMPANIONS = ("-wal", "-shm")  # files that SQLite keeps beside a database


class Command(BaseCommand):
    help = "Prepare an embedded database with plausible data and serve it on this machine only."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the next free one is taken (default: %(default)s)")
        parser.add_argument("--reset", action="store_true", help="throw away what was made and start over")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE != "demo":
            raise CommandError("start it as `python3 manage.py demo`")
        port = server.next_free_port(HOST, options["port"])
        settings.PUBLIC_ORIGIN = f"http://{HOST}:{port}"  # links in mails of the past lead to where it will be
        self._prepare(Path(connection.settings_dict["NAME"]), reset=options["reset"])
        self._say(port)
        connection.close()
        server.run(HOST, port, workers=1, log_level="warning")

    def _prepare(self, database: Path, *, reset: bool) -> None:
        database.parent.mkdir(parents=True, exist_ok=True)
        if reset:
            for path in [database, *[database.with_name(database.name + end) for end in COMPANIONS]]:
                path.unlink(missing_ok=True)
            shutil.rmtree(settings.MAILERS["default"]["OPTIONS"]["folder"], ignore_errors=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not Tenant.objects.exists():
            self.stdout.write("Writing a plausible past …")
            with transaction.atomic():
                demo_data.load()

    def _say(self, port: int) -> None:
        people = {demo_cast.email(key): who for key, who in demo_cast.SIGN_INS.items()}
        width = max(map(len, people))
        lines = [f"  {email:<{width}}  {who}" for email, who in people.items()]
        self.stdout.write(
            "\n".join(
                [
                    "",
                    f"{settings.BRAND_NAME} is at http://{HOST}:{port}/   (Ctrl+C stops it; --reset starts over)",
                    "",
                    f"Sign in with the password  {demo_cast.PASSWORD}  as",
                    *lines,
                    "",
                    f"Mail goes to nobody: read it at http://{HOST}:{port}/demo/outbox/",
                    "",
                ]
            )
        )
