"""The demo company: loaded whole, loaded again, and good to listen to."""

from django.contrib.auth import get_user_model
from django.core.management import call_command

from flows import demo, demo_sales, publishing
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
    assert publishing.draft(Flow.objects.get(slug="main-line")).problems == []
    assert snapshot.load(number.version.snapshot).start == "greeting"


def test_loading_again_changes_nothing_that_people_made(db, capsys, quick_voice):
    load(capsys)
    Step.objects.filter(key="greeting").update(settings={"text": "Mine."})
    get_user_model().objects.get(username="maria").groups.clear()

    load(capsys)

    assert Step.objects.get(key="greeting").settings == {"text": "Mine."}
    assert FlowVersion.objects.count() == 2
    assert not get_user_model().objects.get(username="maria").groups.exists()


def test_the_sales_line_listens_after_it_told_so(db, capsys, quick_voice):
    load(capsys)

    flow = Flow.objects.get(slug="sales-line")
    assert publishing.draft(flow).problems == []
    live = snapshot.load(PhoneNumber.objects.get(number=demo_sales.NUMBER).version.snapshot)
    assert (live.start, live.steps["sales"].listens, live.steps["unheard"].listens) == ("welcome", True, False)


def test_each_menu_says_the_function_first_and_the_key_last_and_is_short():
    for key, (kind, _, settings) in demo.STEPS.items():
        if kind != "menu":
            continue
        for outcome, label, _, _ in demo.CHOICES[key]:
            spoken = settings["prompt"].lower()
            assert spoken.index(label.lower().split()[-1]) < spoken.index(f"press {outcome}")
        assert len(settings["prompt"].split()) / WORDS_A_SECOND < 8
    assert len(demo.STEPS["greeting"][2]["text"].split()) / WORDS_A_SECOND < 8
