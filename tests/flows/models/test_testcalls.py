"""Test calls as rows."""

from flows.models import TestCall


def test_they_stand_in_their_order_and_go_with_their_flow(line):
    TestCall.objects.create(flow=line, name="Second", lines="ends", place=2)
    first = TestCall.objects.create(flow=line, name="First", lines="ends", place=1)
    assert [str(test) for test in line.test_calls.all()] == ["First", "Second"]
    assert first.get_absolute_url() == f"/admin/flows/flow/{line.pk}/tests/#test-{first.pk}"
    line.delete()
    assert not TestCall.objects.exists()
