"""Help beside every field: each form of builders and publishers is walked, and each field tells what it is for."""

import html

from django.urls import reverse

from flows import drafts
from flows.engine.step import REGISTRY


def forms_of(response):
    """The forms that a page was drawn from."""
    drawn = [getattr(value, "form", value) for layer in response.context for each in layer for value in each.values()]
    return {id(form): form for form in drawn if hasattr(form, "visible_fields")}.values()


def without_help(response):
    """The fields of a page with no help, or whose help the page does not show."""
    page = html.unescape(response.content.decode())
    known = [field for form in forms_of(response) for field in form.visible_fields()]
    fields = [field for field in known if f'name="{field.html_name}' in page]
    assert fields, "this page has no form"
    return [field.label for field in fields if not field.help_text or html.unescape(str(field.help_text)) not in page]


def test_each_field_of_each_kind_of_step_has_help_beside_it(maria, line):
    bye = line.steps.get(key="goodbye")
    lacking = {}
    for kind in REGISTRY:
        step = drafts.add_step(line, name=kind, kind=kind)
        step.exits.update(goes_to=bye)
        lacking[kind] = without_help(maria.get(reverse("admin:flows_studio_step", args=[line.pk, step.key])))
    assert {kind: labels for kind, labels in lacking.items() if labels} == {}


def test_each_field_of_the_other_forms_has_help_beside_it(maria, paul, line, desk, number, quick_voice):
    def add(model):
        return reverse(f"admin:flows_{model}_add")

    pages = [line.get_absolute_url(), desk.get_absolute_url(), number.get_absolute_url()]
    pages += [add(model) for model in ("flow", "destination", "lookup", "openinghours", "phonenumber")]
    pages += [f"{add('step')}?flow={line.pk}", reverse("admin:flows_import")]
    pages += [reverse(f"admin:flows_flow_{page}", args=[line.pk]) for page in ("publish", "tests")]
    pages += [reverse("admin:flows_phonenumber_go_live", args=[number.pk])]
    lacking = {page: without_help(paul.get(page)) for page in pages}
    assert {page: labels for page, labels in lacking.items() if labels} == {}
