"""The peers as their manuals would have them at their fastest: no middleware, connections that stay open."""

import os
from typing import Any

from portal.databases import database

SECRET_KEY = "peers"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.benchmarks.peers"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework_api_key",
    "oauth2_provider",
]
MIDDLEWARE: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING_CONFIG = None
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework_api_key.permissions.HasAPIKey"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
OAUTH2_PROVIDER = {"SCOPES": {"read": "Reading"}}


def _database() -> dict[str, Any]:
    described = database(os.environ["PEERS_DATABASE_URL"])
    described["OPTIONS"].pop("pool", None)
    return {**described, "CONN_MAX_AGE": None}  # faster than a pool


DATABASES = {"default": _database()}
