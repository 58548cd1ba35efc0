"""What a flow of a file uses: nothing that the site has is changed, and what is added is not approved."""

import pytest

from flows.models import Destination, Flow, Lookup, OpeningHours, OpenPeriod
from flows.portable import applying, gathering
from flows.portable.outline import Unreadable
from flows.portable.reading import file_of

LOOKUP = """
lookups:
  - name: Order status
    address: {address}
    what is sent:
      - field: order_number
        what it is: the number of the order
        what callers give: digits only
    what is read:
      - what it is: status
        where it stands: order.status
"""


def flow_with(more):
    return file_of(f"flow: Line\n{more}")


def test_hours_that_are_here_with_other_times_stay(db):
    hours = OpeningHours.objects.create(key="office", name="Office", zone="UTC")
    OpenPeriod.objects.create(hours=hours, weekday=0, opens="08:00", closes="12:00")
    applied = applying.apply(flow_with("opening hours:\n  - name: Office\n    week:\n      Monday: 09:00 to 10:00\n"))
    assert "“Office” are here already, with other times" in applied.notes[0]
    assert OpeningHours.objects.get().periods.get().opens.hour == 8


def test_a_lookup_comes_without_secret_and_awaits_approval(db):
    applying.apply(flow_with(LOOKUP.format(address="https://orders.example.com/status")))
    made = Lookup.objects.get()
    assert made.awaits_approval
    assert not made.secret
    assert made.sends == [{"name": "order_number", "hint": "the number of the order", "form": "digits"}]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (LOOKUP.format(address="http://169.254.169.254/"), "Line 4: Lookup “Order status”: Only addresses that begin"),
        ("destinations:\n  Desk: '911'\n", "Destination “Desk”: "),
        ("opening hours:\n  - name: Office\n    time zone: Mars\n", "Choose a time zone from the list"),
    ],
)
def test_what_could_not_be_added_by_hand_is_refused_and_nothing_is_kept(db, more, says):
    with pytest.raises(Unreadable) as refused:
        applying.apply(flow_with(more))
    assert says in str(refused.value)
    assert not Flow.objects.exists()


def test_what_neither_the_file_nor_the_site_has_is_left_open_and_told(db):
    steps = "steps:\n  - step: To sales\n    what happens: transfer\n    put through to: Sales desk\n"
    applied = applying.apply(flow_with(steps))
    assert applied.notes == ["“Sales desk” is neither in this file nor on this site, so it is left open."]
    assert applied.flow.steps.get().settings["destination"] == ""
    Destination.objects.create(key="sales", name="Sales desk", number="+14155550124")
    again = applying.apply(flow_with(steps), to=applied.flow)
    assert again.flow.steps.get().settings["destination"] == "sales"
    assert gathering.file_of(again.flow).destinations == {"Sales desk": "+14155550124"}


def test_another_flow_is_found_by_its_name_and_never_made(db):
    text = "steps:\n  - step: Pay\n    what happens: go on in another flow, and come back\n    which flow: Payment\n"
    applied = applying.apply(flow_with(text))
    assert applied.notes == ["“Payment” is neither in this file nor on this site, so it is left open."]
    assert gathering.file_of(applied.flow).steps[0].settings == {}
    there = Flow.objects.create(name="Payment", slug="payment")
    again = applying.apply(flow_with(text), to=applied.flow)
    assert again.flow.steps.get().settings["flow"] == there.slug
    assert gathering.file_of(again.flow).steps[0].settings == {"flow": "Payment"}
