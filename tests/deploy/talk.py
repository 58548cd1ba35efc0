"""A caller who agreed to be listened to and talks with a sales person, on the built-in phone. Each sentence is said
when the test wants it said: the caller's is typed, the person answers."""

import json
from pathlib import Path
from typing import Any

from tests.deploy.desk import SIGN_IN
from tests.own_site import Site, end, read_until

NUMBER = "+14155550198"
FIRST = ("How much is a cordless drill?", "It is ninety dollars")
MEANWHILE = "That is too expensive"  # which nobody answers
THEN = ("When can you deliver?", "Within three working days")
PERSON = "dial +14155550124 answers after 0s\n" + "".join(
    f'person hears "{said.strip("?")}"\nperson says "{answer}"\n' for said, answer in (FIRST, THEN)
)
EXPECTED = "\n".join((*FIRST, MEANWHILE, *THEN))

# Little that must be rendered, and that the caller must listen to.
SET_UP = f"""
from django.contrib.auth.models import User
from django.core.management import call_command
from flows import demo
call_command("migrate", verbosity=0)
for name in ("olga", "paul"):
    User.objects.create_superuser(name)
demo.places()
asks = {{"notice": "We write down what is said.", "mode": "asked", "asking": "Press 1 for yes, 2 for no."}}
talks = {{"destination": "sales-desk", "announcement": "", "listens": True, "expected": {EXPECTED!r}}}
ends = dict.fromkeys(("busy", "no-answer", "failed"), "bye")
steps = {{"ask": ("consent", "Ask", asks), "talk": ("transfer", "Talk", talks), "bye": ("hang_up", "Bye", {{}})}}
flow = demo.drafted(
    "sales", "Sales", steps,
    {{"ask": {{"agreed": "talk", "declined": "bye"}}, "talk": ends}}, {{}},
)
demo.put_live(flow, "{NUMBER}", "Sales")
{SIGN_IN}"""
# As if its process had given no sign for half a minute: it gave none since it was killed.
LATER = "UPDATE streams_call SET last_heard_at = datetime(last_heard_at, '-30 seconds')"
RECORD = """
import json
from datetime import timedelta
from django.utils import timezone
from streams.finalise import finalise
from streams.models import Call, CallEvent, Charge, ListenOrder, StreamEvent
from streams.reports.unwritten import unwritten
from streams.sweeper import sweep
call = Call.objects.get()
later = timezone.now() + timedelta(minutes=10)
for _ in range(2):
    sweep(later)
    finalise(call.pk, now=later)
call.refresh_from_db()
streams = list(call.streams.order_by("started_at"))
charges = Charge.objects.current()
keys = [f"stream:{stream.stream_id}" for stream in streams]
print(json.dumps({
    "status": call.status,
    "open": [stream.ended_at is None for stream in streams],
    "listens": [not stream.bidirectional for stream in streams],
    "charges": [[str(one.amount) for one in charges.filter(source_key=key)] for key in keys],
    "orders": ListenOrder.objects.filter(closed_at=None).count(),
    "dropped": [one.stream_id == streams[1].stream_id for one in StreamEvent.objects.filter(kind="dropped")],
    "overheard": [event.data["text"] for event in CallEvent.objects.filter(kind="overheard").order_by("seq")],
    "said": [one.text for one in call.utterances.filter(who__in=("caller", "person")).order_by("place")],
    "unwritten": unwritten(call.events.all()),
}))
"""


class Talk:
    """The phone, from dialling to hanging up."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site, person = site, folder / "person.txt"
        person.write_text(PERSON)
        self._phone = site.start("manage.py", "call", NUMBER, "--person", str(person))

    def begin(self) -> None:
        """The caller agrees, and is put through."""
        self._until("2 for no")
        self.says("1")
        self._until("they talk")

    def says(self, words: str) -> None:
        """The caller says this, or presses a key."""
        self._phone.stdin.write(f"{words}\n")
        self._phone.stdin.flush()

    def has_said(self, words: str) -> None:
        """The same, and wait until it is said: a key is pressed after it."""
        self.says(words)
        self.says("#")
        self._until("presses")

    def hang_up(self) -> str:
        """The caller leaves; what the phone showed since."""
        said, _ = self._phone.communicate(timeout=30)
        assert self._phone.returncode == 0, said
        return said

    def close(self) -> None:
        end(self._phone)

    def _until(self, wanted: str) -> None:
        read_until(self._phone, wanted)


def record(site: Site) -> dict[str, Any]:
    """What is left of the call."""
    return dict(json.loads(site.manage("shell", "-v0", "-c", RECORD).splitlines()[-1]))
