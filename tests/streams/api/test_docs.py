"""The documentation for people."""

import re

import pytest

from tests.streams.admin.test_call import text_of

pytestmark = pytest.mark.django_db


def test_every_operation_parameter_and_field_of_the_document_is_on_the_page(client):
    document = client.get("/api/openapi.json").json()
    response = client.get("/api/docs/")
    told = text_of(response)
    for path, methods in document["paths"].items():
        assert f"GET {path}" in told
        for each in methods["get"]["parameters"]:
            assert f" {each['name']} " in told
    for shape in document["components"]["schemas"].values():
        for name in shape.get("properties", {}):
            assert f" {name} " in told or shape["title"] in ("Problem",), name


def test_nothing_of_it_comes_from_elsewhere_and_no_script_is_inline(client):
    response = client.get("/api/docs/")
    assert "unsafe" not in response["Content-Security-Policy"]
    page = response.content.decode()
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert not re.findall(r"<script(?![^>]*src)", page)
    assert " style=" not in page


def test_texts_are_written_for_people_and_names_of_code_stand_as_code(client):
    page = client.get("/api/docs/").content.decode()
    assert "`" not in page
    assert "<code>Retry-After</code>" in page
    assert "Needs the scope <code>calls</code>." in page
    assert "CallOut" not in page
    assert "list of Call<" in page
