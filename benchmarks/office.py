"""A site to measure: a database with a flow on each of two numbers, calls that ring, and what was kept of them."""

import os
from datetime import UTC, datetime

MENU, TALK = "+14155550198", "+14155550199"  # one number leads to a menu, the other to an AI step
ENGINE = {
    "openai_realtime": {"SYNTHESIZER_ENGINE": "local", "TRANSCRIBER_ENGINE": "local"},
    "cascade": {"SYNTHESIZER_ENGINE": "elevenlabs", "TRANSCRIBER_ENGINE": "deepgram"},
}


def environment(folder: str, vendor: str, engine: str, database: str = "") -> dict[str, str]:
    """What the site's processes are told: its folder, the address of the stand-in, and which engine talks."""
    told = {
        "CALLWRIGHT_VAR": folder,
        "CALLWRIGHT_ENV": os.devnull,
        "DJANGO_SETTINGS_MODULE": "ivrsite.settings",
        "LOG_LEVEL": "ERROR",
        "MAX_STREAMS_PER_PROCESS": "1000",
        "STREAM_TOKEN_SECONDS": "3600",
        "OPENAI_API_KEY": "standin",
        "OPENAI_BASE_URL": f"{vendor}/v1",
        "DEEPGRAM_API_KEY": "standin",
        "DEEPGRAM_BASE_URL": vendor,
        "ELEVENLABS_API_KEY": "standin",
        "ELEVENLABS_BASE_URL": vendor,
        "AGENT_ENGINE": engine,
        "AGENT_FALLBACKS": "",
        "SUMMARIZER_ENGINE": "local",
    }
    return told | ENGINE[engine] | ({"DATABASE_URL": database} if database else {})


def open_office() -> None:
    """Tables, prices, and a published flow on each number. The environment is set."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from flows.engine.snapshot import dump
    from flows.models import Flow, FlowVersion, PhoneNumber
    from streams.audio import prompts
    from streams.house_texts import HOUSE_TEXTS
    from tests.builders import flow_of

    bye = ("hang_up", "Goodbye.")
    talk = {"greeting": "I am the automated assistant.", "max_turns": 50, "max_seconds": 1800}
    flows = {
        TALK: flow_of(talk=("agent", talk, "bye"), bye=bye),
        MENU: flow_of(menu=("menu", "For billing, press 1.", {"1": "bye", ...: "bye"}), bye=bye),
    }
    for number, flow in flows.items():
        texts = [text for step in flow.steps.values() for text in step.prompts()]
        for _ in prompts.render([*texts, *HOUSE_TEXTS], voice=flow.voice, language=flow.language):
            pass  # each is stored as it is made
        row, _ = Flow.objects.get_or_create(name=f"Bench {number}", slug=f"bench{number[1:]}")
        version = FlowVersion.objects.create(flow=row, number=row.versions.count() + 1, spec=1, snapshot=dump(flow))
        PhoneNumber.objects.update_or_create(number=number, defaults={"version": version})


def ring(number: str, calls: int) -> list[tuple[str, str]]:
    """So many calls to this number that wait for their audio: the carrier's name and the stream's token of each."""
    from streams import calls as rows

    ringing, now = [], datetime.now(UTC)
    for n in range(calls):
        uuid = f"bench-{now.timestamp():.6f}-{n}"
        call = rows.open_call(call_uuid=uuid, caller="+14155550142", called=number, direction="inbound", at=now)
        ringing.append((uuid, rows.issue_token(call)))
    return ringing


def waits_on_record(call_uuid: str) -> list[float]:
    """How long this caller waited for each answer, in seconds, as the call's log says."""
    from streams.models import CallEvent

    said = CallEvent.objects.filter(call__call_uuid=call_uuid, kind="agent_said").order_by("seq")
    waits = [data.get("latency_ms") for data in said.values_list("data", flat=True)]
    return [wait / 1000 for wait in waits if wait is not None]
