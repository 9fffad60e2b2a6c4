"""What a browser says it is, in a few words. Pure; it says what it likes, so nothing is decided by it."""

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)  # Android says Linux too, every browser says what it grew from: the first match counts


def device_of(client: str) -> str:
    """ "Firefox on Linux" for a User-Agent."""
    browser = next((name for sign, name in BROWSERS if f"{sign}/" in client), "")
    system = next((name for sign, name in SYSTEMS if sign in client), "")
    return " on ".join(filter(None, [browser or "A browser", system])) if browser or system else "An unknown device"
