import os

import pytest
from django.core.management import call_command

from ivrsite.management.commands import prepare


@pytest.fixture
def asked(monkeypatch):
    commands = []
    monkeypatch.setattr(prepare.competitor, "load", lambda: commands.append("competitor"))
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: commands.append(name))
    return commands


def test_a_laptop_migrates_and_loads_the_demo(asked, settings):
    settings.WHITENOISE_USE_FINDERS = True
    call_command("prepare")
    assert asked == ["migrate", "load_demo", "competitor"]


def test_a_production_site_collects_its_files_and_wants_no_demo(asked, settings):
    settings.WHITENOISE_USE_FINDERS = False
    call_command("prepare", no_demo=True)
    assert asked == ["migrate", "collectstatic"]


def test_the_proxy_may_read_what_is_collected_though_nobody_may_read_anything_else(asked, settings, tmp_path):
    settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, tmp_path / "static"
    before = os.umask(0o077)
    call_command("prepare", no_demo=True)
    os.umask(before)
    assert settings.STATIC_ROOT.stat().st_mode & 0o777 == 0o755
    assert (settings.FILE_UPLOAD_PERMISSIONS, settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS) == (0o644, 0o755)
