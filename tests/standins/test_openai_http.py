"""The stand-in as the vendor's own package sees it: what works there works here, and what it refuses is refused."""

import io
import json
import wave
from typing import Literal

import openai
import pytest
from pydantic import BaseModel

from flows import demo
from streams.ai.briefing import functions
from tests.standins.faults import FAULTS, Fault
from tests.standins.openai_by_words import by_words
from tests.standins.openai_http import KEY, OpenAIHTTP
from tests.standins.openai_model import Says, script
from tests.standins.server import serving
from tests.standins.test_rules import BRIEF, INSTRUCTIONS

TOOL = {
    "type": "object",
    "properties": {"to": {"type": "string"}},
    "required": ["to"],
    "additionalProperties": False,
}
CALLED = {"type": "function_call", "call_id": "call_1", "name": "transfer", "arguments": "{}"}
ANSWERED = {"type": "function_call_output", "call_id": "call_1", "output": "ok"}
ASKED = {"role": "user", "content": "Hello"}
CALLS = {
    "role": "assistant",
    "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "transfer", "arguments": "{}"}}],
}
TOLD = {"role": "tool", "tool_call_id": "call_1", "content": "ok"}
CALL = Says("One moment.", calls=(("transfer", {"to": "sales"}),))


class Mood(BaseModel):
    mood: Literal["good", "bad"]


@pytest.fixture
def standin():
    return OpenAIHTTP()


@pytest.fixture
async def client(standin):
    async with serving(standin) as address, openai.AsyncOpenAI(api_key=KEY, base_url=f"{address}/v1") as client:
        yield client.with_options(max_retries=0)


async def test_responses_stream_in_the_vendors_order(client, standin):
    standin.brain = script(CALL)
    tools = [{"type": "function", "name": "transfer", "parameters": TOOL, "strict": True}]
    async with client.responses.stream(model="gpt-6-luna", input="Hello", tools=tools, store=False) as stream:
        kinds = [event.type async for event in stream]
        final = await stream.get_final_response()
    assert list(dict.fromkeys(kinds)) == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.completed",
    ]
    assert kinds.count("response.function_call_arguments.delta") > 1
    assert final.output_text == "One moment."
    assert final.output[1].parsed_arguments == {"to": "sales"}
    assert final.usage.output_tokens_details.reasoning_tokens == 64


async def test_chat_streams_its_usage_last_with_no_choice(client, standin):
    standin.brain = script(CALL)
    tools = [{"type": "function", "function": {"name": "transfer", "parameters": TOOL, "strict": True}}]
    given = {"messages": [{"role": "user", "content": "Hello"}], "tools": tools, "reasoning_effort": "none"}
    options = {"include_usage": True}
    async with client.chat.completions.stream(model="gpt-6-luna", stream_options=options, **given) as stream:
        chunks = [event.chunk async for event in stream if event.type == "chunk"]
        final = await stream.get_final_completion()
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens
    assert final.choices[0].message.content == "One moment."
    assert final.choices[0].finish_reason == "tool_calls"
    assert final.choices[0].message.tool_calls[0].function.parsed_arguments == {"to": "sales"}


async def test_structured_answers_are_parsed_by_both_apis(client, standin):
    standin.brain = script(Says.in_form(mood="good"), Says.in_form(mood="bad"), Says(refusal="No."))
    one = await client.responses.parse(model="gpt-6-luna", input="Hi", text_format=Mood)
    assert one.output_parsed == Mood(mood="good")
    messages = [{"role": "user", "content": "Hi"}]
    other = await client.chat.completions.parse(model="gpt-6-luna", messages=messages, response_format=Mood)
    assert other.choices[0].message.parsed == Mood(mood="bad")
    assert (await client.responses.parse(model="gpt-6-luna", input="Hi", text_format=Mood)).output_parsed is None


async def test_what_is_cut_off_says_so(client, standin):
    standin.brain = script(Says("I was", cut="max_output_tokens"), Says("I was", cut="max_output_tokens"))
    one = await client.responses.create(model="gpt-6-luna", input="Hi")
    assert (one.status, one.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    other = await client.chat.completions.create(model="gpt-6-luna", messages=[{"role": "user", "content": "Hi"}])
    assert other.choices[0].finish_reason == "length"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"extra_body": {"nonsense": 1}}, "nonsense"),
        ({"extra_body": {"reasoning": {"efort": "low"}}}, "reasoning.efort"),
        ({"extra_body": {"input": [{"role": "user", "text": "hi"}]}}, "input"),
        ({"temperature": 0.5}, "temperature"),
        ({"max_output_tokens": 10}, "16"),
        ({"input": [CALLED]}, "No tool output found for function call call_1"),
        ({"input": [ANSWERED]}, "No tool call found for function call output with call_id call_1"),
        ({"tools": [{"type": "function", "name": "f", "strict": True, "parameters": {"type": "object"}}]}, "false"),
        ({"tools": [{"type": "function", "name": "f", "strict": True, "parameters": {**TOOL, "required": []}}]}, "key"),
    ],
)
async def test_what_the_vendor_would_not_understand_is_refused_and_kept(client, standin, given, said):
    with pytest.raises(openai.BadRequestError):
        await client.responses.create(**{"model": "gpt-6-luna", "input": "Hi", **given})
    [wrong] = standin.wrong
    assert said in wrong


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"max_tokens": 100}, "max_completion_tokens"),
        ({"temperature": 0.5}, "temperature"),
        ({"messages": [ASKED, TOLD]}, "must be a response to a preceding message"),
        ({"messages": [ASKED, CALLS]}, "must be followed by tool messages"),
        ({"messages": [ASKED, CALLS, ASKED, TOLD]}, "must be followed by tool messages"),
        ({"messages": [ASKED, CALLS, TOLD, TOLD]}, "must be a response to a preceding message"),
    ],
)
async def test_chat_refuses_what_it_would_not_understand(client, standin, given, said):
    with pytest.raises(openai.BadRequestError):
        await client.chat.completions.create(**{"model": "gpt-6-luna", "messages": [ASKED], **given})
    [wrong] = standin.wrong
    assert said in wrong


