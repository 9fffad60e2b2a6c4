from typing import Any

from django.core.management.base import BaseCommand

from tokens import searching


class Command(BaseCommand):
    help = "Write anew by what everything is found. Needed once after rows came into the database by hand."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{searching.rebuild():,} entries written.")
