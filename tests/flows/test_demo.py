"""The demo company: loaded whole, loaded again, and good to listen to."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from flows import demo, publishing
from flows.engine import snapshot
from flows.models import Flow, FlowVersion, PhoneNumber, Step

WORDS_A_SECOND = 2.5


def load(capsys, **options):
    call_command("load_demo", **options)
    return capsys.readouterr().out


def test_the_demo_is_a_published_line_that_is_live_on_its_number(db, capsys, quick_voice):
    load(capsys)

    number = PhoneNumber.objects.get(number="+14155550199")
    assert str(number.version) == "Main line v1"
    assert publishing.draft(Flow.objects.get()).problems == []
    assert snapshot.load(number.version.snapshot).start == "greeting"


def test_loading_again_changes_nothing_that_people_made(db, capsys, quick_voice):
    load(capsys)
    Step.objects.filter(key="greeting").update(settings={"text": "Mine."})
    get_user_model().objects.get(username="maria").groups.clear()

    load(capsys)

    assert Step.objects.get(key="greeting").settings == {"text": "Mine."}
    assert FlowVersion.objects.count() == 1
    assert not get_user_model().objects.get(username="maria").groups.exists()


def test_people_have_their_roles_and_the_password_is_told_on_a_development_site(db, capsys, quick_voice, settings):
    settings.DEVELOPMENT = True
    told = load(capsys)

    assert demo.PASSWORD in told
    roles = {user.username: set(user.groups.values_list("name", flat=True)) for user in get_user_model().objects.all()}
    assert roles == {
        "maria": {"builder"},
        "paul": {"publisher"},
        "olga": {"operations viewer", "billing"},
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
    with pytest.raises(CommandError, match="could not make the prompts"):
        call_command("load_demo")

    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    load(capsys)
    assert PhoneNumber.objects.get().version.number == 1


def test_each_menu_says_the_function_first_and_the_key_last_and_is_short():
    for key, (kind, _, settings) in demo.STEPS.items():
        if kind != "menu":
            continue
        for outcome, label, _, _ in demo.CHOICES[key]:
            spoken = settings["prompt"].lower()
            assert spoken.index(label.lower().split()[-1]) < spoken.index(f"press {outcome}")
        assert len(settings["prompt"].split()) / WORDS_A_SECOND < 8
    assert len(demo.STEPS["greeting"][2]["text"].split()) / WORDS_A_SECOND < 8
