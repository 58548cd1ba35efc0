"""What a call costs before and after publishing, as the page says it: always as an estimate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from flows import engine, estimate, layers, seams, sound, spoken
from flows.admin.replay import versions_of
from flows.estimate import Estimate, Played
from flows.models import Flow
from flows.money import about
from flows.testcalls.replaying import compare
from flows.testcalls.route import route_of
from flows.testcalls.runner import run_text

ENOUGH = 20  # calls, for an estimate to rest on them rather than on test calls
MOST = 200  # calls that are played while the page is waited for


@dataclass(frozen=True)
class Cost:
    """`said` is the sentence, `rests_on` what it rests on; `unknown` are AI steps that are not in it."""

    said: str
    rests_on: str = ""
    is_of_calls: bool = False
    unknown: tuple[str, ...] = ()


def cost_shown(flow: Flow, draft: engine.Flow, before: engine.Flow | None) -> Cost:
    """The cost of a call on the newest version and on this draft."""
    since = timezone.now() - timedelta(days=layers.DAYS)
    spent = seams.spent(flow.pk, since, MOST)
    if len(spent) >= ENOUGH and (played := _played(flow, draft, spent, since)):
        flows = [draft, *{id(one.flow): one.flow for one in played}.values()]
        found = estimate.of_calls(played, draft, _lengths(flows), seams.stream_price())
        return _in_words(found, _of_calls(found.calls), is_of_calls=True)
    tests = list(flow.test_calls.values_list("lines", flat=True))
    if not tests:
        return Cost("It can be estimated once this flow has test calls, or callers.")
    sides = {"after": draft} | ({"before": before} if before else {})
    ways = {name: [route_of(run_text(side, lines)).steps for lines in tests] for name, side in sides.items()}
    known = estimate.usual(spent)
    found = estimate.of_tests(ways, sides, known, _lengths(sides.values()), seams.stream_price())
    return _in_words(found, f"this flow’s {len(tests)} test call{'' if len(tests) == 1 else 's'}", is_of_calls=False)


def _played(flow: Flow, draft: engine.Flow, spent: Iterable[seams.Spent], since: datetime) -> list[Played]:
    bills = {one.call_pk: one for one in spent}
    calls = [call for call in seams.past_calls(flow.pk, since, MOST) if call.pk in bills]
    flows = versions_of(flow, calls)
    played = []
    for call in calls:
        if own := flows.get(call.version_pk):
            compared = compare(call.events, own, draft, began=call.began.timestamp())
            played.append(Played(bills[call.pk], own, compared.before, compared.after))
    return played


def _lengths(flows: Iterable[engine.Flow]) -> dict[str, float]:
    """How long the texts last whose sound was made, in the voice of the first flow that says them. One query."""
    found: dict[str, str] = {}
    for flow in flows:
        own = seams.digests(spoken.texts_of(flow), voice=flow.voice, language=flow.language)
        found = {**own, **dict(flow.resources.get("recording", {})), **found}
    sizes = spoken.sizes_of(found.values())
    return {text: sound.seconds(sizes[digest]) for text, digest in found.items() if digest in sizes}


def _in_words(found: Estimate, rests_on: str, *, is_of_calls: bool) -> Cost:
    after = about(found.after)
    if found.before is None:
        said = f"A call will cost about {after}."
    elif about(found.before) == after:
        said = f"A call costs about {after}, now and with this draft."
    else:
        said = f"A call costs about {about(found.before)} now; about {after} with this draft."
    return Cost(said, f"Estimated from {rests_on}.", is_of_calls, found.unknown)


def _of_calls(number: int) -> str:
    latest = "the latest " if number >= MOST else ""
    return f"{latest}{number} calls of the last {layers.DAYS} days"
