"""The portal's settings in test mode, chosen before they are read, however pytest or mypy was started."""

import os

os.environ["PORTAL_MODE"] = "test"

from portal.settings import *  # noqa: F403
