"""What callers would mind, on the page that publishes and on the form of a step."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from flows import drafts, history
from flows.models import FlowVersion, Waiver
from tests.flows.addresses import publish_url
from tests.flows.pages import client_of, fields, text_of
from tests.flows.test_linting import eavesdropping, error, found, lonely

__all__ = ["eavesdropping", "lonely"]

WHY = "Facts are all we do."


@pytest.fixture
def waive(line):
    def send(client, reason=WHY, fingerprint=None):
        given = {"fingerprint": fingerprint or error(line).fingerprint, "reason": reason}
        return client.post(reverse("admin:flows_flow_waive", args=[line.pk]), given, follow=True)

    return send


def of(line, rule):
    return next(linted for linted in found(line) if linted.rule == rule)


def fields_with(page, name, pressed):
    return {**fields(page), name: pressed}


def test_an_error_is_told_with_why_and_hides_the_button(paul, line, lonely, quick_voice):
    page = paul.get(publish_url(line))
    shown = text_of(page)
    assert "1 thing that callers would mind too much" in shown
    assert "Facts · Nobody is reached from here within 3 menus." in shown
    assert "Publish all the same…" in shown
    assert "No problems were found" not in shown
    assert "Publish version 1" not in shown
    paul.post(publish_url(line), {"notes": "All the same."})
    assert not FlowVersion.objects.exists()


def test_with_a_reason_it_is_published_all_the_same(paul, line, lonely, waive, quick_voice):
    shown = text_of(waive(paul))
    assert "It may be published all the same." in shown
    assert f"Paul Becker let this pass on {Waiver.objects.get().at:%-d %B %Y}: “{WHY}”" in shown
    assert "Publish version 1" in shown
    paul.post(publish_url(line), {"notes": "First."})
    assert FlowVersion.objects.get().report["waivers"][0]["reason"] == WHY


def test_without_a_reason_nothing_passes(paul, line, lonely, waive):
    assert "Say why: whoever reads this later asks it." in text_of(waive(paul, reason=" "))
    assert not Waiver.objects.exists()


def test_what_was_mended_meanwhile_is_told(paul, line, lonely, waive):
    assert "This was mended or changed meanwhile" in text_of(waive(paul, fingerprint="0" * 32))


def test_a_builder_cannot_let_it_pass(maria, line, lonely, waive):
    assert waive(maria).status_code == 403
    assert not Waiver.objects.exists()
    assert maria.get(reverse("admin:flows_flow_waive", args=[line.pk])).status_code == 405


def test_what_nobody_may_let_pass_is_told_and_nobody_is_to_be_asked(paul, maria, line, eavesdropping, quick_voice):
    for client in (paul, maria):
        shown = text_of(client.get(lint_url(line)))
        assert "Nobody can let this pass. Mend this. Then it can be published." in shown
        assert "Publish all the same" not in shown


def test_warnings_lead_to_their_field_and_stop_nothing(paul, line, lonely, waive, quick_voice):
    page = waive(paul)
    assert "“Press 1 for…” says the key first." in text_of(page)
    assert f'href="{lonely.get_absolute_url()}#id_prompt"' in page.content.decode()
    assert "None of this stops publishing." in text_of(page)


def test_hints_are_folded(paul, line, lonely, quick_voice):
    lonely.settings = {"prompt": "For facts, say facts.", "offer_person": False}
    lonely.save()
    assert "<summary>1 hint</summary>" in paul.get(publish_url(line)).content.decode()


def test_the_form_of_a_step_tells_it_beside_the_field_with_why(maria, line, lonely):
    page = maria.get(lonely.get_absolute_url())
    assert '<p class="cw-warning">“Press 1 for…” says the key first.' in page.content.decode()
    assert "Callers listen for what they want, and have forgotten a key" in text_of(page)
    assert "Nobody is reached from here within 3 menus." in text_of(page)


def test_while_exits_lead_nowhere_only_what_is_certain_is_told(maria, line, lonely):
    drafts.add_step(line, name="Unfinished", kind="say")
    shown = text_of(maria.get(lonely.get_absolute_url()))
    assert "says the key first" in shown
    assert "Nobody is reached from here" not in shown


def test_a_waived_finding_is_not_told_on_the_form(paul, maria, line, lonely, waive):
    waive(paul)
    assert "Nobody is reached from here" not in text_of(maria.get(lonely.get_absolute_url()))


def lint_url(line):
    return reverse("admin:flows_flow_lint", args=[line.pk])


def test_a_button_mends_it_and_undo_takes_that_back(maria, line, lonely):
    page = maria.get(lint_url(line))
    assert "Move the key to the end: “For facts, press 1.”" in text_of(page)
    sent = fields_with(page, "fingerprint", of(line, "M07").fingerprint)
    shown = text_of(maria.post(reverse("admin:flows_flow_mend", args=[line.pk]), sent, follow=True))
    assert "Done: Move the key to the end: “For facts, press 1.”. Undo in the flow takes it back." in shown
    assert "says the key first" not in shown
    lonely.refresh_from_db()
    assert lonely.settings["prompt"] == "For facts, press 1."
    line.refresh_from_db()
    history.undo(line, by=None)
    lonely.refresh_from_db()
    assert lonely.settings["prompt"] == "Press 1 for facts."


def test_the_studio_mends_it_in_its_panel_and_shows_what_is_then(maria, line, lonely):
    panel = maria.get(reverse("admin:flows_studio_step", args=[line.pk, "facts"])).content.decode()
    finding = of(line, "M07").fingerprint
    assert f'<button class="cw-button cw-mend" form="mend" name="fingerprint" value="{finding}">' in panel
    line.refresh_from_db()
    answer = maria.post(
        reverse("admin:flows_studio_act", args=[line.pk, "mend"]),
        {"fingerprint": finding, "revision": line.revision},
        headers={"accept": "application/json"},
    ).json()
    assert answer["said"].startswith("Done: Move the key to the end")
    assert answer["undo"].startswith("Facts: Move the key to the end")


def test_what_somebody_saved_meanwhile_is_looked_at_first(maria, line, lonely):
    history.remember(line)
    opened = line.revision
    drafts.change_step(lonely, {"attempts": 2})
    drafts.touch(line, by=None, what="Facts")
    sent = {"fingerprint": of(line, "M07").fingerprint, "revision": opened, "page": "lint"}
    shown = text_of(maria.post(reverse("admin:flows_flow_mend", args=[line.pk]), sent, follow=True))
    assert "saved “Facts”" in shown
    assert "press the button again" in shown
    lonely.refresh_from_db()
    assert lonely.settings["prompt"] == "Press 1 for facts."


def test_what_is_no_longer_found_is_not_mended(maria, line, lonely):
    shown = text_of(maria.post(reverse("admin:flows_flow_mend", args=[line.pk]), {"page": "lint"}, follow=True))
    assert "so nothing was done" in shown


def test_whoever_may_only_look_sees_no_button(person, line, lonely):
    guest = person()
    guest.user_permissions.add(Permission.objects.get(codename="view_flow"))
    client = client_of(guest)
    page = client.get(lint_url(line))
    assert "says the key first" in text_of(page)
    assert "Move the key to the end" not in text_of(page)
    assert client.post(reverse("admin:flows_flow_mend", args=[line.pk])).status_code == 403


def test_a_publisher_takes_it_back_and_the_page_keeps_who_and_why(paul, maria, line, lonely, waive):
    waive(paul)
    waiver = Waiver.objects.get()
    take_back = reverse("admin:flows_flow_take_back", args=[line.pk])
    given = {"waiver": waiver.pk, "reason": "Callers complained.", "page": "lint"}
    assert maria.post(take_back, given).status_code == 403
    assert "Say why" in text_of(paul.post(take_back, {**given, "reason": ""}, follow=True))
    shown = text_of(paul.post(take_back, given, follow=True))
    assert "Publish all the same…" in shown
    assert f"Paul Becker let this pass on {waiver.at:%-d %B %Y}: “{WHY}” Paul Becker took that back" in shown
    assert "“Callers complained.”" in shown
    assert paul.post(take_back, given).status_code == 404
    waive(paul)
    assert Waiver.objects.count() == 2


def test_the_list_of_problems_mends_what_stops_publishing(maria, line, lonely):
    drafts.change_step(lonely, {"prompt": "For facts, press 1. Your PIN?"})
    asked = drafts.add_step(line, name="PIN", kind="collect_digits")
    bye = line.steps.get(key="goodbye")
    drafts.change_step(asked, {"prompt": "Please type your PIN.", "offer_person": False})
    drafts.write_exits(asked, [], {outcome.name: bye for outcome in drafts.outcomes_of(asked)})
    drafts.connect(line.steps.get(key="hello"), "next", asked)
    drafts.connect(asked, "ok", lonely)
    page = maria.get(line.get_absolute_url()).content.decode()
    problems = page[page.index('id="problems"') :]
    assert f'value="{of(line, "L05").fingerprint}">Turn on “Do not keep the digits”</button>' in problems
