from argparse import BooleanOptionalAction
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import Actor
from accounts.models import Tenant
from tokens import policy


class Command(BaseCommand):
    help = "Change a tenant's token policy. What is not named stays. It bites at the next check of every token."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--personal", action=BooleanOptionalAction, help="allow personal tokens")
        parser.add_argument("--service", action=BooleanOptionalAction, help="allow tokens of service users")
        parser.add_argument("--tenant", action=BooleanOptionalAction, help="allow tenant tokens")
        parser.add_argument("--never", action=BooleanOptionalAction, help="allow tenant tokens without an end")
        parser.add_argument("--max-days", type=int, help="longest lifetime in days")
        parser.add_argument("--forbidden", help="scopes that no token may carry, separated by spaces")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("personal", "service", "tenant", "never", "max_days", "forbidden")
        changes = {name: options[name] for name in names if options[name] is not None}
        try:
            tenant = Tenant.objects.get(slug=options["slug"])
            rules = policy.change(tenant, by=Actor.operator(tenant), **changes)
        except Tenant.DoesNotExist:
            raise CommandError(f"There is no tenant {options['slug']!r}.") from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(str(rules.flat()))
