"""The builder's way through a real browser: add a choice, see what is missing, mend it; the publisher publishes."""

import io
import threading

import numpy as np
import pytest
import soundfile

from flows import drafts
from flows.models import FlowVersion, Publication
from tests.browsing import IN_A_BROWSER, page_of
from tests.flows import renderers

pytestmark = IN_A_BROWSER


def test_a_choice_is_added_mended_and_published(browser, live_server, menu, builder, publisher, quick_voice):
    page, complaints = page_of(browser, live_server, builder)
    page.goto(live_server.url + menu.get_absolute_url())
    page.get_by_role("button", name="+ Add a choice").click()
    row = page.locator(".cw-row").last
    row.get_by_label("Key").fill("2")
    row.get_by_label("Label").fill("Technical support")
    row.get_by_label("Callers may say").fill("support, help")
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("1 problem").click()
    page.get_by_text("Choose where callers go next after “Technical support”.").first.wait_for()
    page.get_by_role("link", name="Mend it").first.click()
    row = page.locator("[id='id_exit:2']")
    row.get_by_text("Choose where callers go next").wait_for()
    row.get_by_label("Goes to").select_option(label="Goodbye")
    page.get_by_text("No problems").wait_for()
    assert page.get_by_role("link", name="Mend it").count() == 0
    assert page.get_by_role("link", name="Publish…").count() == 0
    assert complaints == []

    page, complaints = page_of(browser, live_server, publisher)
    page.goto(live_server.url + menu.flow.get_absolute_url())
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_text("Version 1 is published. It is not live yet.").wait_for()
    assert FlowVersion.objects.get().published_by == publisher
    assert complaints == []


@pytest.mark.parametrize("width", [1440, 390])
def test_what_an_ai_step_may_do_is_ticked_and_written(browser, live_server, line, desk, builder, width):
    step = drafts.add_step(line, name="Helper", kind="agent")
    page, complaints = page_of(browser, live_server, builder)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + step.get_absolute_url())
    page.get_by_label("Support desk").check()
    page.get_by_label("Take a message").check()
    page.get_by_text("There is none yet.").wait_for()  # of lookups
    row = page.locator("[data-rows=texts] .cw-row").last
    row.get_by_label("Name").fill("Directions")
    row.get_by_label("What the message says").fill("We are at 1 Main Street.")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("Most turns").fill("99")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("At most 50.").wait_for()
    assert page.evaluate("document.activeElement.id") == "id_max_turns"  # the form is long: what is wrong is in view
    page.keyboard.type("12")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/flow/**")
    step.refresh_from_db()
    assert step.settings["max_turns"] == 12
    assert step.settings["destinations"] == ["support-desk"]
    assert step.settings["texts"] == [{"name": "Directions", "text": "We are at 1 Main Street."}]
    assert step.settings["takes_messages"] is True


def spoken_file():
    t = np.arange(32_000) / 16_000
    made = io.BytesIO()
    soundfile.write(made, 0.2 * np.sin(2 * np.pi * 220 * t), 16_000, format="MP3")
    return {"name": "hello.mp3", "mimeType": "audio/mpeg", "buffer": made.getvalue()}


def duration(page):
    """How long the sound lasts that the first play button found; None before it is loaded."""
    return page.locator(".cw-hear audio").first.evaluate(
        "audio => new Promise((told) => { const tell = () => told(audio.duration);"
        " if (audio.duration > 0) tell(); else audio.addEventListener('loadedmetadata', tell); })"
    )


def test_a_slow_voice_shows_its_progress_and_goes_on_by_itself(
    browser, live_server, line, publisher, scripted_voice, settings, monkeypatch
):
    settings.PUBLICATION_RINGER = "tests.flows.renderers.in_a_thread"
    monkeypatch.setattr("flows.admin.publish.OVER_AT_ONCE", 0.0)
    seen = threading.Event()
    scripted_voice.before_each = lambda text: text == "Goodbye." and seen.wait(20)
    page, complaints = page_of(browser, live_server, publisher)
    page.goto(live_server.url + line.get_absolute_url())
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish version 1").click()

    page.get_by_text("1 of 2 prompts").wait_for()
    assert page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [1, 2]
    assert page.url == live_server.url + Publication.objects.get().get_absolute_url()
    seen.set()
    page.get_by_text("Version 1 is published. It is not live yet.").wait_for()
    page.get_by_role("button", name="Hear: Welcome to Hart Tools.").click()
    assert duration(page) == pytest.approx(1.0, abs=0.05)
    assert complaints == []
    for thread in renderers.in_threads:
        thread.join()


def test_a_text_is_heard_recorded_and_changed(browser, live_server, line, builder, scripted_voice):
    page, complaints = page_of(browser, live_server, builder)
    hello = line.steps.get(key="hello")
    page.goto(live_server.url + hello.get_absolute_url())
    play = page.get_by_role("button", name="Hear: What callers hear")
    play.focus()
    page.keyboard.press("Enter")
    page.get_by_text("1.0 s").wait_for()
    assert duration(page) == pytest.approx(1.0, abs=0.05)
    page.get_by_label("What callers hear", exact=True).fill("Welcome.")
    assert page.get_by_text("1.0 s").count() == 0
    scripted_voice.fails_at = {"Welcome."}
    play.click()
    page.get_by_text("The voice could not be reached, so this text cannot be heard now.").wait_for()
    page.get_by_label("What callers hear", exact=True).fill("Welcome to Hart Tools.")

    page.get_by_role("link", name="Use a recording").click()
    page.get_by_label("A recording of this text").set_input_files(
        {"name": "cat.gif", "mimeType": "image/gif", "buffer": b"GIF89a"}
    )
    page.get_by_role("button", name="Store the recording").click()
    page.get_by_text("This file is not a sound that can be read.").wait_for()
    page.get_by_label("A recording of this text").set_input_files(spoken_file())
    page.get_by_role("button", name="Store the recording").click()
    page.get_by_text("The recording is stored.").wait_for()
    page.get_by_role("button", name="Hear: What callers hear").click()
    assert duration(page) == pytest.approx(2.0, abs=0.2)

    page.get_by_label("What callers hear", exact=True).fill("Welcome to Hart Tools, since 1920.")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("The text was changed after this was recorded on").wait_for()
    page.get_by_role("link", name="Record it again").click()
    page.get_by_role("button", name="Let the voice read it").click()
    page.get_by_text("The voice reads this text now.").wait_for()
    assert page.get_by_text("The text was changed after this was recorded on").count() == 0
    assert complaints.pop().endswith("503 (Service Unavailable)")  # the voice that failed, as browsers tell it
    assert complaints == []
