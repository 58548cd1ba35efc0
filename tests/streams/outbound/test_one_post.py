"""One intent, one request to the carrier: a true server, eight workers, and workers that die at the worst moments.

It runs on whatever database the tests run on; on PostgreSQL the workers are truly at work at once.
"""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from streams.carriers import at_hand, plivo_api
from streams.models import Callee, DoNotCall, OutboundAttempt
from streams.outbound import cutting_off, due, ordering, settling, window
from tests.streams.outbound.conftest import MINUTE, MONDAY_10, THEM

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 8
NUMBERS = [f"+1415555{number}" for number in range(2000, 2004)]


class Carrier:
    """Takes orders. `does` is what it does with each: answer with a status, or keep silent; `keeps`: it calls all the
    same."""

    def __init__(self):
        self.does, self.keeps, self.posts, self.live = 201, True, Counter(), {}
        self.cancelled = Counter()
        self.lock, self.over = threading.Lock(), threading.Event()

    def post(self, wanted):
        with self.lock:
            self.posts[wanted["to"]] += 1
            name = f"order-{sum(self.posts.values())}"
            if self.keeps:
                self.live[name] = wanted["to"]
        if self.does == "silence":
            self.over.wait(5)
        return self.does, {"request_uuid": name}

    def get(self, path):
        name = path.partition("?")[0].rstrip("/").rpartition("/")[2]
        if "status=live" in path and name == "Call":
            return 200, {"calls": list(self.live)}
        return (200, {"to": self.live[name]}) if name in self.live else (200, {"calls": [], "objects": []})


