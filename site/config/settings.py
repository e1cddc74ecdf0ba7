"""One file of settings; what differs between places is read from the environment.

Without any variable this is the embedded default: SQLite, the in-memory channel layer, files in
`var/` and mail printed by the worker. `HALLWAY_ENV=production` refuses to start half-configured.
The README holds the table of variables.
"""

import secrets
import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

env = environ.Env()

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = env.str("HALLWAY_ENV", default="local")
if ENVIRONMENT not in {"local", "production"}:
    raise ImproperlyConfigured("HALLWAY_ENV is either 'local' or 'production'.")
PRODUCTION = ENVIRONMENT == "production"
DATA = Path(env.str("HALLWAY_DATA", default=str(ROOT / "var")))
DATA.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False) and not PRODUCTION


def _local_secret():
    """A secret of this machine's own, made once, so that sessions survive a restart."""
    kept = DATA / "secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64))
    return kept.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or ("" if PRODUCTION else _local_secret())
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"]
)
if PRODUCTION:
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure"):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or weak. Set it to at least 50 random characters, for example "
            'the output of: python -c "import secrets; print(secrets.token_urlsafe(64))"'
        )
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is empty or a wildcard. Name the addresses that this site answers to, "
            "for example ALLOWED_HOSTS=hallway.example.org"
        )

INSTALLED_APPS = [
    "daphne",
    "home",
    "forum.live",
    "forum.spaces",
    "forum.writing",
    "forum.reading",
    "forum.moderation",
    "forum.polls",
    "forum.subscriptions",
    "forum.shelf",
    "forum.reactions",
    "forum.summaries",
    "forum.revisions",
    "forum.hosting",
    "forum.attachments",
    "forum.forum_permission",
    "forum.forum_conversation",
    "machina.apps.forum",
    "machina.apps.forum_conversation.forum_polls",
    "community.cohorts",
    "community.applications",
    "community",
    "community.glass",
    "community.directory",
    "community.leaving",
    "community.second_factor",
    "community.sessions",
    "community.sharing",
    "community.takeout",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "django_tasks_db",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "modelsearch",
    "modelcluster",
    "taggit",
    "mptt",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

# machina's own migrations, and columns of ours only in models of ours.
MIGRATION_MODULES = {
    "forum_permission": "machina.apps.forum_permission.migrations",
    "forum_conversation": "machina.apps.forum_conversation.migrations",
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

# The last one is sync-only on purpose: placed innermost it keeps the whole chain and the view in
# one thread, instead of a switch between threads at every step.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.PrivateResponses",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.navigation",
                "community.second_factor.gate.on_screen",
            ],
            "libraries": {"lucide": "config.icons"},
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- What is stored, and where -----------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA / 'hallway.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # SQLite's own defaults lose writes under concurrency: readers that upgrade to writers fail at
    # once instead of waiting. Immediate transactions queue for the lock from the start.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif env.bool("DATABASE_POOL", default=True):
    from config import pool

    # Under ASGI every request opens a connection of its own unless they are pooled.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=12),
            "check": pool.check,
        }
    }

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": env.str("REDIS_PREFIX", default="hallway")},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": env.str("REDIS_PREFIX", default="hallway"),
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns where there is none
STATICFILES_DIRS = [ROOT / "site" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MANIFEST_STRICT = True
# Editors upload files in the admin; a larger body is refused before it is read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_PERMISSIONS = 0o640
# What people attach to posts lies outside the folder that has addresses, under names of ours.
UPLOADS_ROOT = DATA / "uploads"
ATTACHMENT_LARGEST = 10 * 1024 * 1024
ATTACHMENTS_IN_A_POST = 6
ATTACHMENTS_IN_A_DAY = 100  # of one person
ATTACHMENT_BYTES_IN_A_DAY = 200 * 1024 * 1024
# A post with all its files, and its text beside them. No request may be larger (config.bodies).
LARGEST_BODY = 64 * 1024 * 1024
# Copies that people asked for of their own data lie there until they expire.
TAKEOUTS_ROOT = DATA / "takeouts"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "forum.attachments.receiving.BoundedUploadHandler",
]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# What the worker does by the clock: a task, and how many seconds lie between two turns.
SCHEDULE = {
    "community.tasks.sweep_roster": 60,
    "community.leaving.tasks.close_due_accounts": 60 * 60,
    "community.takeout.tasks.sweep_copies": 60 * 10,
    "community.sessions.tasks.forget_ended_sessions": 60 * 60 * 24,
    "home.tasks.publish_scheduled": 60,
    "home.going.reminders.tell_those_who_come": 60 * 5,
    "home.tasks.audit_access": 60 * 60 * 24,
    "forum.moderation.clock.end_announcements": 60,
    "forum.subscriptions.tasks.mail_digests": 60 * 15,
    "community.schedule.tidy": 60 * 60 * 24,
    "community.applications.tasks.forget_old": 60 * 60 * 24,
    "forum.attachments.tasks.sweep_uploads": 60 * 60,
}

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "community.Person"
AUTHENTICATION_BACKENDS = ["community.accounts.PasswordBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "community.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "community.accounts.SignInForm",
    "reset_password": "community.accounts.ResetForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Facilitators, editors and stewards have a week from their appointment to set one up.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=PRODUCTION)
MFA_ADAPTER = "community.second_factor.words.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Hallway"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost
MFA_FORMS = {
    "activate_totp": "community.second_factor.forms.ActivateForm",
    "authenticate": "community.second_factor.forms.CodeForm",
    "reauthenticate": "community.second_factor.forms.CodeAgainForm",
    "add_webauthn": "community.second_factor.forms.AddPasskeyForm",
    "edit_webauthn": "community.second_factor.forms.RenameForm",
    "authenticate_webauthn": "community.second_factor.forms.PasskeyForm",
    "reauthenticate_webauthn": "community.second_factor.forms.PasskeyAgainForm",
    "login_webauthn": "community.second_factor.forms.PasskeySignInForm",
}

# --- Mail ---------------------------------------------------------------------------------------

_mail = env.email_url("EMAIL_URL", default="consolemail://")
MAILERS = {"default": {"BACKEND": _mail["EMAIL_BACKEND"]}}
if _mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"] or 587,
        "username": _mail["EMAIL_HOST_USER"] or "",
        "password": _mail["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": bool(_mail.get("EMAIL_USE_TLS")),
        "use_ssl": bool(_mail.get("EMAIL_USE_SSL")),
        "timeout": 20,
    }
elif _mail["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {"file_path": _mail["EMAIL_FILE_PATH"]}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Hallway <hallway@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = env.str("TIME_ZONE", default="America/Los_Angeles")
USE_TZ = True

# --- Security -----------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    if env.bool("BEHIND_PROXY", default=True):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)

# --- Wagtail ------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Hallway"
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILIMAGES_IMAGE_MODEL = "home.Picture"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx"]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAILEMBEDS_FINDERS = []
# A reply to a comment is mailed to whoever commented before, without asking what they may read now.
WAGTAILADMIN_COMMENTS_ENABLED = False
MODELSEARCH_BACKENDS = WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "home.search_backend"}}

