from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import Actor
from tokens import credentials
from tokens.rights import Right


class Command(BaseCommand):
    help = "Make a management credential. Prints its whole secret, once, and nothing else: a script can take it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="for whom, as platform admins will read it")
        parser.add_argument("--rights", required=True, nargs="+", choices=[right.value for right in Right])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            issued = credentials.create(options["name"], options["rights"], by=Actor.operator())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(issued.secret.value)
