"""The flow's page: what it shows, and the panel of each step."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flows import drafts, publishing
from flows.models import Step
from ivrsite import headers
from tests.flows.pages import client_of, fields_of, text_of


def panel_url(step):
    return reverse("admin:flows_studio_step", args=[step.flow_id, step.key])


def state_url(flow):
    return reverse("admin:flows_studio_state", args=[flow.pk])


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_page_lives_under_the_strict_policy_and_has_no_script_or_style_of_its_own(maria, menu):
    answer = maria.get(menu.flow.get_absolute_url())
    assert answer["Content-Security-Policy"] == headers.STRICT
    html = answer.content.decode()
    assert "style=" not in html
    assert " onclick" not in html
    assert all("src=" in tag or "application/json" in tag for tag in html.split("<script")[1:])


def test_the_panel_saves_a_step_and_answers_with_the_new_state_of_the_page(maria, menu):
    before = menu.flow.revision
    answer = maria.post(panel_url(menu), {**panel_fields(maria, menu), "prompt": "For billing, press 1 now."}).json()
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "For billing, press 1 now."
    assert answer["revision"] == before + 1
    assert any(step["says"] == "For billing, press 1 now." for step in answer["drawing"]["steps"])
    assert "panel" not in answer  # nobody's cursor jumps
    assert answer["undo"] == "Main menu"


def panel_fields(client, step):
    html = client.get(panel_url(step)).content.decode()
    return fields_of(html[: html.index("<dialog")], None)


def test_a_panel_that_has_other_fields_now_is_sent_along(maria, menu):
    answer = maria.post(panel_url(menu), {**panel_fields(maria, menu), "attempts": "1"}).json()
    assert "exit:no-input-1" not in answer["panel"]


def test_saving_what_was_not_changed_changes_nothing(maria, menu):
    answer = maria.post(panel_url(menu), panel_fields(maria, menu)).json()
    assert answer["revision"] == menu.flow.revision


def test_what_cannot_be_stored_comes_back_as_it_was_typed(maria, menu):
    answer = maria.post(panel_url(menu), {**panel_fields(maria, menu), "first_key_seconds": "99", "name": "New"}).json()
    assert answer["wrong"]
    assert "At most" in answer["panel"]
    assert 'value="99"' in answer["panel"]
    menu.refresh_from_db()
    assert menu.name == "Main menu"


def test_whoever_may_only_look_sees_the_panel_and_is_told_so(person, menu):
    looker = person("operations viewer", username="olga")
    looker.user_permissions.set(_permissions("view_flow", "view_step"))
    client = client_of(looker)
    assert "For billing, press 1." in client.get(panel_url(menu)).content.decode()
    answer = client.post(panel_url(menu), {"name": "New"})
    assert answer.status_code == 403
    assert "not change it" in answer.json()["said"]
    assert "Add a step" not in text_of(client.get(menu.flow.get_absolute_url()))


def _permissions(*names):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)


def test_strangers_see_nothing(db, client, menu):
    assert client.get(panel_url(menu)).status_code == 302
    assert client.get(state_url(menu.flow)).status_code == 302


def test_the_state_is_short_while_nothing_changed_and_names_who_else_is_here(maria, paul, menu, nobody_here):
    url = f"{state_url(menu.flow)}?revision={menu.flow.revision}"
    assert maria.get(url).json() == {"revision": menu.flow.revision, "others": []}
    assert paul.get(url).json()["others"] == ["Maria Lopez"]
    drafts.touch(menu.flow, by=None, what="something")
    assert "drawing" in maria.get(url).json()


def test_the_map_of_a_version_is_drawn_as_it_was_published(maria, menu, quick_voice, publisher):
    version = publishing.publish(menu.flow, by=publisher)
    drafts.add_step(menu.flow, name="Other", kind="say")
    url = reverse("admin:flows_studio_version", args=[menu.flow_id, version.number])
    assert [step["name"] for step in maria.get(url).json()["drawing"]["steps"]] == ["Hello", "Goodbye", "Main menu"]


def test_a_draft_that_cannot_be_read_is_shown_as_a_list(maria, menu):
    Step.objects.filter(pk=menu.pk).update(settings={"attempts": "many"})
    answer = maria.get(menu.flow.get_absolute_url())
    assert answer.context["drawing"] is None
    assert "Main menu" in text_of(answer)


def test_a_longer_flow_needs_no_more_queries(maria, menu):
    url, panel = menu.flow.get_absolute_url(), panel_url(menu)
    maria.get(url)
    before = queries_of(maria, url), queries_of(maria, panel)
    for number in range(20):
        drafts.add_step(menu.flow, name=f"Step {number}", kind="menu")
    after = queries_of(maria, url), queries_of(maria, panel)
    assert after[0] <= before[0]
    assert after[1] <= before[1]  # one fewer where no rule is broken, so that nobody asks what was waived


@pytest.mark.parametrize("kind", ["menu", "agent", "transfer", "hang_up"])
def test_every_panel_can_be_opened(maria, line, desk, kind):
    step = drafts.add_step(line, name="A step", kind=kind)
    assert "Delete this step" in text_of(maria.get(panel_url(step)))
