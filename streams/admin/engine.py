"""The page “Engines”: what speaks, listens, talks and sums up, whether it works, and how fast it answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from flows.adminbase import strict
from streams import engine_tests, engines, troubles
from streams.models import EngineTest, EngineTrouble
from streams.reports.latency import Latency, latencies
from streams.reports.mishaps import JOBS, SOME_JOB

DAYS = 7  # of answers whose speed is shown
TEST = "streams.test_engine"

HEADINGS = {
    "agent": ("Assistants", "talk with callers in AI steps"),
    "voice": ("Voices", "read prompts aloud"),
    "ears": ("Recognisers", "put into words what callers say at menus"),
    "understand": ("Understanding", "tells what unexpected words mean"),
    "summary": ("Summaries", "write what a call was about"),
}


def page(calls: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """GET shows the engines; POST with `ability` and `engine` tests one, and shows what came of it."""
    if not calls.has_view_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        return _test(request)
    context = {
        **calls.admin_site.each_context(request),
        "title": "Engines",
        "groups": groups(),
        "troubles": troubles.open_now(),
        "days": DAYS,
        "may_test": request.user.has_perm(TEST),  # type: ignore[union-attr]
    }
    return strict(TemplateResponse(request, "streams/engines.html", context))


def groups() -> list[dict[str, Any]]:
    """Every engine, by what it is for."""
    tests = {(test.ability, test.engine): test for test in EngineTest.objects.all()}
    wrong = {(trouble.ability, trouble.engine): trouble for trouble in troubles.open_now()}
    speeds = latencies(datetime.now(UTC) - timedelta(days=DAYS))
    return [
        {
            "title": title,
            "what": what,
            "rows": [
                _row(ability, name, engine, tests, wrong, speeds if ability == "agent" else {})
                for name, engine in engines.tables()[ability].items()
            ],
        }
        for ability, (title, what) in HEADINGS.items()
    ]


def _row(
    ability: str,
    name: str,
    engine: engines.Engine,
    tests: dict[tuple[str, str], EngineTest],
    wrong: dict[tuple[str, str], EngineTrouble],
    speeds: dict[str, Latency],
) -> dict[str, Any]:
    return {
        "ability": ability,
        "name": name,
        "title": engine.title,
        "usual": name == engines.usual(ability),
        "stands_in": ability == "agent" and name in engines.agent_ladder()[1:],
        "set_up": engine.is_set_up,
        "needs": " or ".join(engine.needs),
        "test": tests.get((ability, name)),
        "trouble": wrong.get((ability, name)),
        "speed": speeds.get(name),
    }


def _test(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(TEST):  # type: ignore[union-attr]
        raise PermissionDenied
    ability, name = request.POST.get("ability", ""), request.POST.get("engine", "")
    engine = engines.tables().get(ability, {}).get(name)
    if engine is None:
        return HttpResponseBadRequest("There is no such engine.")
    verdict = engine_tests.test(ability, name)
    EngineTest.objects.update_or_create(
        ability=ability,
        engine=name,
        defaults={"at": datetime.now(UTC), "works": verdict.works, "sentence": verdict.sentence[:300]},
    )
    if verdict.works:
        troubles.over(ability, name)
    say = messages.success if verdict.works else messages.error
    say(request, f"{engine.title}: {verdict.sentence}")
    return HttpResponseRedirect(reverse("admin:streams_engines"))


def in_trouble() -> dict[str, Any]:
    """What is wrong with engines now, and which texts and transfers were refused, for the first page: `told` are
    sentences, each with the latest call that met it; `engines_url` is "" when no engine is to blame.
    """
    found = troubles.open_now()
    engines_failed = any(trouble.ability not in troubles.REFUSALS for trouble in found)
    return {
        "told": [(_told(one), _latest_call(one)) for one in found],
        "engines_url": reverse("admin:streams_engines") if engines_failed else "",
    }


def _latest_call(trouble: EngineTrouble) -> str:
    """Where that call is shown; "" when it was deleted."""
    return reverse("admin:streams_call_change", args=[trouble.last_call_id]) if trouble.last_call_id else ""


def _told(trouble: EngineTrouble) -> str:
    times = "once" if trouble.times == 1 else f"{trouble.times} times"
    failed, title = JOBS.get(trouble.ability, SOME_JOB), engines.title_of(trouble.ability, trouble.engine)
    if trouble.ability in troubles.REFUSALS:
        return f"{failed} {times}, “{title}”: {trouble.sentence}"
    return f"{failed} {times} with {title}, and calls went on without it: {trouble.sentence}"