async def test_calls_with_their_answers_are_taken_by_both_apis(client, standin):
    await client.chat.completions.create(model="gpt-6-luna", messages=[ASKED, CALLS, TOLD, ASKED])
    await client.responses.create(model="gpt-6-luna", input=[ASKED, CALLED, ANSWERED, ASKED])
    assert standin.wrong == []


async def test_a_script_that_is_over_is_no_answer(client, standin):
    standin.brain = script()
    with pytest.raises(openai.BadRequestError, match="no more lines"):
        await client.responses.create(model="gpt-6-luna", input="Hi")


async def test_keys_and_models_are_checked_and_keys_never_kept(client, standin):
    with pytest.raises(openai.AuthenticationError):
        await client.with_options(api_key="sk-other").responses.create(model="gpt-6-luna", input="Hi")
    with pytest.raises(openai.NotFoundError):
        await client.responses.create(model="gpt-2", input="Hi")
    assert KEY not in str(standin.seen)
    assert "sk-other" not in str(standin.seen)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("wrong key", openai.AuthenticationError),
        ("key without rights", openai.PermissionDeniedError),
        ("unknown model", openai.NotFoundError),
        ("too many requests", openai.RateLimitError),
        ("no credit", openai.RateLimitError),
        ("server error", openai.InternalServerError),
        ("overloaded", openai.InternalServerError),
    ],
)
async def test_faults_are_what_the_package_takes_them_for(client, standin, fault, raised):
    standin.faults = [FAULTS[fault]]
    with pytest.raises(raised) as caught:
        await client.responses.create(model="gpt-6-luna", input="Hi")
    assert caught.value.code == (FAULTS[fault].code or None)
    assert caught.value.request_id == "req_standin"
    assert (await client.responses.create(model="gpt-6-luna", input="Hi")).output_text


async def test_a_fault_may_concern_one_address_only(client, standin):
    standin.broken = Fault(status=500, path="/speech")
    assert (await client.responses.create(model="gpt-6-luna", input="Hi")).output_text
    with pytest.raises(openai.InternalServerError):
        await client.audio.speech.create(model="gpt-4o-mini-tts", voice="marin", input="Hi")


async def test_speech_is_as_long_as_its_text_in_each_form(client):
    text = "For billing press one. " * 2
    given = {"model": "gpt-4o-mini-tts", "voice": "marin", "input": text}
    async with client.audio.speech.with_streaming_response.create(response_format="pcm", **given) as answer:
        pieces = [piece async for piece in answer.iter_bytes()]
    pcm = b"".join(pieces)
    assert len(pieces) > 1
    assert 1.5 < len(pcm) / 48_000 < 5
    made = await client.audio.speech.create(response_format="wav", **given)
    with wave.open(io.BytesIO(made.content)) as file:
        assert (file.getframerate(), file.readframes(file.getnframes())) == (24_000, pcm)
    async with client.audio.speech.with_streaming_response.create(
        response_format="pcm", stream_format="sse", **given
    ) as answer:
        events = (await answer.read()).decode()
    assert events.count("event: speech.audio.delta") == len(pcm) // 4801 + 1
    assert '"output_tokens"' in events.splitlines()[-2]


@pytest.mark.parametrize("given", [{"input": ""}, {"input": "x" * 4097}, {"voice": "nobody"}, {"speed": 5}])
async def test_speech_that_the_vendor_would_refuse_is_refused(client, given):
    with pytest.raises(openai.BadRequestError):
        await client.audio.speech.create(**{"model": "gpt-4o-mini-tts", "voice": "marin", "input": "Hi", **given})


async def test_a_recording_is_written_down_whole_and_as_a_stream(client, standin):
    heard = io.BytesIO()
    with wave.open(heard, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", "NONE"))
        file.writeframes(bytes(16_000))
    standin.hear = lambda wav: "Hello there"
    given = {"model": "gpt-transcribe", "file": ("call.wav", heard.getvalue())}
    whole = await client.audio.transcriptions.create(**given)
    assert (whole.text, whole.usage.seconds) == ("Hello there", 1.0)
    stream = await client.audio.transcriptions.create(stream=True, **given)
    events = [event async for event in stream]
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == "Hello there"
    with pytest.raises(openai.BadRequestError):
        await client.audio.transcriptions.create(model="gpt-transcribe", file=("call.raw", b"\xff" * 100))


async def test_models_say_when_they_end(client):
    ends = {model.id: model.shutdown_date async for model in client.models.list()}
    assert ends["gpt-4o-mini-tts"] == "2027-01-06"
    assert (await client.models.retrieve("gpt-6-luna")).shutdown_date is None


async def test_by_words_it_talks_as_the_realtime_stand_in_does(client, standin):
    standin.brain = by_words
    tools = [
        {"type": "function", "strict": True, "name": one.name, "parameters": one.parameters} for one in functions(BRIEF)
    ]
    given = {"model": "gpt-6-luna", "instructions": INSTRUCTIONS, "tools": tools}
    known = await client.responses.create(input="how long is the warranty", **given)
    assert known.output_text.startswith(demo.KNOWLEDGE[2][1])
    person = await client.responses.create(input="can I talk to a person", **given)
    assert person.output_text
    assert json.loads(person.output[1].arguments) == {"outcome": "person"}
