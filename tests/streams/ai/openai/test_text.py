"""A text model by both APIs, against a stand-in that holds every frame to the vendor's types and fails in every way."""

import asyncio
import json
import logging
from contextlib import aclosing

import pytest

from streams.ai.briefing import Function
from streams.ai.openai import text as openai_text
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.openai.text import DIALECTS, OpenAIText
from streams.ai.provider import Fault, ProviderError, ProviderRefused, ProviderTimedOut, Used
from streams.ai.text_model import Answered, Called, Said, TextPiece, estimated
from tests.standins.faults import FAULTS
from tests.standins.faults import Fault as Failure
from tests.standins.openai_http import KEY, OpenAIHTTP
from tests.standins.openai_model import Says, script
from tests.standins.server import serving

CHOICE = {"type": "string", "enum": ["sales", "support"]}
TRANSFER = Function(
    name="transfer",
    description="Put the caller through.",
    parameters={
        "type": "object",
        "properties": {"to": CHOICE},
        "required": ["to"],
        "additionalProperties": False,
    },
)
FORM = {"title": "Mood", **TRANSFER.parameters}
HELLO = [Said(who="caller", text="Hello, who is this?")]


@pytest.fixture
def standin():
    return OpenAIHTTP()


@pytest.fixture
async def address(standin):
    async with serving(standin) as address:
        yield f"{address}/v1"
    assert standin.wrong == []


@pytest.fixture
async def clients(address):
    clients = OpenAIClients(OpenAIAccount(key=KEY, base_url=address))
    yield clients
    await clients.close_here()


@pytest.fixture(params=DIALECTS)
def model(request, clients):
    return OpenAIText(clients, model="gpt-6-luna", dialect=DIALECTS[request.param], effort="none")


async def all_of(reply):
    return [piece async for piece in reply]


def words(pieces):
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))


def used(pieces):
    return {piece.unit: piece for piece in pieces if isinstance(piece, Used)}


async def test_a_reply_comes_word_by_word_and_its_cost_last(model, standin):
    standin.brain = script("Good morning, this is Brightwater.")
    pieces = await all_of(model.reply("You answer the phone.", HELLO))
    assert words(pieces) == "Good morning, this is Brightwater."
    assert len([piece for piece in pieces if isinstance(piece, TextPiece)]) == 5
    assert [piece.unit for piece in pieces[-2:]] == ["text_in", "text_out"]
    assert pieces[-1] == Used(engine="openai", model="gpt-6-luna", unit="text_out", quantity=9)


async def test_nothing_is_stored_at_the_vendor_and_thinking_is_as_set(model, standin):
    await all_of(model.reply("You answer the phone.", HELLO, [TRANSFER]))
    [seen] = standin.seen
    assert seen.body["store"] is False
    assert "none" in (seen.body.get("reasoning_effort"), seen.body.get("reasoning", {}).get("effort"))
    assert KEY not in json.dumps([seen.body, seen.headers])


async def test_what_is_cached_is_not_counted_twice(model, standin):
    long = "You answer the phone of a flower shop. " * 60
    await all_of(model.reply(long, HELLO))
    again = used(await all_of(model.reply(long, HELLO)))
    whole = len(long + HELLO[0].text) // 4 + 7
    assert again["text_cached"].quantity == 512
    assert again["text_in"].quantity == whole - 512


async def test_what_was_thought_is_part_of_the_output(clients, standin):
    model = OpenAIText(clients, model="gpt-6-luna", dialect=DIALECTS["responses"], effort="low")
    standin.brain = script("Yes.")
    assert used(await all_of(model.reply("x", HELLO)))["text_out"].quantity == 64 + 2


async def test_a_function_call_comes_whole_after_the_words(model, standin):
    standin.brain = script(Says("One moment. ", calls=(("transfer", {"to": "sales"}),)))
    said = [piece for piece in await all_of(model.reply("x", HELLO, [TRANSFER])) if not isinstance(piece, Used)]
    assert words(said) == "One moment. "
    [call] = [piece for piece in said if isinstance(piece, Called)]
    assert (call.name, json.loads(call.arguments)) == ("transfer", {"to": "sales"})
    assert call.call_id


