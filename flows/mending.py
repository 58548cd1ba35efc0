"""Doing to a draft what a rule offers, with one press: a change like any other, which undo takes back."""

from typing import Any

from django.db import transaction

from flows import drafts, linting, publishing
from flows.models import Flow
from flows.practice import Mend


class Gone(Exception):
    """What was offered is not on offer any more: the flow was changed."""


@transaction.atomic
def mend(flow_pk: int, fingerprint: str, revision: int, *, by: Any) -> str:
    """Do what the finding with this fingerprint offers; gives it in words.

    The change is worked out anew from the draft as it stands now. Raises `Gone`, or `drafts.Conflict` when its step was
    saved since `revision`.
    """
    flow = Flow.objects.select_for_update().get(pk=flow_pk)
    draft = publishing.draft(flow).flow
    found = linting.lint(flow, draft) if draft else []
    linted = next((one for one in found if one.fingerprint == fingerprint and one.mend), None)
    if linted is None or linted.mend is None:
        raise Gone
    flow = drafts.check_out(flow.pk, revision, "" if linted.mend.line else linted.step)
    _change(flow, linted.step, linted.mend)
    drafts.touch(flow, by=by, what=f"{linted.step_name}: {linted.mend.label}")
    return linted.mend.label


def _change(flow: Flow, key: str, change: Mend) -> None:
    for name, new in change.line.items():
        setattr(flow, name, new)
    if change.line:
        flow.save(update_fields=list(change.line))
    if change.settings or change.leads or change.options is not None:
        step = flow.steps.get(key=key)
        drafts.change_step(step, change.settings, options=change.options, leads=change.leads)
