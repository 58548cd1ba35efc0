"""The page “Statements”."""

import io

import pytest
from pypdf import PdfReader

from flows.models import Flow
from tests.streams.admin.test_call import text_of

PAGE = "/admin/streams/call/statements/"
NOVEMBER = {"month": "2090-11-01"}
SEES = ("view_charge",)


def test_the_page_and_the_file_say_the_same_total(signed_in, finished, version):
    finished()
    client = signed_in(*SEES)
    asked = NOVEMBER | {"for": f"flow:{version.flow_id}"}
    page = client.get(PAGE, asked)
    assert "Main line, November 2090: 0.01 USD" in text_of(page)
    assert "Audio streams 2 min 0.006000 USD" in text_of(page)
    response = client.get(PAGE, asked | {"as": "pdf"})
    assert response["Content-Disposition"] == 'attachment; filename="statement-main-line-2090-11.pdf"'
    told = " ".join(PdfReader(io.BytesIO(response.content)).pages[0].extract_text().split())
    assert "To pay: 0.01 USD" in told
    assert "no-store" in response["Cache-Control"]


def test_cost_centres_are_offered_once_a_flow_has_one(signed_in, finished, version):
    finished()
    client = signed_in(*SEES)
    assert "A flow’s page has a field “Cost centre”" in text_of(client.get(PAGE))
    Flow.objects.filter(pk=version.flow_id).update(cost_centre="4711")
    assert "Cost centre 4711, November 2090" in text_of(client.get(PAGE, NOVEMBER | {"for": "centre:4711"}))


@pytest.mark.parametrize("asked", [{}, {"month": "x"}, {"month": "1890-01-01"}, {"for": "flow:x"}, {"for": "flow:999"}])
def test_what_cannot_be_asked_shows_the_usual(signed_in, finished, asked):
    finished()
    assert signed_in(*SEES).get(PAGE, asked).status_code == 200


def test_an_empty_site_says_what_will_appear(signed_in):
    assert "appear here once calls have ended" in text_of(signed_in(*SEES).get(PAGE))


def test_statements_are_for_who_may_see_charges(signed_in):
    client = signed_in("view_call")
    assert client.get(PAGE).status_code == 403
    assert client.get(PAGE, {"as": "pdf"}).status_code == 403
