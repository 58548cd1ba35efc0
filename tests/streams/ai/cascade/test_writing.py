from contextlib import aclosing

import pytest

from streams.ai.cascade.writing import BROKE_OFF, MOST, Writing
from streams.ai.provider import ProviderError, Used
from streams.ai.text_model import Said
from tests.streams.ai.cascade.parts import Model, end

ASKED = [Said(who="caller", text="Hello?")]


def writing(*replies):
    model = Model(list(replies))
    return Writing(model, "Be kind.", ASKED), model


async def sentences(reply):
    return [one async for one in reply.sentences() if isinstance(one, str)]


def down():
    return ProviderError("down", retryable=True)


async def test_sentences_come_one_by_one_and_calls_are_there_at_the_end():
    reply, _ = writing(["One. T", "wo.", end("person")])
    assert await sentences(reply) == ["One.", "Two."]
    assert reply.calls == [end("person")]


async def test_calls_of_a_reply_that_broke_off_are_forgotten():
    reply, model = writing(["One. Two", end("person"), down()], ["Two."])
    assert await sentences(reply) == ["One.", "Two."]
    assert reply.calls == []
    assert model.asked[1].turns == [*ASKED, Said(who="agent", text="One."), Said(who="caller", text=BROKE_OFF)]


async def test_a_reply_too_long_ends_after_a_sentence_and_asks_for_nothing():
    reply, _ = writing(["This is a sentence of some length. "] * 60 + [end("person")])
    assert len(" ".join(await sentences(reply))) <= MOST
    assert reply.calls == []


async def test_a_reply_that_is_closed_early_is_counted_by_estimate_once():
    reply, model = writing(["One. Two. Three."])
    async with aclosing(reply.sentences()) as written:
        await anext(written)
    used = reply.uncounted()
    assert {one.unit for one in used} == {"text_in", "text_out"}
    assert all(one.estimated and one.model == model.model for one in used)
    assert reply.uncounted() == ()


async def test_a_reply_that_was_counted_is_not_estimated():
    reply, _ = writing(["One."])
    used = [one async for one in reply.sentences() if isinstance(one, Used)]
    assert len(used) == 1
    assert reply.uncounted() == ()


async def test_a_reply_that_never_began_costs_nothing():
    reply, _ = writing([ProviderError("no")])
    with pytest.raises(ProviderError):
        await sentences(reply)
    assert reply.uncounted() == ()
