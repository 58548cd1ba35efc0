"""The test calls of every template, run as builders run them: a template begins with tests that pass."""

import pytest

from flows import publishing
from flows.portable.applying import apply
from flows.portable.gallery import templates
from flows.testcalls import gate

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.name)
def test_the_test_calls_of_a_template_pass(template):
    row = apply(template.file).flow
    flow = publishing.draft(row).flow
    ran = gate.results(row, flow)
    assert len(ran) >= 3
    assert [(test.name, result.line, result.sentence) for test, result in ran if not result.passed] == []
