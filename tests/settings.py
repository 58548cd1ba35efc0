"""The site's settings as tests see them: no `.env`, a folder of their own, and a broker that keeps to itself."""

import atexit
import os
import shutil
import sys
import tempfile

os.environ["CALLWRIGHT_ENV"] = os.devnull
os.environ["CALLWRIGHT_VAR"] = tempfile.mkdtemp(prefix="callwright-tests-")
# Compiled sources are kept, whatever the shell says: each worker, and each process that a test starts, would compile
# them all again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
atexit.register(shutil.rmtree, os.environ["CALLWRIGHT_VAR"], ignore_errors=True)

from ivrsite.settings import *  # noqa: E402, F403
from ivrsite.settings import CACHES, CHANNEL_LAYERS, DATABASES, REDIS_URL, STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir()
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
PUBLICATION_RINGER = "flows.publications.carry_on"  # the worker is there at once
HOUSE_TEXTS = "tests.flows.renderers.HOUSE_TEXTS"  # none, so that tests count the prompts of their own flows
WHITENOISE_AUTOREFRESH = True  # looks for a file when it is asked for; else each client of each test lists them all
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # users are made by the hundred
# Threads of tests end with their connection open; a pool would miss it for ever.
DATABASES["default"]["OPTIONS"].pop("pool", None)
if "init_command" in DATABASES["default"]["OPTIONS"]:  # SQLite: no test survives the power going off
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
if REDIS_URL:
    # Test processes share one Redis; each keeps to names of its own.
    _own = f"callwright-test-{os.getpid()}"
    CACHES["default"] |= {"BACKEND": "tests.own_cache.OwnKeys", "KEY_PREFIX": _own}
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = _own