async def test_what_a_call_brought_is_told_with_the_call(model, standin):
    turns = [
        *HELLO,
        Said(who="agent", text="One moment."),
        Called(call_id="c1", name="transfer", arguments='{"to": "sales"}'),
        Called(call_id="c2", name="transfer", arguments='{"to": "support"}'),
        Answered(call_id="c1", result="Nobody answers there."),
        Answered(call_id="c2", result="They are busy."),
    ]
    heard = []
    standin.brain = lambda asked: heard.append(asked) or Says("I am sorry.")
    await all_of(model.reply("x", turns, [TRANSFER]))
    assert heard[0].turns == (
        ("user", "Hello, who is this?"),
        ("assistant", "One moment."),
        ("call", 'transfer {"to": "sales"}'),
        ("call", 'transfer {"to": "support"}'),
        ("result", "Nobody answers there."),
        ("result", "They are busy."),
    )


async def test_a_greeting_needs_no_word_of_the_caller(model, standin):
    standin.brain = script("Hello!")
    assert words(await all_of(model.reply("x", []))) == "Hello!"


async def test_a_refusal_is_spoken_rather_than_silence(model, standin):
    standin.brain = script(Says(refusal="I cannot help with that."))
    assert words(await all_of(model.reply("x", HELLO))) == "I cannot help with that."


async def test_a_reply_that_is_cut_off_keeps_its_words_and_drops_its_half_calls(model, standin):
    standin.brain = script(Says("I was going to", calls=(("transfer", '{"to": "sa'),), cut="max_output_tokens"))
    pieces = await all_of(model.reply("x", HELLO, [TRANSFER]))
    assert words(pieces) == "I was going to"
    assert not [piece for piece in pieces if isinstance(piece, Called)]


