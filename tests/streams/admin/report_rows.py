"""A day of calls on a line of four steps, for whoever tests reports: what came of each stands in its figures."""

from datetime import timedelta
from decimal import Decimal

from tests.streams.figures.rows import MORNING, counted

DAY = {"from": "2026-11-23", "to": "2026-11-23"}
MENU = {"step": "menu", "exit": "key-1", "seconds": 6, "cost": Decimal("0.001")}
SUPPORT = {"step": "support", "exit": "", "seconds": 90, "cost": Decimal("0.002")}


def a_day(version):
    """Ten calls: five contained, one of them only until the caller called again; two put through, two who gave up,
    one too short. Three of the ten were there the week before."""
    line = {"version": version, "number": "+14155550199", "language": "en-US"}
    money = {"cost": Decimal("0.012"), "stream_cost": Decimal("0.003"), "ai_cost": Decimal("0.009")}
    helper = {"step": "helper", "exit": "solved", "seconds": 30, "cost": Decimal("0.009")}
    for hour in range(4):
        counted(**line, goal=True, visits=[MENU], **money, began_at=MORNING + timedelta(hours=hour))
    counted(
        **line,
        goal=True,
        repeat_week=True,
        visits=[{**MENU, "exit": "no-match", "no_matches": 1}, helper],
        answers=[640, 1200],
        mood_start="negative",
        mood_end="positive",
    )
    counted(**line, transferred=True, asked_person=True, seconds_to_person=38, visits=[MENU, SUPPORT])
    counted(**line, transferred=True, seconds_to_person=71, visits=[MENU, SUPPORT])
    counted(**line, gave_up=True, visits=[{"step": "menu", "no_inputs": 2, "hung_up": True, "seconds": 12}])
    counted(**line, gave_up=True, ears=["Mood fell in the menu."], visits=[{"step": "menu", "hung_up": True}])
    counted(**line, short=True, entered=False)
    for _ in range(3):
        counted(**line, goal=True, began_at=MORNING - timedelta(days=7))