@pytest.fixture
def carrier(settings, monkeypatch):
    carrier = Carrier()

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self):
            self.tell(*carrier.post(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

        def do_DELETE(self):
            with carrier.lock:
                carrier.cancelled[self.path.rstrip("/").rpartition("/")[2]] += 1
            self.tell(204, {})

        def do_GET(self):
            self.tell(*carrier.get(self.path))

        def tell(self, status, told):
            if isinstance(status, int):
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    monkeypatch.setattr(plivo_api, "SECONDS", 0.2)
    with ThreadingHTTPServer(("127.0.0.1", 0), Requests) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.PLIVO_API_URL = f"http://127.0.0.1:{server.server_port}"
        yield carrier
        carrier.over.set()
        server.shutdown()


def everybody_calls(pks, now=MONDAY_10):
    """Every worker tries everybody; how often somebody says that they called."""
    return everybody(lambda pk: ordering.call(pk, now), pks)


def everybody(does, pks):
    """Every worker does it with each; how often it was done."""
    start = threading.Barrier(WORKERS)

    def work(_):
        try:
            start.wait()
            return sum(does(pk) for pk in pks)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(work, range(WORKERS)))


@pytest.mark.parametrize("does", [201, 500, 503, "silence"])
def test_eight_workers_send_one_request_for_each_person_whatever_the_carrier_answers(carrier, a_list, does):
    a_list(*NUMBERS)
    carrier.does = does
    pks = list(Callee.objects.values_list("pk", flat=True))
    assert everybody_calls(pks) == len(NUMBERS)
    assert set(carrier.posts.values()) == {1}
    carrier.does = 201
    assert everybody_calls(pks, MONDAY_10 + 20 * MINUTE) == 0
    settling.settle_silent(MONDAY_10 + 20 * MINUTE)  # they ring, says the carrier
    assert everybody_calls(pks, MONDAY_10 + 20 * MINUTE) == 0
    assert set(carrier.posts.values()) == {1}


def test_eight_workers_take_no_more_places_than_the_list_has(carrier, a_list):
    a_list(*NUMBERS, at_once=3)
    assert everybody_calls(list(Callee.objects.values_list("pk", flat=True))) == 3
    assert sum(carrier.posts.values()) == 3


def test_two_lists_with_the_same_person_call_once(carrier, a_list):
    for _ in range(2):
        a_list(THEM)
    assert everybody_calls(list(Callee.objects.values_list("pk", flat=True))) == 1
    assert carrier.posts == {THEM[1:]: 1}
    waits = Callee.objects.get(state="waiting")
    assert (waits.problem, waits.next_at) == (ordering.OPEN_ALREADY, MONDAY_10 + timedelta(minutes=15))


def test_eight_workers_hang_up_once_what_rings_for_a_number_that_wants_no_calls(carrier, a_list):
    a_list()
    assert ordering.call(Callee.objects.get().pk, MONDAY_10)
    DoNotCall.objects.create(number=THEM, reason="Wrote to us")
    assert everybody(cutting_off.hang_up, [OutboundAttempt.objects.get().pk]) == 1
    assert carrier.cancelled == {"order-1": 1}


# --- The last call of a number's day ----------------------------------------------------------------------------------


@pytest.fixture
def one_left(a_list):
    """Two lists with the same person, who was called twice today: the keys of that person on each."""
    pks = [a_list(THEM, most_attempts=9).callees.get().pk for _ in range(2)]
    for at in (MONDAY_10 - 60 * MINUTE, MONDAY_10 - 30 * MINUTE):
        OutboundAttempt.objects.create(callee_id=pks[0], number=THEM, ordered_at=at, settled_at=at, result="busy")
    return pks


def call_and_find_them_busy(pk):
    if ordering.call(pk, MONDAY_10):
        settling.settle(OutboundAttempt.objects.latest("pk").pk, "busy", MONDAY_10)


def test_a_list_that_looked_before_another_one_called_does_not_call_a_fourth_time(carrier, one_left, monkeypatch):
    late, early = one_left
    must_wait = ordering.must_wait

    def looked(callee, now):
        waits = must_wait(callee, now)
        if callee.pk == late:
            call_and_find_them_busy(early)
        return waits

    monkeypatch.setattr(ordering, "must_wait", looked)
    assert not ordering.call(late, MONDAY_10)
    assert carrier.posts == {THEM[1:]: 1}
    monkeypatch.undo()
    assert not ordering.call(late, MONDAY_10)
    assert Callee.objects.get(pk=late).next_at == MONDAY_10 + timedelta(hours=23), "when the first is a day old"


def test_two_lists_that_count_at_the_same_moment_call_once(carrier, one_left, monkeypatch):
    counted, over, is_too_often = threading.Event(), threading.Event(), window.is_too_often

    def count(number, now):
        found = is_too_often(number, now)
        if not counted.is_set():
            counted.set()
            over.wait(0.4)  # the other is done by then, unless it waits for us
        return found

    def other():
        try:
            counted.wait(5)
            call_and_find_them_busy(one_left[1])
            over.set()
        finally:
            connection.close()

    monkeypatch.setattr(window, "is_too_often", count)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(other)
        call_and_find_them_busy(one_left[0])
        done.result()
    assert carrier.posts == {THEM[1:]: 1}


class Killed(BaseException):
    """The worker is gone."""


def test_a_worker_that_dies_between_its_claim_and_the_request_costs_one_wait(carrier, a_list, monkeypatch):
    a_list()
    pk = Callee.objects.get().pk
    with monkeypatch.context() as patch:
        patch.setattr(at_hand, "Account", _dies)
        with pytest.raises(Killed):
            ordering.call(pk, MONDAY_10)
    assert OutboundAttempt.objects.get().result == "ordered"
    assert not ordering.call(pk, MONDAY_10)
    for minutes in (5, 11, 17):
        settling.settle_silent(MONDAY_10 + minutes * MINUTE)
        ordering.call(pk, MONDAY_10 + minutes * MINUTE)
    assert carrier.posts == {THEM[1:]: 1}
    assert list(OutboundAttempt.objects.values_list("result", flat=True)) == ["never-made", "ringing"]


def test_a_worker_that_dies_between_the_request_and_its_notes_calls_nobody_twice(carrier, a_list, monkeypatch):
    a_list()
    pk = Callee.objects.get().pk
    true_call = plivo_api.Account.make_call

    def call_and_die(self, *args, **about):
        true_call(self, *args, **about)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(plivo_api.Account, "make_call", call_and_die)
        with pytest.raises(Killed):
            ordering.call(pk, MONDAY_10)
    monkeypatch.setattr(due, "ring", lambda pk, after=0.0: ordering.call(pk, MONDAY_10))
    for minutes in (4, 11, 30, 60):
        due.do_what_is_due(MONDAY_10 + minutes * MINUTE)
    assert carrier.posts == {THEM[1:]: 1}
    assert OutboundAttempt.objects.get().result == "ordered"  # it rings still


def _dies(auth_id, token):
    raise Killed
