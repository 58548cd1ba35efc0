"""The phone in a real browser: a draft is called over the carrier's own socket, and answered by keys, words, voice."""

import wave

import numpy as np
import pytest
import soxr
from asgiref.sync import async_to_sync

from streams import engines
from streams.audio import mulaw
from streams.phone.voice import Voice
from tests.browsing import ARGUMENTS, CHROMIUM, IN_A_BROWSER, barriers
from tests.own_site import SET_UP, Site, end

pytestmark = [*IN_A_BROWSER[:2], pytest.mark.alone]
MONDAY_AT_TEN = {"On (empty: today)": "2026-12-07", "At, UTC (empty: now)": "18:00"}  # in California, where they are


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """What the fake microphone hears: a pause, in which the menu is read, then “billing”, then silence."""
    said = mulaw.decode(async_to_sync(Voice(engines.synthesizer("local")).say)("billing"))
    samples = np.concatenate([np.zeros(8000 * 7, np.int16), said, np.zeros(8000 * 30, np.int16)])
    path = tmp_path_factory.mktemp("microphone") / "billing.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(soxr.resample(samples, 8000, 48_000).astype(np.int16).tobytes())
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("site"))
    made.manage("shell", "-v0", "-c", SET_UP)
    server = made.serve()
    yield made
    end(server)


@pytest.fixture(scope="module")
def browser(spoken):
    from playwright.sync_api import sync_playwright

    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    fake += [f"--use-file-for-fake-audio-capture={spoken}%noloop", "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *fake])
        yield opened
        opened.close()


@pytest.fixture
def studio(browser, site):
    """Maria's page of the demo's line, with the phone; nothing complained when it is over."""
    visitor = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = visitor.new_page()
    page.set_default_timeout(15_000)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"http://127.0.0.1:{site.port}/admin/login/?next=/admin/flows/flow/1/change/")
    page.locator("[name=username]").fill("maria")
    page.locator("[name=password]").fill("callwright-demo")
    page.keyboard.press("Enter")
    page.locator("html[data-drawn]").wait_for()
    yield page
    visitor.close()
    assert complaints == []


def story(page, words):
    page.locator("[data-phone-story]").get_by_text(words).first.wait_for()


def test_the_draft_is_heard_and_a_word_into_the_microphone_is_understood(studio):
    studio.get_by_role("link", name="Call this draft").click()
    story(studio, "says “Thank you for calling Hart Tools.”")
    story(studio, "it was heard → goes to Main menu")  # the loudspeaker told so
    assert studio.evaluate("window.callwrightPhone.peak") > 0.2
    studio.locator(".cw-map .cw-here[data-key=main]").wait_for()
    story(studio, "“billing”")
    story(studio, "Billing → goes to Account number")
    studio.locator(".cw-map .cw-here[data-key=account]").wait_for()
    studio.get_by_role("button", name="Hang up").click()
    studio.get_by_text("The call is over: You hung up.").wait_for()
    studio.get_by_role("button", name="Call", exact=True).wait_for()


def test_keys_a_transfer_and_a_message_lead_to_the_end_on_another_day(studio):
    studio.get_by_role("link", name="Call this draft").click()
    studio.get_by_role("button", name="Hang up").click()
    studio.get_by_text("Who calls, and when").click()
    studio.get_by_label("Use my microphone").uncheck()
    for label, text in MONDAY_AT_TEN.items():
        studio.get_by_label(label).fill(text)
    studio.get_by_role("button", name="Call", exact=True).click()
    story(studio, "says “Thank you for calling Hart Tools.”")
    studio.keyboard.press("2")  # it cuts the greeting short, and counts for the menu
    story(studio, "we are open → goes to To support")
    studio.get_by_text("It rings at Support desk. What happens there?").wait_for()
    studio.get_by_role("button", name="Nobody answers").click()
    story(studio, "nobody answered → goes to Voicemail")
    studio.keyboard.press("#")
    studio.get_by_role("button", name="Leave a message of 12 seconds").click()
    story(studio, "left a message of 12 s")
    studio.get_by_text("The call is over").wait_for()
    assert "¢ so far" in studio.locator("[data-phone-figures]").inner_text()
    studio.get_by_role("button", name="Keep as test").click()
    studio.get_by_text("The call is kept as a test.").wait_for()
    studio.get_by_text("1 of 1 pass").first.wait_for()


def test_typed_words_are_said_and_the_phone_keeps_nobody_out(studio):
    assert barriers(studio) == []
    studio.get_by_role("link", name="Call this draft").click()
    story(studio, "says “For billing, press 1.")
    studio.get_by_role("button", name="Mute").click()  # the microphone would say “billing”
    studio.get_by_role("button", name="Unmute", pressed=True).wait_for()
    studio.get_by_text("The line waits for the caller").wait_for()
    studio.get_by_label("What the caller says").fill("technical support")
    studio.keyboard.press("Enter")
    story(studio, "“technical support”")
    story(studio, "goes to Are we open?")
    assert barriers(studio) == []
