"""Paths of steps in flows inside flows, and what is asked of such flows. How calls walk them: `test_go_to_flow`."""

from flows.engine.inside import SubFlow, beside, comes_back, depth, into, outside
from tests.builders import flow_of


def test_a_path_leads_into_a_flow_and_out_of_it():
    assert into("pay", "menu") == "pay/menu"
    assert [outside(path) for path in ("pay/way/menu", "pay/menu", "pay")] == ["pay/way", "pay", ""]
    assert [beside(path, "card") for path in ("pay/way/menu", "menu")] == ["pay/way/card", "card"]


def test_what_stands_inside_is_found_however_deep():
    plain = flow_of(bye=("hang_up", "Bye."))
    once = flow_of(pay=("go_to_flow", {"flow": "payment"}, {}))
    twice = flow_of(
        resources={"flow": {"payment": SubFlow(name="Payment", number=1, flow=once)}},
        pay=("go_to_flow", {"flow": "payment"}, {}),
    )
    assert [depth(flow) for flow in (plain, once, twice)] == [1, 2, 3]
    assert [comes_back(flow) for flow in (plain, once.steps["pay"].inside)] == [False, True]


def test_a_flow_that_stands_inside_is_called_by_its_name_and_version():
    assert [str(SubFlow(name="Payment", number=3)), str(SubFlow(name="Payment"))] == ["Payment, version 3", "Payment"]
