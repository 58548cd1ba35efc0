"""Place a call from the terminal, by hand or by script, and watch it as it happens."""

import argparse
import asyncio
import contextlib
import sys
import threading
import uuid
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from streams.phone import own_site, sound
from streams.phone.call import Caller
from streams.phone.callers import TypingCaller
from streams.phone.far_end import ANYBODY, DESTINATIONS, FarEnd
from streams.phone.person import SAID
from streams.phone.placing import place_call
from streams.phone.profile import DEFAULT
from streams.phone.record import Moment, Record
from streams.phone.script import Script, ScriptError, parse

# What is shown of each kind of moment; kinds that are not here are for programs.
LABELS = {
    "dials": "dials",
    "answered": "answered",
    "hears": "hears",
    "hears_part": "hears part",
    "presses": "presses",
    "says": "says",
    SAID: "person",
    "verb": "xml",
    "stream": "stream",
    "far_end": "far end",
    "violation": "violation",
    "remark": "note",
    "ends": "ends",
}
# Of a talk between people that the site writes down, what it wrote is shown in place of what they said.
OVERHEARD = ("dials", "answered", "far_end", "violation", "remark", "ends")
LAST_WORDS_WITHIN = 20.0  # seconds after the call
RECORD_WITHIN = 60  # seconds until its record is whole
BROKEN = 5000  # hang-up codes from here on are no ordinary ends
SPEED_HELP = (
    "How many times faster than real time; default 1. The site's own timers and speech stay real, and this site "
    "hangs up on audio that comes more than twice as fast."
)
OVERHEARD_HELP = (
    "Show what this site writes down of a talk between people as it comes, and at the end what the call cost."
)
LOSES_END_HELP = "Lose what the carrier tells of the call's end, as where the site cannot be reached just then."
URL_HELP = (
    "The public address of another site to call; or of this one, to call it as the carrier does, through its proxy."
)
PERSON_HELP = "Who answers when the caller is put through: the lines of this script that begin with “dial” or “person”."
BY_HAND = "Type keys or words, then Enter. Ctrl-D hangs up."


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # whoever calls wants to hear the line, not about its settings
    help = "Call a number of this site with the built-in phone and show the conversation as it happens."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("number", nargs="?", default="", help="Such as +14155550199. A script may name it instead.")
        parser.add_argument("--script", type=Path, help="Follow this script, such as streams/phone/scripts/demo.txt.")
        parser.add_argument("--from", dest="caller_number", default="", help="The caller's own number.")
        parser.add_argument("--wav", type=Path, help="Save the call here: the caller left, the line right.")
        parser.add_argument("--speed", type=float, default=1.0, help=SPEED_HELP)
        parser.add_argument("--url", default="", help=URL_HELP)

        parser.add_argument("--overheard", action="store_true", help=OVERHEARD_HELP)
        parser.add_argument("--person", type=Path, help=PERSON_HELP)
        parser.add_argument("--destination", choices=DESTINATIONS, help="What becomes of every dial.")
        parser.add_argument("--loses-end", action="store_true", help=LOSES_END_HELP)

    def handle(self, *args: Any, **options: Any) -> None:
        script = self._script(options["script"])
        if not options["number"] and not (script and script.number):
            raise CommandError("Say which number to call, such as: manage.py call +14155550199")
        if options["speed"] <= 0:
            raise CommandError("The speed must be above 0; 1 is real time.")
        if options["overheard"] and options["url"].rstrip("/") not in ("", settings.PUBLIC_URL):
            raise CommandError(
                "What another site writes down cannot be seen from here. Leave out --overheard or --url."
            )
        self._shown = OVERHEARD if options["overheard"] else tuple(LABELS)
        record = self._call(script, options)
        if options["wav"]:
            options["wav"].write_bytes(
                sound.stereo_wav(bytes(record.caller_track.audio), bytes(record.line_track.audio))
            )
            self.stdout.write(f"The call is in {options['wav']}: the caller left, the line right.")
        if record.timings.first_sound is not None:
            self.stdout.write(f"The caller waited at most {record.timings.longest_wait:.1f} s for the line to speak.")
        if record.failure:
            raise CommandError(record.failure)
        if record.hangup_code >= BROKEN:
            raise CommandError(f"The call did not work: {record.ending}. {self._why(record)}")
        if options["overheard"]:
            self.stdout.write("")
            call_command("show_call", record.call_uuid, wait=RECORD_WITHIN, costs=True, stdout=self.stdout)

    def _script(self, path: Path | None) -> Script | None:
        if path is None:
            return None
        try:
            return parse(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"The script {path} cannot be read: {error.strerror}.") from error
        except (ScriptError, UnicodeError) as error:
            raise CommandError(f"{path}: {error}") from error

    def _call(self, script: Script | None, options: dict[str, Any]) -> Record:
        site = options["url"].rstrip("/") or settings.PUBLIC_URL
        number = options["number"] or (script.number if script else "")
        caller: Script | Caller = script or TypingCaller(typed_lines())
        if script is None:
            self.stdout.write(BY_HAND)
        call_uuid = str(uuid.uuid4())
        with own_site.rest_side() as live:
            placing = place_call(
                caller,
                site=site,
                account=own_site.account(),
                profile=replace(DEFAULT if options["url"] else own_site.profile(site), loses_end=options["loses_end"]),
                number=number,
                caller_number=options["caller_number"],
                knowledge=own_site.knowledge_of(number, is_own_site=site == settings.PUBLIC_URL),
                voice=own_site.voice(),
                speed=options["speed"],
                far_ends=self._far_ends(options, script),
                on_event=self._show,
                call_uuid=call_uuid,
                book=own_site.book() if site == settings.PUBLIC_URL else None,
                live=live,
            )
            return asyncio.run(self._listened(placing, call_uuid) if options["overheard"] else placing)

    def _far_ends(self, options: dict[str, Any], script: Script | None) -> Mapping[str, FarEnd]:
        """Who answers, when that is not what the caller's script says: who has no number answers for all of them."""
        played = self._script(options["person"])
        ends = dict(played.far_ends) if played else {}
        if options["destination"]:
            ends = {ANYBODY: DESTINATIONS[options["destination"]]}
        if script and ANYBODY in ends:
            ends = {**dict.fromkeys(script.far_ends, ends[ANYBODY]), **ends}
        return ends

    async def _listened(self, placing: Coroutine[Any, Any, Record], call_uuid: str) -> Record:
        """The call, with what the site writes down of it as it comes; the last words may come after its end."""
        writing = asyncio.create_task(self._show_overheard(call_uuid))
        try:
            record = await placing
            await asyncio.wait({writing}, timeout=LAST_WORDS_WITHIN)
        finally:
            writing.cancel()
        return record

    async def _show_overheard(self, call_uuid: str) -> None:
        async for line in own_site.overheard(call_uuid):
            self._say(f"{_clock(line.data['began'])}  {line.data['who']:<10}  “{line.data['text']}”")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _show(self, moment: Moment) -> None:
        if moment.kind in self._shown:
            self._say(line_of(moment))

    def _why(self, record: Record) -> str:
        failed = next((post for post in record.posts if not 200 <= post.status < 300), None)
        if failed is None:
            return " ".join(violation.detail for violation in record.violations)
        if failed.status == 0:
            return f"{failed.url}: {failed.error}. Start the site with: make run"
        return f"{failed.url} answered with status {failed.status}; its log says why."


def line_of(moment: Moment) -> str:
    """One line of the conversation: when, what, and the words."""
    text = moment.text
    if moment.kind in ("hears", "hears_part", "says", SAID) and not text.startswith("("):
        text = f"“{text}”"
    if moment.kind == "verb" and not text.startswith("<"):
        text = f"<{text}>"
    if "seconds" in moment.data and (text.startswith("(") or moment.kind == "hears_part"):
        text += f" {moment.data['seconds']} s"
    return f"{_clock(moment.at)}  {LABELS[moment.kind]:<10}  {text}".rstrip()


def _clock(at: float) -> str:
    minutes, seconds = divmod(at, 60)
    return f"{int(minutes)}:{seconds:04.1f}"


async def typed_lines() -> AsyncIterator[str]:
    """What is typed, line by line, until the input ends. A thread reads it: the call goes on meanwhile."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the call is over, and its loop with it
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line
