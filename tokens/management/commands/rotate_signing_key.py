from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import Actor
from tokens import keys
from tokens.signatures import Algorithm


class Command(BaseCommand):
    help = "Make the next signing key. It is published now and signs a little later; no JWT becomes invalid."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("algorithm", type=Algorithm, choices=list(Algorithm))
        parser.add_argument("--at-once", action="store_true", help="after a leak: refuse every JWT of the old keys now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = keys.rotate(options["algorithm"], by=Actor.operator(), at_once=options["at_once"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{key} signs from {key.activates_at:%Y-%m-%d %H:%M:%S} UTC on.")
