from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import tenants
from accounts.access import Actor
from accounts.models import User


class Command(BaseCommand):
    help = "Take the platform from somebody. They stay a member where they are one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None or not tenants.remove_platform_admin(user, by=Actor.operator()):
            raise CommandError(f"{options['email']} is no platform admin.")
        self.stdout.write(f"{user.email} is a platform admin no more.")
