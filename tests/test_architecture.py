"""The directions of docs/architecture.md, kept by reading the source: who may import whom, how long a file may be."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("flows", "streams", "ivrsite")
STANDARD = tuple(sys.stdlib_module_names)


@dataclass(frozen=True)
class Rule:
    """Files under `where` import only what begins with one of `only`, and nothing that begins with one of `never`."""

    where: tuple[str, ...]
    because: str
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


LIVE_PATH = (
    *("session", "brief", "house_texts", "dialogue", "ears", "errands", "prompter", "speaker"),
    *("notice", "opt_out", "recorder", "directing", "announcing"),
    *("exchange", "introduction", "ladder", "patience", "unanswered", "understanding"),
    *("attempts", "leaving", "limits", "log_lines", "requests", "spending", "timers"),
)
TEST_CALLS = (
    *("acts", "assistant", "coverage", "language", "may_write", "moments", "proposals"),
    *("recorded", "replaying", "route", "runner", "told", "virtual", "ways", "world"),
)
RULES = (
    Rule(("flows/engine",), "flows/engine is pure: standard library only", only=(*STANDARD, "flows.engine")),
    Rule(("flows/steps",), "a kind of step sees only the engine", only=(*STANDARD, "flows.engine", "flows.steps")),
    Rule(("flows/practice",), "practice sees only the engine", only=(*STANDARD, "flows.engine", "flows.practice")),
    Rule(
        tuple(f"flows/testcalls/{name}.py" for name in TEST_CALLS),
        "a test call runs on the engine alone",
        only=(*STANDARD, "flows.engine", "flows.changes", *(f"flows.testcalls.{name}" for name in TEST_CALLS)),
    ),
    Rule(("flows",), "flows never sees live calls", never=("streams", "channels", "celery")),
    Rule(
        tuple(f"streams/{name}.py" for name in LIVE_PATH),
        "the session knows no Django, no channels and no database",
        only=(*STANDARD, "flows.engine", "streams.carriers.carrier", "streams.ai.provider", "streams.audio")
        + tuple(f"streams.{name}" for name in LIVE_PATH),
    ),
    Rule(
        ("streams/listening/scribe.py", "streams/listening/voice.py", "streams/listening/track_clock.py"),
        "the scribe knows no Django, no channels and no carrier",
        only=(*STANDARD, "streams.ai.provider", "streams.audio")
        + tuple(f"streams.listening.{name}" for name in ("WHO", "voice", "track_clock")),
    ),
    Rule(
        tuple(f"streams/listening/{name}.py" for name in ("cues", "judging", "observer", "talk")),
        "who looks on while people talk knows no Django, no channels and no carrier",
        only=(*STANDARD, "flows.engine", "streams.ai", "streams.listening"),
    ),
    Rule(
        ("streams/carriers/carrier.py", "streams/ai/provider"),
        "a protocol is pure: standard library and the engine",
        only=(*STANDARD, "flows.engine", "streams.ai.provider"),
    ),
    Rule(
        ("streams/carriers/plivo.py",),
        "the codec is pure: bytes in, messages out",
        only=(*STANDARD, "flows.engine", "streams.carriers", "msgspec"),
    ),
    Rule(("flows", "streams"), "nobody imports ivrsite; read django.conf.settings", never=("ivrsite",)),
    Rule(
        ("ivrsite/launch",),
        "the launcher starts before anything is installed or loaded",
        only=(*STANDARD, "ivrsite.launch", "environ"),
    ),
    Rule(
        ("ivrsite/launch/install.py", "ivrsite/launch/orphans.py"),
        "it is run as a file, by any Python",
        only=STANDARD,
    ),
)

# A vendor's package is known to one file, so that it can be changed there. Where two are named, each has its reason.
VENDORS = {
    "channels": (
        *("ivrsite/asgi.py", "streams/routing.py"),  # entry, addresses
        "streams/carrier_socket.py",  # the carrier's sockets
        *("streams/desk/news.py", "streams/desk/consumer.py", "streams/desk/browser_socket.py"),  # the desk's
    ),
    "plivo": ("streams/carriers/plivo_xml.py", "streams/carriers/plivo_api.py"),  # XML is pure, REST is not
    "openai": ("streams/ai/openai/client.py",),
    "pocketsphinx": ("streams/ai/local/sphinx.py",),
    "espeakng_loader": ("streams/ai/local/espeak.py",),
    "webrtcvad": ("streams/audio/speech_detector.py",),
    "soxr": ("streams/audio/resample.py",),
    "cryptography": ("flows/models/sealed.py",),
    "phonenumbers": ("flows/numbers.py",),
    "msgspec": ("streams/carriers/plivo.py", "streams/ai/realtime/frames.py"),
    "unfold": ("flows/adminbase.py",),
    "websockets": ("streams/phone/wire.py", "streams/ai/openai/client.py", "streams/ai/deepgram/ears.py"),
    "deepgram": ("streams/ai/deepgram/ears.py",),
    "elevenlabs": ("streams/ai/elevenlabs_voice.py",),
    "yaml": ("flows/portable/outline.py",),
    "soundfile": ("streams/audio/recordings.py",),
    "xlsxwriter": ("streams/exports/xlsx_file.py",),
    "fpdf": ("streams/statements/pdf.py",),
    "ninja": ("streams/api/door.py",),
    "daphne": ("ivrsite/server.py",),
    "twisted": ("ivrsite/server.py",),
    "environ": ("ivrsite/settings.py", "ivrsite/speech.py", "ivrsite/launch/__main__.py"),
}

# Settings are read at the edges; what is within is handed what it needs.
READ_SETTINGS = (
    "flows/models/",
    "flows/seams.py",
    "flows/checks.py",
    "flows/management/",
    "flows/admin/number.py",
    "streams/engines.py",
    "streams/vendors.py",
    "streams/tasks.py",
    "streams/handshake.py",
    "streams/desk/ear.py",  # which process this is
    "streams/webhooks/",
    "streams/alerts/delivering.py",
    "streams/models/alerts.py",  # who took it on, and which addresses may be told
    "streams/calls.py",
    "streams/lines.py",
    "streams/listening/ordering.py",
    "streams/listening/readers.py",  # whether a model judges moods, and how often
    "streams/lookups.py",
    "streams/texts.py",
    "streams/models/",  # who may sign in
    "streams/reconciling/account.py",
    "streams/callbacks/timing.py",
    "streams/ordered/hours.py",
    "streams/outbound/window.py",
    "streams/spool.py",
    "streams/exports/making.py",  # where files are kept
    "streams/models/exports.py",  # whose they are
    "streams/models/mornings.py",  # who wants it
    "streams/models/tokens.py",  # who made it
    "streams/api/door.py",
    "streams/mornings/links.py",  # the site's address, in mails
    "streams/admin/morning.py",  # whether mail is set up
    "streams/admin/statement.py",  # the site's address, on paper
    *("streams/carriers/plivo_api.py", "streams/carriers/at_hand.py"),
    "streams/phone/own_site.py",
    "streams/management/",
    "streams/checks.py",
    "ivrsite/",
)

LINES = 300
LONGER: dict[str, str] = {}  # file: why it may be
EMPTY_WORDS = ("utils", "helpers", "common", "manager", "handler", "misc")


def sources() -> list[Path]:
    """Every source file of the program, migrations left out: they are written by Django."""
    found = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module this file imports, with its line; `from a import b` gives `a.b`, for b may be a module."""
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{name.name}") for name in node.names)


