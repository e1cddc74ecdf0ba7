"""machina as shipped, as the benchmark installs it, but with nothing of ours at all: Django's own
users, everything in memory. For showing that each hole is really there."""

import os
import tempfile

os.environ["DATABASE_URL"] = "sqlite://:memory:"

from tests.bench import as_shipped  # it reads the environment

globals().update({name: value for name, value in vars(as_shipped).items() if name.isupper()})

SECRET_KEY = "of nobody's interest: this serves tests alone"
ALLOWED_HOSTS = ["*"]
AUTH_USER_MODEL = "auth.User"
INSTALLED_APPS = [app for app in as_shipped.INSTALLED_APPS if not app.startswith("tests.bench.")]
ROOT_URLCONF = "as_shipped.urls"
LOGIN_URL = "/login/"
MEDIA_URL = "/media/"
MEDIA_ROOT = os.environ.get("AS_SHIPPED_MEDIA", tempfile.gettempdir())
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
