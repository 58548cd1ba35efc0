"""Who is let in, and how the API says no."""

import logging

import pytest
from django.test import Client

from streams.api import door
from tests.streams.api.conftest import Program

pytestmark = pytest.mark.django_db
LISTS = {"/calls": "calls", "/charges": "charges", "/reports/tiles": "reports", "/reports/steps": "reports"}
LISTS |= {"/reports/when": "reports"}


def refused(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["title"].endswith(".")
    assert told["detail"]
    return told


@pytest.mark.parametrize("path", LISTS)
def test_without_a_good_token_nothing_is_told(path):
    response = Client().get(f"/api{path}")
    refused(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"
    refused(Program("cw_wrong").get(path), 401)


@pytest.mark.parametrize(("path", "scope"), LISTS.items())
def test_each_list_needs_its_scope(program, path, scope):
    assert program(scope).get(path).status_code == 200
    others = {"calls", "charges", "reports", "numbers"} - {scope}
    told = refused(program(*others).get(path), 403)
    assert "may not read" in told["title"]


def test_a_signed_in_person_is_no_program(signed_in):
    refused(signed_in("view_call").get("/api/calls"), 401)


def test_too_many_requests_are_told_to_wait(program, monkeypatch):
    (throttle,) = door.api.throttle if isinstance(door.api.throttle, list) else [door.api.throttle]
    monkeypatch.setattr(throttle, "num_requests", 2)
    busy, calm = program("calls"), program("calls")
    assert [busy.get("/calls").status_code for _ in range(3)] == [200, 200, 429]
    response = busy.get("/calls")
    refused(response, 429)
    assert int(response["Retry-After"]) > 0
    assert calm.get("/calls").status_code == 200


@pytest.mark.parametrize(
    "asked",
    [{"from_": "soon"}, {"from_": "2026-02-01", "to": "2026-01-01"}, {"from_": "2024-01-01", "to": "2026-01-01"}]
    + [{"limit": 201}, {"limit": 0}, {"cursor": "x"}, {"cursor": "eA=="}, {"flow": "x"}, {"outcome": "lunch"}],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_what_to_do(program, asked):
    refused(program("calls").get("/calls", **asked), 400)


def test_a_call_that_is_not_there_is_said(program):
    for number in (1, 2**63 - 1, 2**70):
        refused(program("calls").get(f"/calls/{number}"), 404)


def test_a_fault_of_ours_tells_nothing_of_itself(program, monkeypatch, caplog):
    monkeypatch.setattr("streams.api.calls.page_of", lambda *_: 1 / 0)
    with caplog.at_level(logging.CRITICAL):
        told = refused(program("calls").get("/calls"), 500)
    assert "division" not in str(told)


def test_nothing_can_be_changed(program):
    asks = program("calls")
    for method in ("post", "put", "patch", "delete"):
        response = getattr(asks.client, method)("/api/calls", headers={"Authorization": f"Bearer {asks.secret}"})
        assert response.status_code == 405