async def test_closing_a_reply_stops_the_vendor_and_its_use_can_be_estimated(model, standin):
    standin.brain, standin.pace = script("word " * 500), 0.002
    said = ""
    async with aclosing(model.reply("x" * 40, HELLO)) as reply:
        async for piece in reply:
            said += piece.text
            if len(said) > 12:
                break
    async with asyncio.timeout(20):
        while not standin.left:  # noqa: ASYNC110 it is served elsewhere
            await asyncio.sleep(0.005)
    into, out = estimated(model, "x" * 40, HELLO, said)
    assert (into.unit, into.quantity, into.estimated) == ("text_in", -(-(40 + 19) // 4), True)
    assert (out.unit, out.quantity, out.estimated) == ("text_out", -(-len(said) // 4), True)


async def test_the_use_on_a_server_that_counts_nothing_is_estimated(clients, standin):
    standin.counts, standin.brain = False, script("Good morning.")
    model = OpenAIText(clients, model="gpt-6-luna", dialect=DIALECTS["chat"])
    counted = used(await all_of(model.reply("x", HELLO)))
    assert counted["text_out"].quantity == 4
    assert counted["text_in"].estimated


EXPECTED = {
    "wrong key": Fault.KEY,
    "key without rights": Fault.KEY,
    "unknown model": Fault.MODEL,
    "bad request": Fault.REFUSED,
    "too many requests": Fault.BUSY,
    "too many requests for a while": Fault.BUSY,
    "no credit": Fault.QUOTA,
    "never answers": Fault.SLOW,
    "stalls": Fault.SLOW,
    "drops": Fault.UNREACHABLE,
    "drops at once": Fault.UNREACHABLE,
}
RETRYABLE = {Fault.BUSY, Fault.SLOW, Fault.UNREACHABLE, Fault.BROKE}


@pytest.mark.parametrize("failing", FAULTS)
async def test_every_failure_of_a_reply_is_told_in_time_and_says_whether_to_try_again(
    model, standin, failing, monkeypatch
):
    if EXPECTED.get(failing) is Fault.SLOW:
        monkeypatch.setattr(openai_text, "LIVE_SECONDS", 0.2)
    standin.broken = FAULTS[failing]
    with pytest.raises(ProviderError) as caught:
        async with asyncio.timeout(20):
            await all_of(model.reply("x", HELLO))
    check_told(caught.value, failing)
    assert len(standin.seen) == 1  # a live call has no time for silent tries


STREAMED_ONLY = {"stalls", "drops", "drops at once", "fails on its way"}


@pytest.mark.parametrize("failing", [name for name in FAULTS if name not in STREAMED_ONLY])
async def test_every_failure_of_an_answer_is_told_in_time_too(model, standin, failing, monkeypatch):
    if EXPECTED.get(failing) is Fault.SLOW:
        monkeypatch.setattr(openai_text, "LIVE_SECONDS", 0.2)
    standin.broken = FAULTS[failing]
    with pytest.raises(ProviderError) as caught:
        async with asyncio.timeout(20):
            await model.answer("x", "y", FORM)
    check_told(caught.value, failing)


def check_told(error, failing):
    fault = EXPECTED.get(failing, Fault.BROKE)
    # a body that is not what was asked may look like a connection that ended early
    assert error.fault == fault or (FAULTS[failing].body and error.fault == Fault.UNREACHABLE)
    assert error.retryable == (fault in RETRYABLE)
    assert str(error).startswith("OpenAI ")
    assert KEY not in str(error)


async def test_the_first_words_have_a_deadline_of_their_own(model, standin, monkeypatch):
    monkeypatch.setattr(openai_text, "FIRST_SECONDS", 0.1)
    standin.broken = Failure(first_after=60)
    with pytest.raises(ProviderTimedOut):
        async with asyncio.timeout(20):
            await all_of(model.reply("x", HELLO))


async def test_what_fails_after_the_end_does_no_harm(clients, standin):
    standin.brain = script("Good morning.")
    standin.broken = Failure(drops_after=4)  # a chat of two words is whole by then, its usage is not there yet
    model = OpenAIText(clients, model="gpt-6-luna", dialect=DIALECTS["chat"])
    pieces = await all_of(model.reply("x", HELLO))
    assert words(pieces) == "Good morning."
    assert used(pieces)["text_out"].estimated


async def test_an_answer_has_the_form_of_its_schema(model, standin):
    standin.brain = script(Says.in_form(to="sales"))
    answer = await model.answer("Where to?", '"roses please"', FORM)
    assert answer.found == {"to": "sales"}
    assert {one.unit for one in answer.used} == {"text_in", "text_out"}


@pytest.mark.parametrize(
    "says",
    [
        Says(refusal="No."),
        Says('{"to": "sa', cut="max_output_tokens"),
        Says("{}", cut="content_filter"),
        Says(""),
        Says("[1]"),
        Says("[" * 100_000),
    ],
)
async def test_an_answer_that_was_refused_or_cut_off_is_none_and_costs_all_the_same(model, standin, says):
    standin.brain = script(says)
    answer = await model.answer("Where to?", "roses", FORM)
    assert answer.found is None
    assert answer.used


COUNTED = {"responses": ["input_tokens", "output_tokens"], "chat": ["prompt_tokens", "completion_tokens"]}


async def test_a_reply_without_an_answer_costs_what_the_server_counted(clients, standin):
    for dialect, names in COUNTED.items():
        model = OpenAIText(clients, model="gpt-6-luna", dialect=DIALECTS[dialect])
        reply = {"status": "failed", "output": [], "choices": [], "usage": dict(zip(names, (70, 9), strict=True))}
        for body, cost in ((reply, {"text_in": 70, "text_out": 9}), ({**reply, "usage": None}, {})):
            standin.broken = Failure(body=json.dumps(body))
            with pytest.raises(ProviderError, match="no answer in it") as caught:
                await model.answer("Where to?", "roses", FORM)
            assert {one.unit: one.quantity for one in caught.value.used} == cost


async def test_workers_ask_without_a_loop_and_try_again(model, standin):
    standin.brain = script(Says.in_form(to="support"))
    standin.faults = [FAULTS["too many requests for a while"]]
    answer = await asyncio.to_thread(model.answer_blocking, "Where to?", "roses", FORM)
    assert answer.found == {"to": "support"}
    assert [seen.headers["x-stainless-retry-count"] for seen in standin.seen] == ["0", "1"]


async def test_workers_do_not_try_again_where_it_cannot_help(model, standin):
    standin.broken = FAULTS["wrong key"]
    with pytest.raises(ProviderRefused, match="refuses the key"):
        await asyncio.to_thread(model.answer_blocking, "Where to?", "roses", FORM)
    assert len(standin.seen) == 1


async def test_one_connection_serves_many_replies(model, standin):
    for _ in range(3):
        await all_of(model.reply("x", HELLO))
    assert len({seen.port for seen in standin.seen}) == 1


async def test_what_callers_say_reaches_no_log_at_any_level(model, standin, caplog):
    with caplog.at_level(logging.DEBUG):
        await all_of(model.reply("You answer the phone.", HELLO))
        standin.broken = FAULTS["server error"]
        with pytest.raises(ProviderError):
            await model.answer("You answer the phone.", HELLO[0].text, FORM)
    assert "who is this" not in caplog.text
    assert KEY not in caplog.text
