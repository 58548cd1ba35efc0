"""The form of a step, filled in and sent as a browser would."""

from flows import drafts
from flows.stepform import step_form
from tests.flows.pages import fields_of


def shown(step):
    """The step's form as a browser would send it back untouched."""
    form = step_form(step)(instance=step)
    return fields_of(f"<form>{form.as_p()}</form>")


def filled(step, **typed):
    sent = {**shown(step), **typed}
    return step_form(step)({name: value for name, value in sent.items() if value is not None}, instance=step)


def saved(form):
    assert form.is_valid(), form.errors
    form.save()
    form.save_exits()
    form.instance.refresh_from_db()
    return form.instance


def option(index, outcome="", label="", phrases="", goes_to=""):
    cells = {"outcome": outcome, "label": label, "phrases": phrases, "goes_to": goes_to}
    return {f"options-{index}-{name}": cell for name, cell in cells.items()}


def choices(step):
    return [(row.outcome, row.label, row.phrases, row.goes_to and row.goes_to.key) for row in drafts.option_rows(step)]
