from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import invite, roles, tenants
from accounts.access import Actor
from accounts.installed import catalogue


class Command(BaseCommand):
    help = "Create a tenant and its first owner. Prints a one-time link with which the owner sets a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="part of every address of the tenant; cannot be changed later")
        parser.add_argument("name", help="as people write it")
        parser.add_argument("owner_email")
        parser.add_argument("--owner-name", default="", help="needed when nobody with that address is known")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                roles.load(catalogue())
                owner = invite.find_or_create(options["owner_email"], options["owner_name"])
                tenants.create(options["slug"], options["name"], owner=owner, by=Actor.operator())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Created {options['name']}. Its owner is {owner.email}.")
        self.stdout.write(invite.password_link(owner) or "They have a password already.")
