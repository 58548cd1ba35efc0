"""The pages of builders and publishers, driven as a browser without JavaScript would."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flows import drafts, publishing
from flows.models import Destination, Exit, Flow, FlowVersion, GoLive, Holiday, OpeningHours, PhoneNumber, Step
from tests.flows.pages import client_of, fields, fill_in, text_of


@pytest.fixture
def maria(builder):
    return client_of(builder)


@pytest.fixture
def paul(publisher):
    return client_of(publisher)


def add_url(flow):
    return f"{reverse('admin:flows_step_add')}?flow={flow.pk}"


def publish_url(flow):
    return reverse("admin:flows_flow_publish", args=[flow.pk])


def go_live_url(number):
    return reverse("admin:flows_phonenumber_go_live", args=[number.pk])


def delete_url(row):
    return reverse(f"admin:flows_{row._meta.model_name}_delete", args=[row.pk])


# --- Making a flow --------------------------------------------------------------------------------------------------


def test_a_line_is_built_from_nothing_with_names_and_choices_alone(maria, paul, quick_voice):
    fill_in(maria, reverse("admin:flows_flow_add"), "flow_form", name="Night line")
    flow = Flow.objects.get()
    assert flow.slug == "night-line"

    fill_in(maria, add_url(flow), "step_form", name="Hello", kind="say")
    hello = Step.objects.get()
    assert "Add a new step here" in text_of(maria.get(hello.get_absolute_url()))
    after = f"{add_url(flow)}&after={hello.exits.get().pk}"
    fill_in(maria, after, "step_form", name="Goodbye", kind="hang_up")
    answer = fill_in(maria, hello.get_absolute_url(), "step_form", text="We are asleep.")
    assert answer.url == f"{flow.get_absolute_url()}#step-hello"

    flow.refresh_from_db()
    assert flow.start == hello
    assert hello.exits.get().goes_to.name == "Goodbye"
    fill_in(paul, publish_url(flow), None, notes="First.")
    assert FlowVersion.objects.get().snapshot["steps"]["hello"]["settings"]["text"] == "We are asleep."


def test_the_page_of_a_flow_shows_each_step_where_it_leads_and_what_is_to_be_mended(maria, menu):
    menu.exits.filter(outcome="1").update(goes_to=None)

    shown = text_of(maria.get(menu.flow.get_absolute_url()))

    assert "Draft, not published yet" in shown
    assert "Main menu Menu" in shown
    assert re.search(r"1 · Billing → not connected", shown)
    assert re.search(r"the caller asked for a person → Goodbye", shown)
    assert "1 problem" in shown
    assert "Choose where callers go next after “Billing”." in shown


def test_every_problem_links_to_the_field_where_it_is_mended(maria, menu):
    menu.settings = {"prompt": ""}
    menu.save()
    menu.exits.filter(outcome__in=["1", "no-match"]).update(goes_to=None)
    page = maria.get(menu.flow.get_absolute_url()).content.decode()

    links = set(re.findall(r'href="([^"#]*#id_[^"]*)"', page))

    assert len(links) == 3
    for link in links:
        url, _, anchor = link.partition("#")
        assert f'id="{anchor}"' in maria.get(url).content.decode(), anchor


def test_the_page_tells_what_is_live_and_whether_the_draft_moved_on(maria, line, number, quick_voice):
    version = publishing.publish(line, by=None)
    publishing.go_live(number, version, by=None)
    assert "Same as v1" in text_of(maria.get(line.get_absolute_url()))

    fill_in(maria, line.steps.get(key="hello").get_absolute_url(), "step_form", text="Hello!")

    shown = text_of(maria.get(line.get_absolute_url()))
    assert "Draft, changed since v1" in shown
    assert "v1 live on +14155550199" in shown


def test_steps_move_up_and_down_and_nothing_typed_beside_them_is_lost(maria, line):
    sent = fields(maria.get(line.get_absolute_url()), "flow_form")
    bye = line.steps.get(key="goodbye")

    maria.post(line.get_absolute_url(), {**sent, "name": "Day line", "_move": f"{bye.pk}:-1"})

    line.refresh_from_db()
    assert line.name == "Day line"
    assert [step.key for step in line.steps.all()] == ["goodbye", "hello"]


@pytest.mark.parametrize("move", ["", ":", "x:1", "999999:1", f"{'9' * 40}:1"])
def test_a_made_up_move_moves_nothing(move, maria, line):
    sent = fields(maria.get(line.get_absolute_url()), "flow_form")
    answer = maria.post(line.get_absolute_url(), {**sent, "_move": move})
    assert answer.status_code == 404
    assert [step.key for step in line.steps.all()] == ["hello", "goodbye"]


def test_calls_begin_only_at_a_step_of_the_same_flow(maria, line):
    other = Flow.objects.create(name="Other", slug="other")
    stranger = drafts.add_step(other, name="Stranger", kind="say")

    answer = fill_in(maria, line.get_absolute_url(), "flow_form", start=str(stranger.pk))
    assert answer.status_code == 200
    bye = line.steps.get(key="goodbye")
    fill_in(maria, line.get_absolute_url(), "flow_form", start=str(bye.pk))

    line.refresh_from_db()
    assert line.start == bye


def test_two_flows_may_have_names_that_sound_alike(maria):
    fill_in(maria, reverse("admin:flows_flow_add"), "flow_form", name="Main line")
    fill_in(maria, reverse("admin:flows_flow_add"), "flow_form", name="Main-line")
    fill_in(maria, reverse("admin:flows_flow_add"), "flow_form", name="Главная")
    assert sorted(Flow.objects.values_list("slug", flat=True)) == ["flow", "main-line", "main-line-2"]


def test_queries_of_the_page_do_not_grow_with_its_steps(maria, line):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            maria.get(line.get_absolute_url())
        return len(found)

    maria.get(line.get_absolute_url())
    few = queries()
    for n in range(8):
        drafts.add_step(line, name=f"Menu {n}", kind="menu")
    assert queries() == few


# --- Two people -----------------------------------------------------------------------------------------------------


def test_two_people_editing_one_flow_get_a_conflict_and_lose_nothing(maria, paul, menu):
    url = menu.get_absolute_url()
    of_maria = fields(maria.get(url), "step_form")
    fill_in(paul, menu.flow.steps.get(key="hello").get_absolute_url(), "step_form", text="Hello from Paul.")

    answer = maria.post(url, {**of_maria, "prompt": "Maria's words.", "_save": "Save"})

    shown = text_of(answer)
    assert "Paul Becker saved “Hello”" in shown
    assert "What you typed is safe below" in shown
    assert fields(answer, "step_form")["prompt"] == "Maria's words."
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "For billing, press 1."

    maria.post(url, {**fields(answer, "step_form"), "_save": "Save"})
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "Maria's words."


def test_a_conflict_on_the_flow_itself_shows_both_names(maria, paul, line):
    of_maria = fields(maria.get(line.get_absolute_url()), "flow_form")
    fill_in(paul, line.get_absolute_url(), "flow_form", name="Paul's line")

    answer = maria.post(line.get_absolute_url(), {**of_maria, "name": "Maria's line", "_save": "Save"})

    shown = text_of(answer)
    assert "Paul Becker saved" in shown
    assert "Stored meanwhile: “Paul's line”" in shown
    line.refresh_from_db()
    assert line.name == "Paul's line"


# --- Deleting -------------------------------------------------------------------------------------------------------


def test_a_step_that_is_led_to_is_not_deleted_and_the_sentence_names_where(maria, menu):
    bye = menu.flow.steps.get(key="goodbye")

    answer = maria.post(delete_url(bye), {"post": "yes"}, follow=True)

    assert "callers come here from “Main menu” (Billing)" in text_of(answer)
    assert Step.objects.filter(pk=bye.pk).exists()


def test_a_step_that_nobody_is_led_to_is_deleted_and_counts_as_a_change(maria, line):
    spare = drafts.add_step(line, name="Spare", kind="say")
    before = Flow.objects.get(pk=line.pk).revision

    answer = maria.post(delete_url(spare), {"post": "yes"})

    assert answer.url == line.get_absolute_url()
    assert not Step.objects.filter(pk=spare.pk).exists()
    assert Flow.objects.get(pk=line.pk).revision == before + 1


def test_a_destination_in_use_is_not_deleted_and_the_sentence_names_the_flows(paul, line, desk, number, quick_voice):
    step = drafts.add_step(line, name="To support", kind="transfer")
    step.settings = {"destination": desk.key}
    step.save()
    step.exits.update(goes_to=line.steps.get(key="goodbye"))
    line.steps.get(key="hello").exits.update(goes_to=step)
    publishing.go_live(number, publishing.publish(line, by=None), by=None)

    shown = text_of(paul.post(delete_url(desk), {"post": "yes"}, follow=True))
    assert "“To support” of Main line" in shown
    assert "Main line v1, which is live" in shown

    line.steps.get(key="hello").exits.update(goes_to=line.steps.get(key="goodbye"))
    step.delete()
    assert "Main line v1, which is live" in text_of(paul.post(delete_url(desk), {"post": "yes"}, follow=True))
    assert Destination.objects.exists()


def test_opening_hours_in_use_are_not_deleted(maria, line):
    office = OpeningHours.objects.create(key="office", name="Office")
    step = drafts.add_step(line, name="Open?", kind="opening_hours")
    step.settings = {"hours": "office"}
    step.save()

    assert "“Open?” of Main line" in text_of(maria.post(delete_url(office), {"post": "yes"}, follow=True))
    assert OpeningHours.objects.exists()


def test_many_are_never_deleted_at_once(maria, desk):
    url = reverse("admin:flows_destination_changelist")
    maria.post(url, {"action": "delete_selected", "_selected_action": [desk.pk], "post": "yes"})
    assert Destination.objects.exists()


# --- Publishing and going live --------------------------------------------------------------------------------------


def test_publishing_tells_what_changes_for_callers(paul, line, quick_voice):
    publishing.publish(line, by=None)
    bye = line.steps.get(key="goodbye")
    voicemail = drafts.add_step(line, name="Voicemail", kind="voicemail", after=None)
    voicemail.exits.update(goes_to=bye)
    line.steps.get(key="hello").exits.update(goes_to=voicemail)

    shown = text_of(paul.get(publish_url(line)))

    assert "New step: “Voicemail” (Voicemail)." in shown
    assert "goes to “Voicemail”; before, goes to “Goodbye”." in shown
    assert "Publish version 2" in shown


def test_the_publish_page_lists_problems_instead_of_a_button(paul, line, quick_voice):
    line.steps.filter(key="hello").update(settings={"text": ""})
    shown = text_of(paul.get(publish_url(line)))
    assert "1 problem to mend first" in shown
    assert "Publish version" not in shown

    paul.post(publish_url(line), {"notes": ""})
    assert not FlowVersion.objects.exists()


def test_a_voice_that_fails_is_told_on_the_page(paul, line, settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.broken"
    shown = text_of(paul.post(publish_url(line), {"notes": ""}))
    assert "the line keeps its present version" in shown
    assert not FlowVersion.objects.exists()


def test_publishing_the_same_again_says_so(paul, line, quick_voice):
    publishing.publish(line, by=None)
    assert "Nothing has changed since version 1" in text_of(paul.post(publish_url(line), {"notes": ""}))


def test_a_version_is_read_in_words_and_never_as_json(paul, menu, quick_voice):
    version = publishing.publish(menu.flow, by=None)
    page = paul.get(version.get_absolute_url())
    shown = text_of(page)

    assert "For billing, press 1." in shown
    assert "1 · Billing → Goodbye" in shown
    assert "Calls begin here" in shown
    assert "snapshot" not in page.content.decode()
    assert paul.post(version.get_absolute_url(), {"notes": "changed"}).status_code == 403


def test_a_version_of_another_release_is_still_a_page(paul, line, quick_voice):
    version = publishing.publish(line, by=None)
    FlowVersion.objects.update(snapshot={"spec": 99})
    assert "made by another release" in text_of(paul.get(version.get_absolute_url()))


def test_going_live_asks_for_a_reason_and_keeps_the_history(paul, line, number, quick_voice):
    version = publishing.publish(line, by=None)
    answer = paul.post(go_live_url(number), {"version": version.pk, "why": ""})
    assert "This field is required" in text_of(answer)
    assert not GoLive.objects.exists()

    paul.post(go_live_url(number), {"version": version.pk, "why": "Opening day."})

    shown = text_of(paul.get(number.get_absolute_url()))
    assert "Main line v1 went live, by Paul Becker: Opening day." in shown
    assert PhoneNumber.objects.get().version == version


def test_the_version_of_a_number_changes_by_going_live_only(paul, line, number, quick_voice):
    version = publishing.publish(line, by=None)
    fill_in(paul, number.get_absolute_url(), "phonenumber_form", label="Office", version=str(version.pk))
    number.refresh_from_db()
    assert (number.label, number.version) == ("Office", None)


# --- Places ---------------------------------------------------------------------------------------------------------


def test_a_destination_of_a_builder_waits_for_a_publisher(maria, paul):
    add = reverse("admin:flows_destination_add")
    fill_in(maria, add, "destination_form", name="Sales desk", number="+14155550124")
    desk = Destination.objects.get()
    approve = reverse("admin:flows_destination_approve", args=[desk.pk])
    assert (desk.key, desk.awaits_approval) == ("sales-desk", True)
    assert maria.post(approve).status_code == 403
    assert paul.get(approve).status_code == 405

    paul.post(approve)

    desk.refresh_from_db()
    assert not desk.awaits_approval
    fill_in(maria, desk.get_absolute_url(), "destination_form", name="Sales", number="+14155550666")
    desk.refresh_from_db()
    assert (desk.name, desk.number) == ("Sales", "+14155550124")


@pytest.mark.parametrize("number", ["911", "+19005550123", "+1 415 555 0124"])
def test_a_number_that_may_not_be_dialled_is_refused_beside_its_field(number, maria):
    add = reverse("admin:flows_destination_add")
    answer = fill_in(maria, add, "destination_form", name="Sales desk", number=number)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Destination.objects.exists()


def test_opening_hours_take_the_week_and_yearly_holidays_on_one_page(maria):
    rows = {
        "name": "Office",
        "zone": "America/New_York",
        "periods-0-weekday": "0",
        "periods-0-opens": "09:00",
        "periods-0-closes": "00:00",
        "holidays-0-name": "Leap day",
        "holidays-0-month": "2",
        "holidays-0-day": "29",
    }
    answer = fill_in(maria, reverse("admin:flows_openinghours_add"), "openinghours_form", **rows)
    assert answer.status_code == 302
    office = OpeningHours.objects.get()
    assert (office.key, office.as_schedule().periods[0].closes) == ("office", "24:00")

    wrong = {"holidays-0-day": "30", "periods-0-closes": "08:00", "zone": "Mars/Olympus"}
    answer = fill_in(maria, office.get_absolute_url(), "openinghours_form", **wrong)
    shown = text_of(answer)
    assert "There is no such day" in shown
    assert "must close after it opens" in shown
    assert "Mars/Olympus is not one of the available choices" in shown
    assert Holiday.objects.get().day == 29


# --- Menus and AI steps ---------------------------------------------------------------------------------------------


def test_menus_are_listed_and_searched_across_flows(maria, menu):
    other = Flow.objects.create(name="Night line", slug="night-line")
    night = drafts.add_step(other, name="Night menu", kind="menu")
    url = reverse("admin:flows_menu_changelist")

    assert {"Main menu", "Night menu"} <= set(re.findall(r"\w+ menu", text_of(maria.get(url))))
    for words in ("my bill", "For billing, press"):
        found = text_of(maria.get(url, {"q": words}))
        assert "Main menu" in found
        assert "Night menu" not in found
    assert maria.get(reverse("admin:flows_menu_change", args=[night.pk])).url == night.get_absolute_url()
    assert "Main menu" not in text_of(maria.get(reverse("admin:flows_agentstep_changelist")))


def test_a_step_of_a_kind_that_is_gone_still_has_a_page(maria, line):
    line.steps.filter(key="hello").update(kind="fax")
    hello = line.steps.get(key="hello")
    assert "does not know this kind of step" in text_of(maria.get(hello.get_absolute_url()))
    assert maria.get(line.get_absolute_url()).status_code == 200


def test_no_page_carries_a_script_of_its_own(paul, menu, quick_voice):
    version = publishing.publish(menu.flow, by=None)
    for url in (menu.get_absolute_url(), menu.flow.get_absolute_url(), version.get_absolute_url(), add_url(menu.flow)):
        own = paul.get(url).content.decode()
        assert not re.search(r"<script(?![^>]*\b(src|type)=)[^>]*>[^<]*\S", own), url
        assert not re.search(r"\son(click|change|submit|load)=", own), url


def test_names_of_other_people_are_escaped(maria, line):
    Exit.objects.update(label="<script>alert(1)</script>")
    line.steps.update(name="<img src=x onerror=alert(1)>")
    page = maria.get(line.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
