"""Note that the caller is to be called back, by the site itself."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from flows.engine.commands import AskForCallback, CancelTimer, Command, Play, StartTimer, StopPlaying
from flows.engine.digits import every_digit_text, is_digits, read_out
from flows.engine.events import CallbackNoted, DigitPressed, Event, PromptFinished, TimerFired
from flows.engine.step import HEARD, Leave, Move, Outcome, Retry, State, Stay, Step, param, prompt, step_type
from flows.engine.tools import REACHABLE
from flows.engine.values import value

REQUEST = "callback"
YES_KEY, NO_KEY, OTHER_KEY, END_KEY = "1", "2", "3", "#"
WAIT_TIMER, LIMIT_TIMER = "confirm", "limit"
ANSWER_SECONDS = 8.0
BETWEEN_SECONDS = 4.0  # between two digits of a number
LIMIT_SECONDS = 5.0  # the line knows within 4 whether it was noted
MOST_ASKED = 2
SHOWN_DIGITS = 4  # of the number that callers hear
FEWEST, MOST = 6, 15  # digits of a number
MOST_A_CALL = 2  # requests of one call; a caller who changes their mind asks again

ASKED = Outcome(name="asked", label="it is noted", help="They will be called back.")
DECLINED = Outcome(
    name="declined",
    label="the caller did not want it",
    optional=True,
    when_open="callers go on as if it was noted",
    help="They pressed the key to go on without it, or nothing.",
)
NOT_POSSIBLE = Outcome(
    name="not-possible",
    label="there is no number to call",
    help="They hide their number, it may not be called from here, or it could not be noted.",
)


@value
class Offer:
    """Where the conversation is: which question, how often it was put, and the digits of another number so far."""

    question: str = "offer"  # or number, check, ordered, closing
    asked: int = 1
    digits: str = ""
    outcome: str = ""


@step_type("call_back", title="Call back", question="Call the caller back later")
class CallBack(Step):
    """Callers agree with the key 1, and the line calls them back: when they pick up, they press 1 to be put through.

    Hidden numbers, and countries that are not called, cannot be called back. What is asked for stands under
    “Call-backs”, where your colleagues can call sooner, or by themselves.
    """

    waits: ClassVar[bool] = True
    takes_keys: ClassVar[bool] = True
    own_outcomes: ClassVar[tuple[Outcome, ...]] = (ASKED, DECLINED, NOT_POSSIBLE)

    offer: str = prompt(
        "Said first. The last four digits of their number follow it.",
        label=HEARD,
        default="We can call you back on the number that ends in",
        required=True,
    )
    keys_text: str = prompt(
        "Said after the digits. Keep 1 for yes and 2 for no.",
        label="What callers are asked",
        default="To be called back, press 1. To go on without it, press 2.",
        required=True,
    )
    destination: str = param(
        "Who callers are put through to, once they have picked up and pressed 1.",
        label="Put through to",
        refers_to="destination",
        max_length=60,
        required=True,
    )
    hours: str = param(
        "We call only while this is open, as it stands then. Leave it empty to call at any time that the site allows.",
        label="When we call",
        refers_to="hours",
        max_length=60,
    )
    about: str = param(
        "What your colleagues read beside it, such as: A question about an invoice. Callers never hear it.",
        label="What it is about",
        max_length=120,
    )
    tries: int = param(
        "How often we try before your colleagues have to.", label="How many times", default=3, min=1, max=6, fold=True
    )
    minutes: int = param(
        "Minutes between two tries, when the line was busy or nobody answered.",
        label="Time between tries",
        default=15,
        min=5,
        max=240,
        fold=True,
    )
    other_number: bool = param(
        "Callers may press 3 and type another number, which is read back to them. It is not kept in the call’s log.",
        label="They may give another number",
        default=False,
    )
    other_text: str = prompt(
        "Said after the question, where callers may give another number. Keep 3 for it.",
        label="To offer another number",
        default="For another number, press 3.",
        fold=True,
    )
    number_text: str = prompt(
        "Said to callers who give another number.",
        label="To ask for the number",
        default="Please enter the number with its area code, then press pound.",
        fold=True,
    )
    check_text: str = prompt(
        "Said before the number is read back.", label="Before the read-back", default="I have", fold=True
    )
    check_keys: str = prompt(
        "Said after the number was read back. Keep 1 for yes and 2 for no.",
        label="After the read-back",
        default="If this is right, press 1. To enter it again, press 2.",
        fold=True,
    )
    noted_text: str = prompt(
        "Said when it is noted. May be empty.",
        label="When it is noted",
        default="Thank you. We will call you back.",
        fold=True,
    )
    not_possible_text: str = prompt(
        "Said when there is no number to call, before callers go on to the exit for it. May be empty.",
        label="When it is not possible",
        default="Sorry, we cannot call you back on this number.",
        fold=True,
    )

    @property
    def is_secret(self) -> bool:
        return self.other_number

    def prompts(self) -> Iterator[str]:
        yield from super().prompts()
        yield from every_digit_text()

    def enter(self, state: State) -> Move:
        if state.used.get(self.kind, 0) >= MOST_A_CALL:
            return self._close(NOT_POSSIBLE.name)
        if REACHABLE.fullmatch(state.caller):
            return self._ask(Offer(), state)
        return self._ask(Offer(question="number"), state) if self.other_number else self._close(NOT_POSSIBLE.name)

    def handle(self, state: State, event: Event) -> Move:
        offer = Offer(**state.scratch)
        match offer.question:
            case "closing":
                return self._leave(offer.outcome) if isinstance(event, PromptFinished) else Stay()
            case "ordered":
                return self._ordered(event)
            case "number":
                return self._number(offer, state, event)
        return self._answer(offer, state, event)

    # --- A question that is answered with a key -----------------------------------------------------------------------

    def _answer(self, offer: Offer, state: State, event: Event) -> Move:
        match event:
            case DigitPressed(digit=key, early=False) if key == YES_KEY:
                return self._order(offer.digits)
            case DigitPressed(digit=key, early=False) if key == OTHER_KEY and self._offers_another(offer):
                return self._ask(Offer(question="number"), state, StopPlaying())
            case DigitPressed(digit=key) if key == NO_KEY and offer.question == "check":
                return self._ask(Offer(question="number"), state, StopPlaying())
            case DigitPressed(digit=key) if key == NO_KEY:
                return self._leave(DECLINED.name, StopPlaying())
        return self._waited(offer, state, event)

    def _offers_another(self, offer: Offer) -> bool:
        return self.other_number and offer.question == "offer"

    def _waited(self, offer: Offer, state: State, event: Event) -> Move:
        match event:
            case PromptFinished():
                return Stay(commands=[StartTimer(seconds=ANSWER_SECONDS, timer=WAIT_TIMER)])
            case TimerFired(timer=timer) if timer == WAIT_TIMER and offer.asked < MOST_ASKED:
                return self._ask(replace(offer, asked=offer.asked + 1), state)
            case TimerFired(timer=timer) if timer == WAIT_TIMER:
                return self._leave(DECLINED.name)
        return Stay()

    # --- Another number ---------------------------------------------------------------------------------------------

    def _number(self, offer: Offer, state: State, event: Event) -> Move:
        match event:
            case DigitPressed(digit=key) if key == END_KEY:
                return self._typed(offer, state)
            case DigitPressed(digit=key) if is_digits(key):
                typed = replace(offer, digits=offer.digits + key)
                wait = StartTimer(seconds=BETWEEN_SECONDS, timer=WAIT_TIMER)
                stop = [] if offer.digits else [StopPlaying()]
                return self._typed(typed, state) if len(typed.digits) >= MOST else _stay(typed, *stop, wait)
            case TimerFired(timer=timer) if timer == WAIT_TIMER and offer.digits:
                return self._typed(offer, state)
            case PromptFinished() if offer.digits:
                return Stay()
        return self._waited(offer, state, event)

    def _typed(self, offer: Offer, state: State) -> Move:
        if len(offer.digits) >= FEWEST:
            return self._ask(Offer(question="check", digits=offer.digits), state, StopPlaying())
        if offer.asked < MOST_ASKED:
            return self._ask(Offer(question="number", asked=offer.asked + 1), state, StopPlaying())
        return self._close(NOT_POSSIBLE.name, StopPlaying())

    # --- What is said, and how it ends ------------------------------------------------------------------------------

    def _ask(self, offer: Offer, state: State, *before: Command) -> Move:
        """Ask in a new turn: a key that was pressed at something else agrees to nothing."""
        play = Play(texts=tuple(text for text in self._texts(offer, state) if text), barge_in=False)
        return Retry(commands=[*before, CancelTimer(timer=WAIT_TIMER), play], scratch=_kept(offer))

    def _texts(self, offer: Offer, state: State) -> list[str]:
        if offer.question == "number":
            return [self.number_text]
        if offer.question == "check":
            return [self.check_text, *read_out(offer.digits), self.check_keys]
        shown = read_out("".join(filter(is_digits, state.caller))[-SHOWN_DIGITS:])
        return [self.offer, *shown, self.keys_text, *([self.other_text] if self.other_number else [])]

    def _order(self, number: str) -> Move:
        order = AskForCallback(
            number=number,
            about=self.about,
            destination=self.destination,
            hours=self.hours,
            attempts=self.tries,
            minutes=self.minutes,
            request=REQUEST,
        )
        limit = StartTimer(seconds=LIMIT_SECONDS, timer=LIMIT_TIMER)
        commands = [StopPlaying(), CancelTimer(timer=WAIT_TIMER), order, limit]
        return Stay(commands=commands, scratch=_kept(Offer(question="ordered")), used=self.kind)

    def _ordered(self, event: Event) -> Move:
        match event:
            case CallbackNoted(request=request, ok=ok) if request == REQUEST:
                return self._close(ASKED.name if ok else NOT_POSSIBLE.name)
            case TimerFired(timer=timer) if timer == LIMIT_TIMER:
                return self._close(NOT_POSSIBLE.name)
        return Stay()

    def _close(self, outcome: str, *before: Command) -> Move:
        text = self.noted_text if outcome == ASKED.name else self.not_possible_text
        if not text:
            return self._leave(outcome, *before)
        scratch = _kept(Offer(question="closing", outcome=outcome))
        return Retry(commands=[*before, Play(texts=(text,), barge_in=False)], scratch=scratch)

    def _leave(self, outcome: str, *commands: Command) -> Move:
        otherwise = Leave(outcome=ASKED.name, commands=commands) if outcome == DECLINED.name else None
        return Leave(outcome=outcome, commands=commands, tried=TOLD[outcome], otherwise=otherwise)


TOLD = {
    ASKED.name: "Asked to be called back, which is noted.",
    DECLINED.name: "Was offered to be called back, and did not want it.",
    NOT_POSSIBLE.name: "Was to be called back, which is not possible.",
}


def _kept(offer: Offer) -> dict[str, str | int]:
    return {name: getattr(offer, name) for name in ("question", "asked", "digits", "outcome")}


def _stay(offer: Offer, *commands: Command) -> Stay:
    return Stay(commands=commands, scratch=_kept(offer))