def begins(module: str, prefixes: tuple[str, ...]) -> bool:
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)


def breaches(path: Path, name: str) -> Iterator[str]:
    """What this file imports against the rules, as sentences. `name` is its path from the root."""
    for line, module in imports(path):
        for rule in RULES:
            if not any(name == where or name.startswith(where + "/") for where in rule.where):
                continue
            if begins(module, rule.never) or (rule.only and not begins(module, rule.only)):
                yield f"{name}:{line} imports {module}; {rule.because}"
        for vendor, where in VENDORS.items():
            if begins(module, (vendor,)) and name not in where:
                yield f"{name}:{line} imports {module}; only {' and '.join(where)} may"
        if begins(module, ("django.conf",)) and not name.startswith(READ_SETTINGS):
            yield f"{name}:{line} imports {module}; settings are read at the edges, hand it what it needs"


@pytest.mark.parametrize("room", ROOMS)
def test_imports_keep_their_directions(room):
    found = [
        breach
        for path in sources()
        if (name := path.relative_to(ROOT).as_posix()).startswith(f"{room}/")
        for breach in breaches(path, name)
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("name", "line", "breach"),
    [
        (
            "flows/engine/bad.py",
            "import django.db",
            "flows/engine/bad.py:1 imports django.db; flows/engine is pure: standard library only",
        ),
        ("flows/steps/bad.py", "from flows import models", "imports flows.models; a kind of step sees only the engine"),
        ("flows/bad.py", "from streams.calls import open_call", "flows never sees live calls"),
        ("streams/session.py", "from django.utils import timezone", "the session knows no Django"),
        ("streams/session.py", "from streams import models", "the session knows no Django"),
        ("streams/bad.py", "from ivrsite import settings", "nobody imports ivrsite"),
        ("streams/bad.py", "def f():\n    import channels.layers", "streams/bad.py:2 imports channels.layers; only"),
        ("streams/ai/bad.py", "from plivo.utils import x", "only streams/carriers/plivo_xml.py"),
        ("streams/session.py", "from . import tasks", "imports streams.tasks; the session"),
        ("streams/ai/bad.py", "from ..models import Call", ""),
        ("streams/audio/bad.py", "from django.conf import settings", "settings are read at the edges"),
        ("ivrsite/launch/install.py", "import environ", "it is run as a file"),
    ],
)
def test_the_rules_catch_what_they_are_for(tmp_path, monkeypatch, name, line, breach):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line + "\n")
    found = list(breaches(path, name))
    assert any(breach in said for said in found) if breach else not found


def test_files_stay_short_enough_to_read():
    long = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in sources()}
    too_long = [f"{name} has {lines} lines; part it by ideas" for name, lines in long.items() if lines > LINES]
    assert not [said for said in too_long if said.split()[0] not in LONGER], "\n".join(too_long)
    assert all(long.get(name, 0) > LINES for name in LONGER), "a file got shorter: take its name out of LONGER"


def test_files_are_named_after_an_idea():
    found = [path for path in sources() for word in EMPTY_WORDS if word in path.stem.split("_")]
    assert not found, f"{found[0]}: say what it does instead"


def test_no_rule_speaks_of_a_file_that_is_gone():
    named = [where for places in VENDORS.values() for where in places] + list(READ_SETTINGS)
    gone = [name for name in named if not (ROOT / name).exists()]
    assert not gone, f"{gone} left the house; take them out of the tables above"
