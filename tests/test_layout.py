"""Tests stand where their source stands: `flows/steps/menu.py` is tested by `tests/flows/steps/test_menu.py`.

A package may also be tested as a whole (`tests/streams/test_webhooks.py`), and a file by whatever test imports it.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("flows", "streams", "ivrsite")

# Files that no test is named after and none imports, and where they are tested all the same.
ELSEWHERE = {
    "flows/admin/approval.py": "tests/flows/admin/test_destination.py",
    "streams/admin/report_money.py": "tests/streams/admin/test_report.py",
    "streams/admin/report_steps.py": "tests/streams/admin/test_report.py, and in a browser",
    "streams/admin/report_tiles.py": "tests/streams/admin/test_report.py",
    "streams/admin/text.py": "tests/streams/admin/test_note.py",
    "flows/apps.py": "nothing but names",
    "flows/portable/lookup_words.py": "tests/flows/portable/test_places.py, tests/flows/portable/test_round_trip.py",
    "flows/portable/describing.py": "nothing but dataclasses; tests/flows/portable/test_round_trip.py",
    "flows/portable/taking.py": "tests/flows/portable/test_reading.py",
    "streams/apps.py": "nothing but names",
    "flows/spoken.py": "tests/flows/test_publishing.py, tests/flows/test_publications.py",
    "flows/forecasting.py": "tests/flows/admin/test_publish_cost.py",
    "flows/pastflows.py": "tests/flows/admin/test_replay.py",
    "flows/hoursform.py": "tests/flows/admin/test_hours.py",
    "flows/hoursrows.py": "tests/flows/admin/test_hours.py",
    "flows/rewording.py": "tests/flows/admin/test_library.py",
    "flows/openways.py": "tests/flows/admin/test_hours.py",
    "flows/zones.py": "tests/flows/admin/test_hours.py",
    "flows/models/history.py": "tests/flows/test_history.py",
    "flows/models/publications.py": "tests/flows/test_publications.py",
    "flows/models/waivers.py": "tests/flows/test_linting.py",
    "ivrsite/apps.py": "nothing but names; tests/ivrsite/test_checks.py",
    "ivrsite/asgi.py": "make demo serves it",
    "ivrsite/speech.py": "tests/ivrsite/launch/test_imitation.py, tests/streams/test_engines.py",
    "ivrsite/urls.py": "tests/ivrsite/test_health.py",
    "ivrsite/launch/orphans.py": "tests/ivrsite/launch/test_processes.py",
    "streams/ai/local/espeak.py": "tests/streams/ai/local/test_voice.py, in its own process",
    "streams/ai/local/speech_worker.py": "tests/streams/ai/local/test_speech_process.py, in its own process",
    "streams/ai/local/sphinx.py": "tests/streams/ai/local/test_ears.py, in its own process",
    "streams/admin/charge.py": "tests/streams/admin/test_money.py",
    "streams/admin/message.py": "tests/streams/admin/test_money.py",
    "streams/admin/listing.py": "tests/streams/admin/test_call.py",
    "streams/admin/pill.py": "tests/streams/admin/test_call.py",
    "streams/admin/report_cues.py": "tests/streams/admin/test_cue.py",
    "streams/models/cues.py": "tests/streams/admin/test_cue.py",
    "streams/vendors.py": "tests/streams/ai/test_every_provider.py makes every engine",
    "streams/ai/text_model.py": "nothing but a protocol",
    "streams/models/listening.py": "tests/streams/listening/test_ordering.py",
    "streams/attempts.py": "tests/streams/test_dialogue.py",
    "streams/ai/realtime/caller.py": "tests/streams/ai/realtime/test_turns.py",
    "streams/ai/realtime/speaking.py": "tests/streams/ai/realtime/test_turns.py",
    "streams/exchange.py": "tests/streams/test_dialogue.py",
    "streams/spending.py": "tests/streams/test_dialogue.py",
    "streams/patience.py": "tests/streams/test_dialogue.py",
    "streams/admin/alert_endpoint.py": "tests/streams/admin/test_alert_rule.py",
    "streams/admin/own_form.py": "tests/streams/admin/test_alert_rule.py, tests/streams/admin/test_budget.py",
    "streams/alerts/wording.py": "tests/streams/alerts/test_delivering.py",
    "streams/budgets/spending.py": "tests/streams/budgets/test_burn.py",
    "streams/models/alerts.py": "tests/streams/alerts",
    "streams/models/budgets.py": "tests/streams/budgets",
    "streams/models/engines.py": "tests/streams/test_troubles.py, tests/streams/admin/test_engine.py",
    "streams/billing/evidence.py": "tests/streams/billing/test_properties.py",
    "streams/billing/minutes.py": "tests/streams/billing/test_properties.py, tests/streams/test_webhooks_legs.py",
    "streams/billing/usage.py": "tests/streams/billing/test_charges.py",
    "streams/listening/voice.py": "tests/streams/listening/test_scribe.py",
    "streams/models/ledger.py": "tests/streams/billing/test_books.py",
    "streams/models/figures.py": "tests/streams/figures",
    "streams/sharing/urls.py": "tests/streams/sharing/test_pages.py",
    "streams/models/sharing.py": "tests/streams/sharing, tests/streams/admin/test_call_seen.py",
    "streams/models/recordings.py": "tests/streams/test_recordings.py, tests/streams/admin/test_recording.py",
    "streams/templatetags/recording.py": "tests/streams/admin/test_recording.py",
    "flows/portable/line_parts.py": "tests/flows/portable/test_round_trip.py, tests/flows/portable/test_reading.py",
    "streams/models/records.py": "tests/streams/billing, tests/streams/reconciling",
    "streams/models/retention.py": "tests/streams/retention",
    "streams/admin/retention_form.py": "tests/streams/admin/test_retention.py",
    "streams/retention/forgetting.py": "tests/streams/retention/test_nightly.py, test_erasing.py",
    "streams/retention/kinds.py": "tests/streams/retention/test_where.py",
    "streams/models/reconciling.py": "tests/streams/reconciling",
    "streams/reconciling/account.py": "tests/streams/reconciling/test_fetching.py",
    "streams/reconciling/awaiting.py": "tests/streams/reconciling/test_fetching.py",
    "streams/reconciling/book_days.py": "tests/streams/reconciling/test_fetching.py",
    "streams/reconciling/taking_in.py": "tests/streams/reconciling/test_fetching.py",
    "flows/engine/setting.py": "tests/flows/engine/test_step.py",
    "streams/models/rollups.py": "tests/streams/test_figures.py",
    "streams/models/exports.py": "tests/streams/exports/test_making.py",
    "streams/models/tokens.py": "tests/streams/api/test_tokens.py",
    "streams/models/mornings.py": "tests/streams/mornings",
    "streams/admin/outward.py": "tests/streams/admin/test_exporting.py and its neighbours",
    "streams/api/asking.py": "tests/streams/api/test_door.py, tests/streams/api/test_calls.py",
    "streams/api/charges.py": "tests/streams/api/test_calls.py",
    "streams/api/urls.py": "tests/streams/api/test_contract.py",
    "streams/exports/charges.py": "tests/streams/exports/test_tables.py",
    "streams/exports/calls.py": "tests/streams/exports/test_tables.py",
    "streams/exports/steps.py": "tests/streams/exports/test_tables.py",
    "streams/exports/records.py": "tests/streams/exports/test_tables.py",
    "streams/exports/reconciliation.py": "tests/streams/exports/test_tables.py",
    "streams/exports/narrowing.py": "tests/streams/exports/test_tables.py",
    "streams/exports/reading.py": "tests/streams/exports/test_making.py",
    "streams/demo/carriers_books.py": "tests/streams/demo/test_past_calls.py",
    "streams/models/rehearsals.py": "tests/streams/admin/test_phone.py",
    "streams/desk/costs.py": "tests/streams/desk/test_live.py",
    "streams/models/desk.py": "tests/streams/desk/test_ear.py",
    "streams/models/switches.py": "tests/streams/desk/test_switching.py, tests/streams/desk/test_announcing.py",
    "streams/proceeding.py": "tests/streams/test_webhooks.py, tests/streams/admin/test_phone.py",
    "streams/models/messages.py": "tests/streams/test_webhooks.py",
    "streams/models/money.py": "tests/streams/billing/test_ledger.py",
    "streams/urls.py": "tests/streams/test_webhooks.py",
    "flows/engine/exits.py": "tests/flows/engine/test_machine.py",
    "streams/admin/call_list_form.py": "tests/streams/admin/test_call_list.py",
    "streams/admin/call_list_people.py": "tests/streams/admin/test_call_list.py",
    "streams/models/ordered.py": "tests/streams/ordered, tests/streams/outbound",
    "streams/models/outbound.py": "tests/streams/outbound",
    "streams/ordered/one_number.py": "tests/streams/outbound/test_one_post.py, tests/streams/test_callbacks.py",
    "streams/ordered/placing.py": "tests/streams/outbound/test_one_post.py, tests/streams/test_callbacks.py",
    "streams/outbound/results.py": "tests/streams/admin/test_call_list.py",
    "streams/outbound/window.py": "tests/streams/outbound/test_calling.py",
    "streams/phone/dialling.py": "tests/streams/phone/test_call.py",
    "streams/phone/handset.py": "tests/streams/phone/test_call.py",
    "streams/phone/message.py": "tests/streams/phone/test_call.py",
    "streams/phone/terms.py": "tests/streams/phone/test_call.py",
    "streams/phone/wire.py": "tests/streams/phone/test_call.py",
}


def sources() -> list[Path]:
    """Every source file with something in it to test, as a path from the root."""
    found = (path.relative_to(ROOT) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return [path for path in found if path.name != "__init__.py" and "migrations" not in path.parts]


def places(source: Path) -> list[str]:
    """Where the test of this file may stand: beside it, one floor up for its package, two for a command."""
    beside, above = source.parent, source.parent.parent
    found = [f"tests/{beside.as_posix()}/test_{source.stem}", f"tests/{above.as_posix()}/test_{beside.name}"]
    if beside.name == "commands":
        found += [f"tests/{folder.as_posix()}/test_{source.stem}" for folder in (above, above.parent)]
    return found


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Every statement in it. What stands in expressions imports nothing, and is most of a file."""
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        for inner in getattr(node, field, ()):
            if isinstance(inner, ast.stmt):
                yield inner
            yield from statements(inner)


