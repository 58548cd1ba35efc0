"""The other end of the line for calls that this site makes: it rings in the terminal, in place of a carrier."""

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streams.carriers import at_hand
from streams.management.commands.call import LABELS, LOSES_END_HELP, line_of, typed_lines
from streams.phone import causes, outbound, own_site
from streams.phone.accounts import FAULTS, UnknownFault, faults_named, manner_with
from streams.phone.call import Application, Caller
from streams.phone.callers import MachineCaller, PressingCaller, TypingCaller
from streams.phone.desk import Order
from streams.phone.far_end import ANYBODY, DESTINATIONS
from streams.phone.hearing import Knowledge
from streams.phone.live import LiveCalls
from streams.phone.placing import place_call
from streams.phone.record import Moment
from streams.phone.switchboard import WAITING

NOT_POINTED_HERE = (
    "The site calls with its account at Plivo, so nothing would ring here. Put into .env, then start the site and this "
    "again:\nPLIVO_API_URL=http://127.0.0.1:8099"
)
OPEN_ALREADY = "A phone waits for calls in another terminal already. Close that one first."
BY_HAND = (
    "Enter picks up; 1 or 2 or 9 picks up and presses it; t picks up, and then you type keys or words; "
    "m is an answering machine; b is busy; n lets it ring."
)
NOT_TAKEN = {"b": causes.THEY_ARE_BUSY, "n": causes.NOBODY_ANSWERS}


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    _line: asyncio.Future[str] | None = None  # that is waited for
    help = "Answer the calls that this site makes, call-backs and those of lists, with the built-in phone."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--presses", help=f"Do by itself what is typed otherwise: {BY_HAND}")
        parser.add_argument("--machine", action="store_true", help="An answering machine picks up.")
        parser.add_argument("--destination", choices=DESTINATIONS, default="completed", help="What becomes of a dial.")
        parser.add_argument("--loses-end", action="store_true", help=LOSES_END_HELP)
        parser.add_argument("--once", action="store_true", help="End after one call.")
        parser.add_argument(
            "--faults",
            default="",
            metavar="NAME,NAME",
            help="How the carrier's records go wrong meanwhile: "
            + "; ".join(f"{name}: {fault.words}" for name, fault in FAULTS.items()),
        )
        parser.add_argument("--speed", type=float, default=1.0, help="How many times faster than real time.")

    def handle(self, *args: Any, **options: Any) -> None:
        here = urlsplit(settings.PLIVO_API_URL)
        if here.geturl() and (here.scheme != "http" or here.hostname != "127.0.0.1" or not here.port):
            raise CommandError(NOT_POINTED_HERE)
        if not here.geturl() and at_hand.has_account():
            raise CommandError(NOT_POINTED_HERE)
        if at_hand.switchboard().port_of(WAITING):
            raise CommandError(OPEN_ALREADY)
        if options["speed"] <= 0:
            raise CommandError("The speed must be above 0; 1 is real time.")
        try:
            options["faults"] = faults_named(options["faults"])
        except UnknownFault as error:
            raise CommandError(str(error)) from error
        try:
            with contextlib.suppress(KeyboardInterrupt):
                asyncio.run(self._answer(here.port or 0, options))
        except OSError as error:
            raise CommandError(f"Port {here.port} cannot be used: {error.strerror}. Is this open already?") from error

    async def _answer(self, port: int, options: dict[str, Any]) -> None:
        loop, orders = asyncio.get_running_loop(), asyncio.Queue[tuple[Order, asyncio.Event]]()
        typed = typed_lines()

        def take(order: Order) -> None:
            given_up = asyncio.Event()
            order.hang_up = lambda: loop.call_soon_threadsafe(given_up.set)
            loop.call_soon_threadsafe(orders.put_nowait, (order, given_up))

        with own_site.rest_side(take, manner_with(options["faults"].values()), port) as live, live.listed(WAITING):
            for name, fault in options["faults"].items():
                self._say(f"The carrier’s records, {name}: {fault.words}.")
            self._say(f"This phone waits for calls of {settings.PUBLIC_URL}. Ctrl-C ends it.")
            while True:
                order, given_up = await orders.get()
                self._say(f"{order.number('to')} rings: {order.number('from')} calls.")
                presses = "m" if options["machine"] else options["presses"]
                if presses is None:
                    self._say(BY_HAND)
                    presses = await self._typed(typed, given_up)
                not_taken = causes.CANCELLED if given_up.is_set() else NOT_TAKEN.get(presses)
                caller = self._caller(presses, typed)
                await self._ring(order, live, caller, presses, not_taken, options)
                if options["once"]:
                    return

    async def _typed(self, typed: AsyncIterator[str], given_up: asyncio.Event) -> str:
        """What is typed for a call that rings, unless the site hangs up first; then the next line is for another."""
        self._line = self._line or asyncio.ensure_future(anext(typed, "n"))
        gone = asyncio.ensure_future(given_up.wait())
        first: tuple[asyncio.Future[Any], ...] = (self._line, gone)
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if given_up.is_set():
            return "n"
        line, self._line = self._line, None
        return line.result().strip()

    def _caller(self, presses: str, typed: AsyncIterator[str]) -> Caller:
        """Who holds the handset."""
        if presses == "m":
            return MachineCaller(outbound.GREETING)
        return TypingCaller(typed) if presses == "t" else PressingCaller(presses)

    async def _ring(
        self,
        order: Order,
        live: LiveCalls,
        caller: Caller,
        presses: str,
        not_taken: causes.Cause | None,
        options: dict[str, Any],
    ) -> None:
        """Carry out one order as the carrier does, and be the one who is called."""
        order.status = "live"
        if not_taken is causes.NOBODY_ANSWERS:
            self._say(f"It rings for {order.ring_seconds} seconds.")
        record = await place_call(
            caller,
            site=Application(order.wanted["answer_url"], order.wanted["hangup_url"]),
            account=own_site.account(),
            profile=replace(
                own_site.profile(settings.PUBLIC_URL),
                direction="outbound",
                plus_sign=False,
                loses_end=options["loses_end"],
            ),
            number=order.number("from"),
            caller_number=order.number("to"),
            knowledge=Knowledge({}, own_site.words_of_the_log()),
            voice=own_site.voice(),
            far_ends={ANYBODY: DESTINATIONS[options["destination"]]},
            speed=options["speed"],
            on_event=self._show,
            call_uuid=order.uuid,
            not_taken=not_taken,
            on_call=lambda call: outbound.carried(call, order, machine=presses == "m"),
            book=own_site.book(),
            live=live,
        )
        order.status, order.code = "over", record.hangup_code

    def _show(self, moment: Moment) -> None:
        if moment.kind in LABELS and moment.kind != "dials":  # here the site dialled
            self._say(line_of(moment))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
