import pytest

from flows.engine import upgrades
from flows.engine.snapshot import dump, load
from tests.builders import flow_of

FLOW = flow_of(bye=("hang_up", "Bye."), resources={"flow": {}})


def test_todays_spec_is_left_as_it_is():
    assert upgrades.upgrade({"spec": upgrades.SPEC, "name": "x"}) == {"spec": upgrades.SPEC, "name": "x"}


@pytest.mark.parametrize("spec", [0, -1, upgrades.SPEC + 1])
def test_a_spec_that_this_program_does_not_read_is_refused(spec):
    with pytest.raises(ValueError, match=f"format {spec}"):
        upgrades.upgrade({"spec": spec})


def test_a_snapshot_without_a_spec_is_refused():
    with pytest.raises(ValueError, match="format 0"):
        load({"name": "x"})


def test_older_specs_are_brought_up_one_by_one(monkeypatch):
    now = upgrades.SPEC

    def renamed(snapshot):
        return {**{k: v for k, v in snapshot.items() if k != "title"}, "name": snapshot["title"], "spec": now + 1}

    monkeypatch.setattr(upgrades, "SPEC", now + 1)
    monkeypatch.setitem(upgrades.UPGRADES, now, renamed)
    old = {**dump(FLOW), "spec": now}
    old["title"] = old.pop("name")
    assert load(old) == FLOW


def test_a_flow_of_the_first_spec_is_read():
    stored = {
        "spec": 1,
        "name": "Old line",
        "language": "en-GB",
        "voice": "grace",
        "start": "bye",
        "steps": {"bye": {"kind": "hang_up", "name": "Bye", "settings": {"text": "Bye."}}},
        "exits": [],
        "resources": {"hours": {}, "destination": {}},
    }
    flow = load(stored)
    assert (flow.voice, flow.transcriber, flow.agent, flow.discloses_ai) == ("grace", "", "", True)


def test_every_past_spec_has_its_upgrade():
    assert set(upgrades.UPGRADES) == set(range(1, upgrades.SPEC))
