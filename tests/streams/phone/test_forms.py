from dataclasses import replace

from streams.phone import causes
from streams.phone.forms import Facts, hangup
from streams.phone.profile import DEFAULT

FACTS = Facts(call_uuid="u", caller="+1", called="+2", account_id="MA", dialled_at=1_700_000_000.25)
ENDED = FACTS.dialled_at + 71.5


def test_times_of_the_hangup_are_local_but_the_session_start_is_utc():
    facts = replace(FACTS, profile=replace(DEFAULT, record_zone_hours=5.5))
    form = hangup(facts, cause=causes.CALLER, answered_at=FACTS.dialled_at + 1, ended_at=ENDED)
    assert form["SessionStart"] == "2023-11-14 22:13:20.250000"
    assert form["StartTime"] == "2023-11-15 03:43:20"
    assert (form["Duration"], form["BillDuration"], form["TotalCost"]) == ("71", "120", "0.01100")
