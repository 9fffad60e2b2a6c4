"""Who was asked to join in the demo: data, told by demo_data, in days before the first start."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody without an account. Links stop after seven days."""

    email: str
    role: str
    by: str
    days: float


INVITED = [
    Invited("partner@dealer.example", "viewer", "adam", 12),
    Invited("noor@acme.example", "developer", "olivia", 2.2),
]