# --- machina ------------------------------------------------------------------------------------

MACHINA_FORUM_NAME = "Hallway"
MACHINA_MARKUP_LANGUAGE = ("forum.markdown.render", {})
MACHINA_MARKUP_WIDGET = None
MACHINA_MARKUP_MAX_LENGTH_VALIDATOR = "machina.core.validators.NullableMaxLengthValidator"
MACHINA_USER_DISPLAY_NAME_METHOD = "get_full_name"
MACHINA_TOPIC_POSTS_NUMBER_PER_PAGE = 20
# machina's search module imports this; its search application is not installed.
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}

# --- Logs ---------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "config.logs.json_formatter"},
        "plain": {"format": "{levelname} {name} {message}", "style": "{"},
    },
    "filters": {"without_secrets": {"()": "config.logs.WithoutSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["without_secrets"],
            "formatter": "json" if PRODUCTION else "plain",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # Its warnings print the path of a request; a stray Host header is nobody's error.
        "daphne": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # These two tell of every page by its title and of every task by its arguments.
        "wagtail": {"level": "WARNING"},
        "django.tasks": {"level": "WARNING"},
    },
}

TESTING = "pytest" in sys.modules
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    if REDIS_URL and (worker := env.str("PYTEST_XDIST_WORKER", default="")):
        # A database of its own for each worker: clearing the cache clears all of one.
        _server, _, _number = REDIS_URL.rpartition("/")
        _own = f"{_server}/{int(_number) + 1 + int(worker.removeprefix('gw'))}"
        CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = [_own]
        CACHES["default"]["LOCATION"] = _own
