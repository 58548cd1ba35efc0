"""The migrations say what the models say."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
NONE_YET = not any((ROOT / app / "migrations").is_dir() for app in ("flows", "streams"))


@pytest.mark.skipif(NONE_YET, reason="there are no migrations yet: python manage.py makemigrations flows streams")
def test_no_model_changed_without_a_migration(db):
    missing = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=missing)
    except SystemExit:
        pytest.fail(f"Run: python manage.py makemigrations\n{missing.getvalue()}")
