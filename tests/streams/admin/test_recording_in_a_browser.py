"""The recording of a call in a real browser: played, sought by mouse and keyboard, and followed by rows."""

import pytest
from django.contrib.auth.models import Group, User

from flows.models import Flow, FlowVersion
from ivrsite.roles import create_roles
from streams import tape
from streams.audio import mulaw
from streams.models import RecordingPlay
from streams.notice import HEARD
from streams.recorder import Piece
from tests.browsing import IN_A_BROWSER, barriers, page_of
from tests.streams.made import SNAPSHOT, TALK, a_call, log
from tests.streams.recorded import sound

pytestmark = IN_A_BROWSER
ROWS = """document.querySelector('.cw-story tbody').innerHTML =
    [0, 6, 20].map((at) => `<tr data-at="${at}"><td>row at ${at}</td></tr>`).join("")"""


@pytest.fixture
def olga(db):
    create_roles()
    user = User.objects.create_user("olga", is_staff=True)
    user.groups.add(Group.objects.get(name="operations viewer"))
    return user


@pytest.fixture
def recorded(db):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    version = FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)
    call = a_call(ended=61, version=version)
    log(call, (5.0, HEARD, "", {}), *TALK)
    for n in range(6):
        tape.store(call.pk, Piece((5 + 4 * n) * mulaw.RATE, sound(n, 4.0), sound(n + 50, 4.0)))
    return call


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["wide", "narrow and dark"])
def test_a_recording_is_played_and_sought_and_rows_follow_it(browser, live_server, olga, recorded, width, dark):
    page, complaints = page_of(browser, live_server, olga, width=width, dark=dark)
    page.goto(live_server.url + recorded.get_absolute_url())
    page.evaluate(ROWS)
    assert barriers(page) == []
    assert page.locator(".cw-clock").inner_text() == "0:05 / 0:29"
    assert not RecordingPlay.objects.exists(), "nothing is fetched before somebody plays it"

    page.get_by_role("button", name="Play").press("Enter")
    page.get_by_role("button", name="Pause").wait_for()
    page.locator("tr.cw-now", has_text="row at 0").wait_for()
    page.locator(".cw-clock", has_text="0:06 / 0:29").wait_for()
    assert RecordingPlay.objects.get().who == "olga"

    box = page.locator(".cw-wave").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    page.locator(".cw-clock", has_text="0:18 / 0:29").wait_for()  # it goes on from there
    page.locator("tr.cw-now", has_text="row at 6").wait_for()
    page.get_by_role("button", name="Pause").click()

    slider = page.get_by_role("slider", name="Where in the recording")
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "0:28 of the call"
    assert page.locator("tr.cw-now").inner_text().strip() == "row at 20"
    slider.press("Home")
    assert page.evaluate("document.querySelector('.cw-recording audio').currentTime") == 0
    assert barriers(page) == []
    assert complaints == []
