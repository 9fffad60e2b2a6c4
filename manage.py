#!/usr/bin/env python3
"""The one command. Parses on Python 3.8: the bootstrap finds or builds what the rest needs, then starts it again."""

import os
import sys

from portal import bootstrap

# These two commands choose their mode themselves, so that neither can ever run against production's data.
MODE_OF_COMMAND = {"demo": "demo", "test": "test"}


def main() -> None:
    """Hand over to the project's own Python, then to Django."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    bootstrap.ensure("test" if command == "test" else "run")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if command in MODE_OF_COMMAND:
        os.environ["PORTAL_MODE"] = MODE_OF_COMMAND[command]
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:  # a sentence for the operator, who is not helped by where it was raised
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"manage.py {command}: {problem}")


if __name__ == "__main__":
    main()
