"""The command that gives the demo company its past calls."""

import pytest
from django.core.management import CommandError, call_command

from flows import demo
from streams.demo import past_calls
from streams.models import Call
from tests.streams.summing import FakeSummarizer, use


@pytest.fixture
def company(db, settings, monkeypatch):
    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    monkeypatch.setattr(past_calls, "DAYS", 2)
    use(monkeypatch, FakeSummarizer())
    return demo.load()


def test_a_site_without_the_demo_company_is_left_alone(db, capsys):
    call_command("demo_calls")
    assert "are there" in capsys.readouterr().out
    assert not Call.objects.exists()


def test_it_makes_them_once(company, capsys):
    call_command("demo_calls")
    made = Call.objects.count()
    call_command("demo_calls")
    told = capsys.readouterr().out
    assert f"has {made} past calls." in told
    assert "are there" in told
    assert Call.objects.count() == made


def test_it_is_refused_on_a_site_that_others_can_reach(company, settings):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="no place in it"):
        call_command("demo_calls")
    assert not Call.objects.exists()
