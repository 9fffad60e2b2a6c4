"""The browser of the machine: found by name, never downloaded. Without one its tests are skipped, loudly."""

import os
import shutil

NO_BROWSER = "no Chromium on this machine (set CHROMIUM, or install chromium-headless-shell or chromium)"
NAMES = (
    "chromium-headless-shell",  # the same engine without the window around it: a quarter quicker; CI takes a whole one
    "chromium",
    "chromium-browser",
    "google-chrome",
)
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
LAUNCH_FLAGS = (
    "--no-sandbox",  # run by root there is no other way
    "--disable-gpu",
    "--in-process-gpu",  # and few processes otherwise: to start one takes longer than to show a page
    "--renderer-process-limit=1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


def find() -> str | None:
    """The path of a Chromium. CHROMIUM names one; one that is named and missing is not replaced by another."""
    chosen = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, (chosen,) if chosen else NAMES)), None)
