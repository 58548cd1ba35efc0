"""Two addresses for machines: `/healthz`, is this process alive, and `/readyz`, may calls be sent to it.

A check answers with "" when all is well, or with a sentence. Some findings turn calls away (503), others only make the
site `degraded` (200): a stuck worker must not silence the phones.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from ivrsite.process import THIS
from streams.alerts import lookout
from streams.models import Call, CarrierMessage
from streams.models.calls import CallStatus
from streams.spool import folder as spooled

DATABASE_SECONDS = 2.0  # Plivo gives the answer URL 5 s; a database slower than this cannot open a call in time
LATE = timedelta(minutes=5)  # a record is made within seconds, and the sweeper rings again every 30 s
# One thread: probes that hang on a dead database queue behind the first, and all of them time out.
_probes = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readyz")


@dataclass(frozen=True)
class Check:
    """One thing to look at. `asks` returns "" or a sentence; `turns_calls_away` decides between 503 and 200."""

    asks: Callable[[], str]
    turns_calls_away: bool = True


def draining() -> str:
    """The process was told to end; it finishes its calls and takes no new ones."""
    return "This process is shutting down and takes no new calls." if THIS.draining else ""


def streams() -> str:
    """One process carries only so many calls without delaying their audio."""
    carried, limit = THIS.open_streams(), settings.MAX_STREAMS_PER_PROCESS
    return f"This process carries {carried} streams; its limit is {limit}." if carried >= limit else ""


def database() -> str:
    """One trivial query. Raises what the database raises."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def records() -> str:
    """Calls that ended a while ago, whose record is not made."""
    late = Call.objects.filter(status=CallStatus.ENDED, ended_at__lt=timezone.now() - LATE).count()
    return f"{late} ended calls have no record yet. Is the worker running?" if late else ""


def messages() -> str:
    """Carrier messages that were stored but whose effect has not happened."""
    late = CarrierMessage.objects.filter(applied_at=None, received_at__lt=timezone.now() - LATE).count()
    return f"{late} carrier messages wait to be applied. Is the worker running?" if late else ""


def worker() -> str:
    """Whether the worker and its clock still give signs."""
    return lookout.why_away(timezone.now())


def spool() -> str:
    """Messages that came while the database was away, and wait although they should have been taken in."""
    late = (timezone.now() - LATE).timestamp()
    try:
        waiting = sum(1 for file in os.scandir(spooled()) if file.stat().st_mtime < late)
    except FileNotFoundError:
        return ""
    return f"{waiting} carrier messages wait in {spooled()}. Is the worker running?" if waiting else ""


OWN = {"draining": Check(draining), "streams": Check(streams)}
STORED = {
    "spool": Check(spool, turns_calls_away=False),
    "database": Check(database),
    "records": Check(records, turns_calls_away=False),
    "messages": Check(messages, turns_calls_away=False),
    "worker": Check(worker, turns_calls_away=False),
}


async def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is looked at, so that a slow database does not get it killed."""
    return JsonResponse({"status": "alive"})


async def readyz(request: HttpRequest) -> JsonResponse:
    """503 when calls must go elsewhere, with a sentence for each reason."""
    found = {name: check.asks() for name, check in OWN.items()} | await _ask_stored()
    checks = OWN | STORED
    turned_away = any(why and checks[name].turns_calls_away for name, why in found.items())
    status = "not ready" if turned_away else "degraded" if any(found.values()) else "ready"
    answer = JsonResponse({"status": status, "checks": {name: why or "ok" for name, why in found.items()}})
    answer.status_code = 503 if turned_away else 200
    answer["Cache-Control"] = "no-store"
    return answer


async def _ask_stored() -> dict[str, str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            return await loop.run_in_executor(_probes, _look_into_stored)
    except TimeoutError:
        return {"database": f"The database did not answer within {DATABASE_SECONDS:g} seconds."}


def _look_into_stored() -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        for name, check in STORED.items():
            found[name] = check.asks()
    except Exception as broken:  # whatever a database or its driver raises: the caller of /readyz gets a sentence
        found["database"] = f"The database cannot be used ({type(broken).__name__})."
    finally:
        connections["default"].close()
    return found
