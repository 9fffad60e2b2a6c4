"""Who lives in the demo and what tokens they made: data, told by demo_data, in days before the first start."""

from dataclasses import dataclass

from tokens.expiry import Lifetime
from tokens.kinds import Kind

PASSWORD = "tour-of-the-portal"  # noqa: S105 - printed by the demo, which serves loopback only

PEOPLE = {
    "olivia": "Olivia Brandt",
    "adam": "Adam Nowak",
    "marc": "Marc Dubois",
    "dana": "Dana Kim",
    "victor": "Victor Hale",
    "sam": "Sam Whitlock",
    "tomas": "Tomás Herrera",
    "stella": "Stella Moreau",
    "ivan": "Ivan Petrov",
    "petra": "Petra Lang",
}
HOUSES = {"stella": "globex", "ivan": "initech", "petra": "portal"}  # everybody else is at Acme
STAFF = {"adam": "admin", "marc": "developer", "dana": "developer", "victor": "viewer"}
STAFF |= {"sam": "developer", "tomas": "developer"}


def email(key: str) -> str:
    return f"{key}@{HOUSES.get(key, 'acme')}.example"


SIGN_INS = {
    "olivia": "owner of Acme and of the empty Acme Sandbox",
    "adam": "admin of Acme",
    "marc": "developer at Acme: sees own tokens, and those of two service users that he manages",
    "victor": "viewer at Acme: can create read-only tokens",
    "stella": "owner of Globex, a stranger to Acme",
    "ivan": "owner of Initech, which is suspended",
    "petra": "platform admin: sees tenants, never their tokens",
}


@dataclass(frozen=True, slots=True)
class Use:
    """The last time a token was seen."""

    days: float
    address: str
    client: str


@dataclass(frozen=True, slots=True)
class Told:
    """A token as its maker asked for it, `made` days ago. No `life`: it has no end date."""

    who: str
    kind: Kind
    name: str
    description: str
    scope: str
    made: float
    life: Lifetime | None
    used: Use | None = None
    networks: str = ""


PERSONAL, TENANT = Kind.PERSONAL, Kind.TENANT
WEEK, MONTH, QUARTER, HALF_YEAR, YEAR = Lifetime

FEED = Told(
    "olivia", TENANT, "Partner price feed", "Pulls stock levels into the dealer site", "assets:read metadata:read",
    88, QUARTER, Use(0.002, "203.0.113.24", "dealer-sync/4.1"), networks="203.0.113.0/24",
)  # fmt: skip
SYNC = Told(
    "adam", TENANT, "Nightly asset sync to warehouse", "Runs 02:00 UTC on the ETL host. Owner: data team.",
    "projects:read libraries:read assets:write", 91, HALF_YEAR, Use(0.003, "203.0.113.61", "asset-sync/2.3"),
)  # fmt: skip
LAPTOP = Told(
    "marc", PERSONAL, "Marc's laptop, CLI", "Local development, not for servers",
    "projects:write assets:write libraries:read metadata:read", 24, MONTH, Use(1.1, "198.51.100.7", "curl/8.14.1"),
)  # fmt: skip
RUNNER = Told(
    "adam", TENANT, "CI runner, old", "Main branch builds", "projects:write assets:write webhooks:read",
    150, HALF_YEAR, Use(5, "192.0.2.140", "ci-runner/11.4"),
)  # fmt: skip

# Before somebody left, somebody was suspended, and the longest lifetime became six months.
EARLY = [
    Told("olivia", TENANT, "Legacy intranet embed", "Made before anybody asked for an end date",
         "libraries:read assets:read", 260, None, Use(0.04, "192.0.2.18", "intranet-embed/1.0")),
    Told("sam", PERSONAL, "Contractor import, phase 2", "Bulk upload by the migration team",
         "assets:write metadata:write", 230, YEAR, Use(61, "198.51.100.201", "python-requests/2.32.3")),
    Told("adam", TENANT, "Docs site publisher", "Replaced by Release pipeline",
         "projects:read libraries:read", 220, HALF_YEAR, Use(41, "192.0.2.140", "docs-publisher/0.9")),
    Told("marc", PERSONAL, "First steps with the API", "Written on the first day",
         "projects:read assets:read", 215, YEAR),
    Told("tomas", PERSONAL, "Quarterly access review", "Read-only pull for the compliance sheet",
         "projects:read libraries:read metadata:read", 100, HALF_YEAR, Use(16, "198.51.100.33", "curl/8.14.1")),
    Told("ivan", PERSONAL, "Report printer", "Cover sheets", "assets:read", 120, YEAR),
]  # fmt: skip

RECENT = [
    Told("dana", PERSONAL, "Support inbox export", "Weekly numbers for the support lead",
         "shared/conversations:read shared/inboxes:read", 3, QUARTER),
    Told("marc", PERSONAL, "Device telemetry dashboard", "Grafana in the office",
         "data-monitor:read devices:read", 1, WEEK),
    Told("victor", PERSONAL, "Library report", "", "libraries:read assets:read", 6, QUARTER),
    Told("stella", PERSONAL, "Globex trial", "", "assets:read", 14, MONTH, Use(2, "192.0.2.77", "HTTPie/3.2.4")),
]  # fmt: skip
