"""The migrations say what the models say."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NONE_YET = not any((ROOT / app / "migrations").is_dir() for app in ("flows", "streams"))


@pytest.mark.skipif(NONE_YET, reason="there are no migrations yet: python manage.py makemigrations flows streams")
def test_no_model_changed_without_a_migration():
    # A process of its own: this one runs without migrations.
    command = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert asked.returncode == 0, f"Run: python manage.py makemigrations\n{asked.stdout}{asked.stderr}"