@cache
def imported_by_tests() -> frozenset[str]:
    """Every module that some test names in an import."""
    named: set[str] = set()
    for node in (node for path in (ROOT / "tests").rglob("*.py") for node in statements(ast.parse(path.read_text()))):
        if isinstance(node, ast.Import):
            named |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return frozenset(named)


def has_its_own(source: Path) -> bool:
    """A test file is named after it, whole or with more words (`test_menu_speech.py`)."""
    return any(any(ROOT.glob(f"{place}.py")) or any(ROOT.glob(f"{place}_*.py")) for place in places(source))


def is_tested(source: Path) -> bool:
    """It has a test file of its own, or some test imports it."""
    return has_its_own(source) or ".".join(source.with_suffix("").parts) in imported_by_tests()


def test_every_source_file_has_its_test_file():
    missing = [path for path in sources() if not is_tested(path) and path.as_posix() not in ELSEWHERE]
    said = "\n".join(f"{path}: write {places(path)[0]}.py, or say in ELSEWHERE where it is tested" for path in missing)
    assert not missing, "\n" + said


def test_no_exception_outlives_its_reason():
    gone = [name for name in ELSEWHERE if not (ROOT / name).exists() or has_its_own(Path(name))]
    assert not gone, f"{gone} are gone or have a test file; take them out of ELSEWHERE"


def test_every_folder_of_tests_is_a_package():
    # two files of one name in folders without __init__.py would shadow each other
    bare = {path.parent for path in (ROOT / "tests").rglob("test_*.py") if not (path.parent / "__init__.py").exists()}
    assert not bare, f"add __init__.py to {sorted(map(str, bare))}"
