"""The first page, as builders and publishers find it."""

import pytest
from django.urls import reverse

from flows import drafts, publishing
from flows.models import Flow
from tests.flows.pages import text_of

INDEX = reverse("admin:index")


def test_a_new_builder_finds_the_templates_at_once_until_there_is_a_flow(maria, line):
    assert "Start with this" not in text_of(maria.get(INDEX))
    line.delete()

    page = maria.get(INDEX)
    assert "Build your first phone line" in text_of(page)
    assert "Thank you for calling Hill and Company." in text_of(page)
    assert '<button class="cw-button cw-main" name="template" value="01_main_line">' in page.content.decode()
    assert reverse("admin:flows_gallery") in page.content.decode()


def test_each_flow_tells_what_answers_callers_and_how_its_draft_stands(maria, line, number, publisher, quick_voice):
    assert "Main line Not live Draft, not published yet" in text_of(maria.get(INDEX))

    publishing.go_live(number, publishing.publish(line, by=publisher), by=publisher, why="First.")
    shown = text_of(maria.get(INDEX))
    assert "Main line v1 live on +14155550199" in shown
    assert "edited since" not in shown

    drafts.touch(line, by=publisher, what="Hello")
    assert "Draft, edited since v1" in text_of(maria.get(INDEX))
    assert "by Paul Becker" in text_of(maria.get(INDEX))


def test_a_publisher_finds_what_waits_and_a_builder_does_not(maria, paul, desk, number):
    desk.awaits_approval = True
    desk.save()

    shown = text_of(paul.get(INDEX))
    assert "Calls cannot be put through to “Support desk”" in shown
    assert "Nothing answers +14155550199 yet." in shown
    assert "Waits for you" not in text_of(maria.get(INDEX))


@pytest.mark.parametrize("flows", [1, 9])
def test_more_flows_need_no_more_queries(flows, maria, django_assert_max_num_queries):
    for n in range(flows):
        Flow.objects.create(name=f"Line {n}", slug=f"line-{n}")
    with django_assert_max_num_queries(9):
        maria.get(INDEX)
