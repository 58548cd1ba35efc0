import pytest

from streams.desk import consumer
from tests.streams.desk.at_the_desk import OURS, seated
from tests.streams.test_consumer import begun, in_rows, line, scripted  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings, monkeypatch):
    settings.PUBLIC_URL = OURS
    monkeypatch.setattr(consumer, "LOOK_EVERY", 0.3)
    monkeypatch.setattr(consumer, "LOOK_AFTER", 0.1)
    monkeypatch.setattr("streams.desk.board.FRESH", 0.05)


async def test_a_call_appears_moves_and_fades_while_the_desk_looks_on(line):  # noqa: F811
    browser, _ = await seated("supervisor")
    whole = await browser.told("whole")
    assert [(row["doing"], row["step"]) for row in whole["calls"]] == [("rings", "")]
    carrier = await begun(line)
    row = await browser.row(lambda row: row["step"] == "Main menu")
    assert (row["flow"], row["version"], row["caller"]) == ("Small line", "version 1", "••••••••0142")
    assert row["cost"] == "", "a supervisor without a word on money sees none" if not row["cost"] else row["cost"]
    await carrier.press("1")
    await browser.row(lambda row: row["step"] == "Goodbye")
    await carrier.closes()
    await carrier.disconnect()
    await browser.disconnect()
