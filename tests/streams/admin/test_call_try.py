"""A call is played on the draft of its flow, on its own page."""

import pytest

from flows.models import Exit, Step
from tests.streams.admin.test_call import page_of, text_of
from tests.streams.admin.test_keeping import call, signed_in_as, version  # noqa: F401

MAY = ("view_call", "view_flow", "view_figures")


def test_a_call_that_goes_the_same_way_says_so(signed_in_as, call):  # noqa: F811
    client = signed_in_as(*MAY)
    assert "Try on the draft" in text_of(client.get(page_of(call)))
    told = text_of(client.get(page_of(call), {"draft": ""}))
    assert "On the draft it goes the same way It ends at “Goodbye”." in told


def test_a_call_that_would_go_elsewhere_says_from_where_on(signed_in_as, call, version):  # noqa: F811
    menu = Step.objects.get(flow=version.flow, key="main-menu")
    Exit.objects.filter(step=menu, outcome="1").update(goes_to=menu)
    told = text_of(signed_in_as(*MAY).get(page_of(call), {"draft": ""}))
    assert "On the draft it goes elsewhere from “Main menu” on" in told
    assert "Then it went to “Goodbye”, and ended at “Goodbye”." in told
    assert "Now it would go to “Main menu”" in told


def test_a_draft_that_cannot_be_read_says_what_to_do(signed_in_as, call, version):  # noqa: F811
    Step.objects.filter(flow=version.flow, key="main-menu").update(kind="no-such-kind")
    told = text_of(signed_in_as(*MAY).get(page_of(call), {"draft": ""}))
    assert "It cannot be tried now A step of this flow cannot be read. Mend it first; the call is kept." in told


@pytest.mark.parametrize("lacking", ["view_flow", "view_figures"])
def test_it_is_for_those_who_may_try_past_calls(signed_in_as, call, lacking):  # noqa: F811
    client = signed_in_as(*(one for one in MAY if one != lacking))
    told = text_of(client.get(page_of(call), {"draft": ""}))
    assert "Try on the draft" not in told
    assert "On the draft it goes" not in told


def test_a_call_that_goes_on_is_not_tried(signed_in_as, call):  # noqa: F811
    type(call).objects.filter(pk=call.pk).update(ended_at=None)
    assert "Try on the draft" not in text_of(signed_in_as(*MAY).get(page_of(call), {"draft": ""}))
