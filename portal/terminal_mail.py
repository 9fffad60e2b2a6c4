"""The demo's mail: printed as people read it, so that a link can be copied whole."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class EmailBackend(ConsoleBackend):
    def write_message(self, message: EmailMessage) -> None:
        """Without the transfer encoding, which breaks long lines."""
        to: Sequence[str] = message.to
        self.stream.write(f"\nMail to {', '.join(to)}: {message.subject}\n\n{message.body}\n")
