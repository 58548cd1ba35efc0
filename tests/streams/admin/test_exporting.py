"""The page “Exports”, as people use it."""
# ruff: noqa: F401, F811  (fixtures of the exports' tests)

import csv
import io

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient
from openpyxl import load_workbook

from streams.exports import making
from streams.models import Export
from tests.streams.admin.conftest import SEES_ALL
from tests.streams.admin.test_call import text_of
from tests.streams.exports.conftest import SEES, counted

PAGE = "/admin/streams/call/exports/"
THAT_DAY = {"from": "2090-11-22", "to": "2090-11-22"}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def body(response):
    return b"".join(response.streaming_content)


def test_the_page_says_how_many_rows_it_will_be(signed_in, counted):
    counted()
    counted()
    client = signed_in(*SEES, "view_charge")
    assert "Calls, 22 Nov 2090 to 22 Nov 2090: 2 rows" in text_of(client.get(PAGE, THAT_DAY))
    told = text_of(client.get(PAGE, THAT_DAY | {"what": "steps"}))
    assert "Steps, 22 Nov 2090 to 22 Nov 2090: 4 rows" in told


def test_without_calls_the_page_says_so(signed_in):
    assert "Nothing to export in these days" in text_of(signed_in(*SEES).get(PAGE))


def test_a_small_export_is_downloaded_at_once_masked(signed_in, counted):
    call = counted()
    response = signed_in(*SEES).post(PAGE, THAT_DAY | {"what": "calls", "format": "csv-bom"})
    assert response["Content-Disposition"] == 'attachment; filename="calls-2090-11-22-2090-11-22.csv"'
    assert "no-store" in response["Cache-Control"]
    said = body(response)
    assert said.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(said.decode("utf-8-sig")))
    assert row["caller"] == f"••••••••{call.caller[-4:]}"
    assert not Export.objects.exists()


def test_who_may_see_numbers_gets_them_whole_in_excel(signed_in, counted):
    call = counted()
    response = signed_in(*SEES_ALL, "add_export").post(PAGE, THAT_DAY | {"what": "calls", "format": "xlsx"})
    head, row = load_workbook(io.BytesIO(body(response))).active.iter_rows(values_only=True)
    found = dict(zip(head, row, strict=True))
    assert (found["caller"], found["cost"]) == (call.caller, 0.006)


def test_a_large_export_goes_to_a_worker_and_its_file_to_its_owner_alone(signed_in, counted, monkeypatch):
    counted()
    monkeypatch.setattr(making, "ROWS_AT_ONCE", 0)
    rung = []
    monkeypatch.setattr(making, "ring", rung.append)
    client, other = signed_in(*SEES), signed_in(*SEES)
    told = text_of(client.post(PAGE, THAT_DAY | {"what": "calls", "format": "csv"}, follow=True))
    assert "waiting for a worker" in told
    export = Export.objects.get()
    assert rung == [export.pk]
    making.make(export.pk)
    assert "ready" in text_of(client.get(PAGE))
    address = f"{PAGE}{export.name}/"
    response = client.get(address)
    assert body(response).count(b"\r\n") == 2
    assert other.get(address).status_code == 404
    User.objects.get(pk=export.by_id).user_permissions.clear()
    assert client.get(address).status_code == 403


def test_a_link_ends_with_its_day(signed_in, counted, monkeypatch):
    monkeypatch.setattr(making, "ROWS_AT_ONCE", 0)
    monkeypatch.setattr(making, "KEPT", making.KEPT * 0)
    counted()
    client = signed_in(*SEES)
    client.post(PAGE, THAT_DAY | {"what": "calls", "format": "csv"})
    export = Export.objects.get()
    making.make(export.pk)
    told = text_of(client.get(f"{PAGE}{export.name}/", follow=True))
    assert "not there any more" in told


def test_nobody_fills_the_disk_with_exports(signed_in, counted, monkeypatch):
    monkeypatch.setattr(making, "ROWS_AT_ONCE", 0)
    monkeypatch.setattr(making, "ring", lambda pk: None)
    counted()
    client = signed_in(*SEES)
    for _ in range(making.MOST_WAITING + 2):
        response = client.post(PAGE, THAT_DAY | {"what": "calls", "format": "csv"}, follow=True)
    assert "not ready yet" in text_of(response)
    assert Export.objects.count() == making.MOST_WAITING


@pytest.mark.parametrize("codenames", [(), ("view_call",), ("add_export",)])
def test_the_page_needs_both_permissions(signed_in, codenames):
    client = signed_in(*codenames)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, THAT_DAY).status_code == 403


def test_who_may_not_see_charges_is_offered_none_and_gets_none(signed_in, counted):
    counted()
    client = signed_in(*SEES)
    page = client.get(PAGE, THAT_DAY | {"what": "charges"})
    assert "Carrier’s records" not in text_of(page)
    response = client.post(PAGE, THAT_DAY | {"what": "charges", "format": "csv"})
    assert b"0.006" not in body(response)


def test_the_page_runs_no_script_but_ours(signed_in):
    assert "unsafe" not in signed_in(*SEES).get(PAGE)["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
async def test_beside_calls_the_file_comes_from_a_thread_of_its_own(counted, django_user_model):
    from asgiref.sync import sync_to_async

    @sync_to_async
    def prepared():
        counted()
        return django_user_model.objects.create_superuser("chief")

    client = AsyncClient()
    await client.aforce_login(await prepared())
    response = await client.post(PAGE, THAT_DAY | {"what": "calls", "format": "csv"})
    pieces = [piece async for piece in response.streaming_content]
    assert b"".join(pieces).count(b"\r\n") == 2
