"""The command that loads the demo company."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from flows import demo
from flows.models import PhoneNumber


def load(capsys, **options):
    call_command("load_demo", **options)
    return capsys.readouterr().out


def test_people_have_their_roles_and_the_password_is_told_on_a_development_site(db, capsys, quick_voice, settings):
    settings.DEVELOPMENT = True
    told = load(capsys)

    assert demo.PASSWORD in told
    roles = {user.username: set(user.groups.values_list("name", flat=True)) for user in get_user_model().objects.all()}
    assert roles == {
        "maria": {"builder"},
        "paul": {"publisher"},
        "olga": {"supervisor", "billing"},
        "admin": set(),
    }
    assert authenticate(username="paul", password=demo.PASSWORD)


def test_a_site_that_others_can_reach_gets_no_password_that_is_written_here(db, capsys, quick_voice, settings):
    settings.DEVELOPMENT = False
    told = load(capsys)

    assert demo.PASSWORD not in told
    assert not authenticate(username="admin", password=demo.PASSWORD)


def test_when_the_voice_fails_the_command_says_so_and_can_be_run_again(db, capsys, settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.broken"
    with pytest.raises(CommandError, match="prompts are not ready"):
        call_command("load_demo")

    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    load(capsys)
    assert PhoneNumber.objects.get(number=demo.NUMBER).version.number == 1
