"""The contract: the document is sound, and every answer keeps to it, to the letter."""

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from streams.models import CallSummary
from tests.streams.made import a_call

pytestmark = pytest.mark.django_db
THAT_DAY = {"from_": "2090-11-22", "to": "2090-11-22"}
EVERYTHING = ("calls", "charges", "reports", "numbers")


@pytest.fixture
def document(client):
    return client.get("/api/openapi.json").json()


def held_to(schema):
    """The same schema, where nothing may stand in an answer that it does not tell of."""
    if isinstance(schema, dict):
        made = {name: held_to(value) for name, value in schema.items()}
        if made.get("type") == "object" and "properties" in made:
            made["additionalProperties"] = False
        return made
    return [held_to(each) for each in schema] if isinstance(schema, list) else schema


def keeps_to(document, path, response):
    (media,) = document["paths"][path]["get"]["responses"][str(response.status_code)]["content"].values()
    components = held_to(document["components"])
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator({**held_to(media["schema"]), "components": components}, format_checker=checker)
    found = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(response.json())]
    assert found == [], path


def test_the_document_is_sound_and_can_be_read_without_a_token(document):
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {f"/api{path}" for path in PATHS} | {"/api/calls/{call_id}"}
    assert all(set(methods) == {"get"} for methods in document["paths"].values())


PATHS = ("/calls", "/charges", "/reports/tiles", "/reports/steps", "/reports/when")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scopes", [EVERYTHING, ("calls",), ("charges",), ("reports",)])
def test_every_answer_keeps_to_the_document(document, program, counted, path, scopes):
    counted()
    counted()
    a_call()  # one that is not over, and no flow answered
    client = program(*scopes)
    for asked in (THAT_DAY, {}, {"from_": "x"}, {**THAT_DAY, "limit": 1}):
        keeps_to(document, f"/api{path}", client.get(path, **asked))


@pytest.mark.parametrize("scopes", [EVERYTHING, ("calls",)])
def test_one_call_keeps_to_it_too(document, program, counted, scopes):
    for call in (counted(), a_call()):
        keeps_to(document, "/api/calls/{call_id}", program(*scopes).get(f"/calls/{call.pk}"))
    keeps_to(document, "/api/calls/{call_id}", program(*scopes).get("/calls/99999999"))
    assert CallSummary.objects.exists()


def test_the_check_itself_would_find_a_breach(document, program, counted, monkeypatch):
    counted()
    response = program(*EVERYTHING).get("/calls", **THAT_DAY)
    body = response.json()
    body["rows"][0] |= {"cost": "0.6 ¢"}
    monkeypatch.setattr(response, "json", lambda: body)
    with pytest.raises(AssertionError, match="0.6 ¢"):
        keeps_to(document, "/api/calls", response)


def test_a_field_that_the_document_does_not_tell_of_is_a_breach(document, program, counted, monkeypatch):
    counted()
    response = program(*EVERYTHING).get("/calls", **THAT_DAY)
    body = response.json()
    body["rows"][0]["state"] = {}
    monkeypatch.setattr(response, "json", lambda: body)
    with pytest.raises(AssertionError, match="state"):
        keeps_to(document, "/api/calls", response)
