"""The phone at home: the account, the voice and the words of the site that this program itself is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

from asgiref.sync import sync_to_async
from django.conf import settings

from flows.engine.snapshot import load
from flows.models import FlowVersion
from flows.numbers import same_number
from streams import engines
from streams.audio import prompts
from streams.carriers.at_hand import NO_ACCOUNT, switchboard
from streams.carriers.plivo_api import sign_v3
from streams.house_texts import HOUSE_TEXTS
from streams.models import CallEvent
from streams.phone.accounts import Accounts, Manner
from streams.phone.book import Book
from streams.phone.callbacks import Account
from streams.phone.desk import Desk, Order
from streams.phone.hearing import Knowledge, Words, no_words
from streams.phone.live import LiveCalls
from streams.phone.profile import Profile
from streams.phone.voice import Voice

USUAL = Manner()
NOT_LISTENED = ("listening_ended", "listening_left_out")


def account() -> Account:
    """Who signs: the token that the site itself checks with."""
    return Account(settings.PLIVO_AUTH_ID or NO_ACCOUNT, settings.PLIVO_AUTH_TOKEN, sign_v3)


def book() -> Book:
    """The book of the calls that this installation's phone placed, in the site's own folder."""
    return Book(settings.VAR_DIR / "phone-book")


@contextlib.contextmanager
def rest_side(
    on_order: Callable[[Order], object] = lambda order: None, manner: Manner = USUAL, port: int = 0
) -> Iterator[LiveCalls]:
    """The carrier's REST side for the calls of this phone while this lasts: on `port` of this machine, or on any.

    Give its calls to `place_call` as `live`, so that the site can ask for them. Raises `OSError` for a taken port.
    """
    live = LiveCalls()
    with Desk(account(), on_order, Accounts(book(), manner), live).open(port) as taken:
        live.listed = partial(switchboard().listed, port=taken)
        yield live


def profile(site: str) -> Profile:
    """How to call `site`: this one on its own port, also when its public address leads elsewhere or nowhere yet."""
    at_home = site == settings.PUBLIC_URL and not settings.DEVELOPMENT
    return Profile(connects_to=f"127.0.0.1:{settings.PORT}" if at_home else "")


def voice() -> Voice:
    """The caller's voice: always the offline one, which costs nothing, whatever the line speaks with."""
    return Voice(engines.synthesizer("local"))


def knowledge_of(number: str, *, is_own_site: bool = True) -> Knowledge:
    """What can be heard on this number: the prompts of its live version, and the words of its agents.

    Reads the database. For another site only prompts are of use, should they be the same; its log is not ours.
    """
    live = FlowVersion.objects.filter(numbers__number=same_number(number)).first()
    rendered = prompts.library(load(live.snapshot), HOUSE_TEXTS) if live else {}
    return Knowledge(rendered, words_of_the_log() if is_own_site else no_words)


async def overheard(call_uuid: str, *, every: float = 0.4) -> AsyncIterator[CallEvent]:
    """What the site writes down of a talk, line by line as it comes (`overheard`), until nobody listens any more.

    The log is looked at every so many seconds. A call that is never listened to ends it never.
    """
    lines = CallEvent.objects.filter(call__call_uuid=call_uuid, kind__in=("overheard", *NOT_LISTENED)).order_by("seq")
    seen = -1
    while True:
        async for line in lines.filter(seq__gt=seen):
            if line.kind in NOT_LISTENED:
                return
            seen = line.seq
            yield line
        await asyncio.sleep(every)


def words_of_the_log() -> Words:
    """What was said before a checkpoint, from the log of a call. Each line is given once."""
    told: set[int] = set()

    def read(call_uuid: str, checkpoint: str) -> str | None:
        said = CallEvent.objects.filter(
            call__call_uuid=call_uuid, kind__in=("agent_said", "prompt_started"), data__prompt=checkpoint
        )
        event = said.exclude(seq__in=told).order_by("-seq").first()
        if event is None:
            return None
        told.add(event.seq)
        return str(event.data.get("text") or " ".join(event.data.get("texts", ())))

    return sync_to_async(read)
