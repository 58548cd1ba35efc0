"""Items: adding, cutting off, taking out; and what the conversation costs."""

import pytest

from tests.standins.openai_realtime import RealtimeStandin, Say
from tests.standins.realtime_client import talking, types


def said(text, **fields):
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}], **fields}


async def spoken(client):
    """A response, and the id of what it said."""
    return (await client.respond())["output"][0]["id"]


async def test_a_history_can_be_put_in():
    standin = RealtimeStandin()
    async with talking(standin) as client:
        await client.send("conversation.item.create", item=said("Hello?", id="one"))
        assert (await client.one("conversation.item.done"))["item"]["id"] == "one"
        answer = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Yes."}]}
        await client.send("conversation.item.create", item=answer)
        assert (await client.one("conversation.item.done"))["previous_item_id"] == "one"
        await client.send("conversation.item.create", item=said("First.", id="zero"), previous_item_id="root")
        assert (await client.one("conversation.item.added")).get("previous_item_id") is None
    assert not standin.wrong


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"item": said("x", id="one")}, "item_create_duplicate_item_id"),
        ({"item": said("x"), "previous_item_id": "nobody"}, "item_create_invalid_previous_item_id"),
    ],
)
async def test_an_item_that_cannot_be_put_there_is_refused(fields, code):
    async with talking(RealtimeStandin()) as client:
        await client.send("conversation.item.create", item=said("x", id="one"))
        await client.send("conversation.item.create", **fields)
        assert (await client.error())["code"] == code


async def test_what_was_not_heard_is_forgotten():
    async with talking(RealtimeStandin([Say("A long story.", ms=2000)])) as client:
        item = await spoken(client)
        await client.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=700)
        told = await client.one("conversation.item.truncated")
        assert (told["item_id"], told["audio_end_ms"]) == (item, 700)
        await client.send("conversation.item.retrieve", item_id=item)
        kept = (await client.one("conversation.item.retrieved"))["item"]
        assert kept["content"][0].get("transcript") is None
        later = await client.respond()
    assert later["usage"]["input_token_details"]["audio_tokens"] == 14


async def test_more_than_was_said_cannot_be_cut_off():
    standin = RealtimeStandin([Say("Short.", ms=500)])
    async with talking(standin) as client:
        item = await spoken(client)
        cut = {"item_id": item, "content_index": 0, "audio_end_ms": 900}
        await client.send("conversation.item.truncate", event_id="cut", **cut)
        error = await client.error()
    assert (error["code"], error["event_id"]) == ("invalid_value", "cut")
    assert error["message"] == "Audio content of 500ms is already shorter than 900ms"
    assert not standin.wrong  # a race, no mistake


async def test_only_what_the_model_said_aloud_can_be_cut_off():
    async with talking(RealtimeStandin()) as client:
        await client.send("conversation.item.create", item=said("Hello?", id="one"))
        await client.send("conversation.item.truncate", item_id="one", content_index=0, audio_end_ms=10)
        assert (await client.error())["code"] == "unsupported_content_type"


@pytest.mark.parametrize("verb", ["truncate", "delete", "retrieve"])
async def test_items_that_are_not_there_are_named(verb):
    more = {"content_index": 0, "audio_end_ms": 10} if verb == "truncate" else {}
    async with talking(RealtimeStandin()) as client:
        await client.send(f"conversation.item.{verb}", item_id="nobody", event_id="mine", **more)
        error = await client.error()
    assert (error["code"], error["event_id"]) == (f"item_{verb}_invalid_item_id", "mine")
    assert "the item with id 'nobody' does not exist" in error["message"]


async def test_an_item_can_be_taken_out():
    async with talking(RealtimeStandin([Say("One.")])) as client:
        item = await spoken(client)
        await client.send("conversation.item.delete", item_id=item)
        assert (await client.one("conversation.item.deleted"))["item_id"] == item
        assert (await client.respond())["usage"]["input_token_details"]["audio_tokens"] == 0


async def test_the_whole_conversation_is_read_again_at_each_response_mostly_from_the_cache():
    turns = [Say("One.", ms=1000), Say("Two.", ms=500)]
    async with talking(RealtimeStandin(turns, hears=["hello"]), detection=None) as client:
        await client.speak()
        await client.send("input_audio_buffer.commit")
        first = (await client.respond())["usage"]
        second = (await client.respond())["usage"]
    instructions, words = 3, 1  # tokens of “Be brief.”, and of “One.” or “Two.”
    assert first["input_token_details"]["audio_tokens"] == 16  # 1.6 s of the caller
    assert first["input_token_details"]["text_tokens"] == instructions
    assert first["input_token_details"]["cached_tokens"] == 0
    assert first["output_token_details"] == {"audio_tokens": 20, "text_tokens": words}
    assert second["input_token_details"]["audio_tokens"] == 16 + 20
    assert second["input_token_details"]["text_tokens"] == instructions + words
    assert second["input_token_details"]["cached_tokens_details"] == {
        "audio_tokens": 16,
        "text_tokens": instructions,
        "image_tokens": 0,
    }
    for usage in (first, second):
        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
        assert usage["input_tokens"] == sum(
            usage["input_token_details"][f"{kind}_tokens"] for kind in ("text", "audio")
        )


async def test_changed_instructions_empty_the_cache():
    async with talking(RealtimeStandin([Say("One."), Say("Two.")])) as client:
        await client.respond()
        await client.update(instructions="Be long.")
        assert (await client.respond())["usage"]["input_token_details"]["cached_tokens"] == 0


async def test_what_costs_nothing_of_the_conversation_reads_nothing_of_it():
    async with talking(RealtimeStandin([Say("One.", ms=4000)])) as client:
        await client.respond()
        exactly = {"conversation": "none", "input": [], "instructions": "Say exactly the following: Two."}
        usage = (await client.respond(**exactly))["usage"]
    assert usage["input_token_details"]["audio_tokens"] == 0


async def test_limits_are_told_after_each_response():
    async with talking(RealtimeStandin()) as client:
        await client.respond()
        assert types([await client.next()]) == ["rate_limits.updated"]
