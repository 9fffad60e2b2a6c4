from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import invite, tenants
from accounts.access import Actor


class Command(BaseCommand):
    help = "Make somebody a platform admin. Prints a one-time link with which a new person sets a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="needed when nobody with that address is known")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                user = invite.find_or_create(options["email"], options["name"])
                tenants.create_platform_admin(user, by=Actor.operator())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.email} is a platform admin.")
        self.stdout.write(invite.password_link(user) or "They have a password already.")
