"""A caller who leaves traces everywhere that this program has, through the doors they would come by, and a way to look
for them afterwards."""

import zlib
from datetime import timedelta

from django.apps import apps
from django.contrib.auth.models import User
from django.utils import timezone

from streams import calls, event_log, orders, tape
from streams.callbacks import wishes
from streams.event_log import Entry
from streams.finalise import finalise
from streams.models import Call, CarrierRecord
from streams.models.reconciling import UnreadableRecord
from streams.recorder import Piece
from tests.streams.carriers.plivo_side import fields

NUMBER = "+14155550142"
DIGITS = "739164"
NAME = "Zanzibar Quillfeather"
PROMISED = f"I will call {NAME} tomorrow"
WANTED = ("4155550142", DIGITS, "Zanzibar", "Quillfeather", "purple wombat")


def calls_in(plivo, *, call: str, number: str = NUMBER) -> Call:
    """One whole call of this number: asked for, talked on, ended and recorded."""
    plivo.post("/plivo/answer/", fields(call=call, From=number))
    row = Call.objects.get(call_uuid=call)
    began = timezone.now() - timedelta(minutes=10)
    Call.objects.filter(pk=row.pk).update(began_at=began, answered_at=began, state={"answers": {"account": DIGITS}})
    for kind, seconds in (("start", 0), ("stop", 60)):
        key = f"stream-{call}:{kind}"
        at = began + timedelta(seconds=seconds)
        calls.note_stream(row, source="socket", dedupe_key=key, stream_id=f"stream-{call}", kind=kind, at=at)
    event_log.append(
        row.pk,
        [
            Entry(at=0, kind="notice_heard"),
            Entry(at=0, kind="answered"),
            Entry(at=0, kind="entered", step="menu"),
            Entry(at=1, kind="prompt_started", step="menu", data={"prompt": "p1", "texts": [f"You typed {DIGITS}."]}),
            Entry(at=2, kind="key", step="menu", data={"digit": "7"}),
            Entry(at=3, kind="answer", step="menu", data={"answers": {"account": DIGITS, "name": NAME}}),
            Entry(at=4, kind="utterance", step="menu", data={"text": f"I am {NAME}", "confidence": 0.9}),
            Entry(at=5, kind="understood", step="menu", data={"meaning": "purple wombat", "taken": True}),
            Entry(at=6, kind="agent_heard", step="menu", data={"text": f"call me on {number}"}),
            Entry(at=7, kind="tool_asked", step="menu", data={"tool": "note", "arguments": {"text": NAME}}),
            Entry(at=8, kind="used", step="menu", data={"engine": "x", "model": "m", "unit": "turns", "quantity": 2}),
            Entry(
                at=9, kind="overheard", step="menu", data={"who": "person", "text": PROMISED, "began": 8, "ended": 9}
            ),
            Entry(at=9, kind="mood", step="menu", data={"who": "person", "mood": "positive", "topics": [NAME]}),
            Entry(
                at=9,
                kind="cue",
                step="menu",
                data={"cue": "cancel", "name": "Cancel", "who": "person", "text": PROMISED},
            ),
            Entry(at=9, kind="left", step="menu", data={"outcome": "key-7", "goes_to": "bye"}),
        ],
    )
    orders.keep_note(row.pk, at=5.0, what="message", text=f"{NAME} about a purple wombat")
    orders.order_text(row.pk, at=5.0, name="link", text=f"Dear {NAME}")
    wishes.ask(row.pk, step="back", about=f"{NAME} wants a call")
    said = WANTED[-1].encode() * 1000
    tape.store(row.pk, Piece(0, said, said))  # what is said in it, as its bytes
    raw = {"from_number": number, "to_number": "+14155550199"}
    CarrierRecord.objects.create(
        kind="call", carrier_id=call, call_uuid=call, from_number=number, raw=raw, amount="0.0055", digest="d1"
    )
    UnreadableRecord.objects.create(kind="call", why="no end", raw=f"{raw}", digest=call, day=timezone.localdate())
    plivo.post("/plivo/hangup/", fields("Hangup", call=call, From=number, CallStatus="completed", Duration="60"))
    Call.objects.filter(pk=row.pk).update(ended_at=began + timedelta(minutes=1))
    finalise(row.pk)
    row.refresh_from_db()
    return row


def traces(*places) -> list[str]:
    """Where any of the planted words still stands: rows of every table, people's own left out, and files below here."""
    found = []
    for model in apps.get_models():
        if model is User:
            continue
        for values in model._base_manager.values():
            said = " ".join(map(_told, values.values()))
            found += [f"{model.__name__}: {word}" for word in WANTED if word in said]
    for place in places:
        for file in place.rglob("*"):
            if file.is_file():
                said = file.read_bytes().decode("latin-1")
                found += [f"{file.name}: {word}" for word in WANTED if word in said]
    return found


def _told(value: object) -> str:
    """What a field says, also where it is packed."""
    try:
        return zlib.decompress(value).decode("latin-1") if isinstance(value, bytes) else str(value)
    except zlib.error:
        return str(value)
