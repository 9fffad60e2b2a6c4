"""Django's settings. The environment is read here and nowhere else, judged by `configuration`, safe by default."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from portal import configuration, logs
from portal.databases import BASE_DIR

try:
    _portal = configuration.read(os.environ)
except configuration.Misconfigured as problem:
    raise ImproperlyConfigured(str(problem)) from None

MODE = _portal.mode
_TEST = MODE == "test"
_HTTPS = _portal.https

# -- the portal's own --------------------------------------------------------------------------------------------------
TOKEN_TAG_KEYS = _portal.tag_keys  # key id to key; the first one makes new tags
TOKEN_TAG_KEYS_LOST = _portal.tag_keys_lost
TOKEN_BRAND = _portal.token_brand
JWT_KEY_ENCRYPTION = _portal.jwt_key_encryption  # key id to key; the first one encrypts new signing keys
CATALOGUE = _portal.catalogue
BRAND_NAME = _portal.brand_name
BRAND_LOGO = _portal.brand_logo
BRAND_STYLESHEET = _portal.brand_stylesheet
RETURN_ORIGINS = _portal.return_origins  # where a hand-over may lead back to
PUBLIC_ORIGIN = _portal.public_origin
TRUSTED_PROXIES = _portal.trusted_proxies
FRONTEGG_API = _portal.frontegg_api
SESSION_IDLE_SECONDS = 30 * 60

# -- what runs ---------------------------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = _portal.secret_key
ALLOWED_HOSTS = _portal.allowed_hosts
ROOT_URLCONF = "portal.urls"
CSRF_FAILURE_VIEW = "portal.failures.csrf_failure"
WSGI_APPLICATION = "portal.wsgi.application"
INSTALLED_APPS = [
    "portal",
    "api",
    "tokens",
    "accounts",
    "audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
]
MIDDLEWARE = [
    "portal.middleware.RequestId",
    "portal.health.Probes",  # before the host check: a load balancer's probe has no host name of ours
    "api.front.Doors",  # likewise: a proxy asks by an address of its own choosing
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.Hardening",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.middleware.FetchMetadata",
    "portal.middleware.NoNul",
    "portal.middleware.LeakGuard",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.HtmxRedirect",  # outside what sends to sign-in: it makes the redirect one htmx can follow
    "accounts.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
        },
    },
]

# -- where things are kept ---------------------------------------------------------------------------------------------
DATABASES = {"default": _portal.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all processes, or throttles would count for each process alone.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if _TEST
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
STATIC_URL = "static/"
STATIC_ROOT = _portal.static_root
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "portal.stylesheet.StylesheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _TEST
        else "portal.static_storage.StaticStorage"
    },
}
if _TEST:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing one

# -- who may come in ---------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 in each sign-in would make the suite slow
    if _TEST
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email", "name"]}},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _HTTPS else "http"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # such a mail would offer a sign-up, which there is not
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are made by an operator or invited, never by signing up
ACCOUNT_FORMS = {"reset_password": "accounts.password_reset.ResetPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# A count by e-mail would let a stranger lock anybody out: the adapter makes the key one of account and address.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = _portal.proxy_count

# -- the browser's side ------------------------------------------------------------------------------------------------
_PREFIX = "__Host-" if _HTTPS else ""
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_FAILURE_VIEW = "portal.failures.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN] if _HTTPS else []
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no second cookie
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # neighbours below this name are not the portal's to decide for
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [*(_portal.frame_origins or [CSP.NONE])],
    "base-uri": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # bytes in one body
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # e-mail is unique without regard to case, by a constraint that the check does not see
    "auth.W004",  # the e-mail address is unique in lower case, which this check does not see
    "security.W002",  # frame-ancestors in the CSP replaces X-Frame-Options
    "security.W005",  # see SECURE_HSTS_INCLUDE_SUBDOMAINS
    "security.W008",  # the proxy in front redirects to https: wsgi.py tells Django the scheme of PUBLIC_ORIGIN
    "security.W021",  # a preload list is the domain owner's decision
]

# -- mail, language, logs ----------------------------------------------------------------------------------------------
MAILERS = {"default": _portal.mailer}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _portal.mail_from
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING = logs.LOGGING
