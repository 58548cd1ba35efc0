"""The page of a flow's test calls: they run whenever it is shown, and are written, changed and proposed on it."""

from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from flows import engine, publishing
from flows.admin.studio_run import map_url
from flows.adminbase import strict
from flows.models import Flow, TestCall
from flows.rows import Text
from flows.testcalls import gate
from flows.testcalls.coverage import coverage, exit_in_words
from flows.testcalls.keeping import MOST_TESTS, change, delete, keep, keep_all
from flows.testcalls.language import Unreadable, parse
from flows.testcalls.may_write import MAY_WRITE
from flows.testcalls.proposals import Proposal, proposals
from flows.testcalls.route import routes
from flows.testcalls.runner import Result

MOST_PROPOSED = 60  # at once; the others come when these were added


class TestCallForm(forms.ModelForm):
    """A name and lines; lines that cannot be read are told with their numbers."""

    __test__ = False
    lines = Text(
        max_length=20000,
        label="Lines",
        help_text="What the caller does and what should happen, one thing on each line. What you may write stands at "
        "the end of this page.",
        widget=forms.Textarea({"class": "cw-input cw-lines", "rows": 5}),
    )

    class Meta:
        model = TestCall
        fields = ["name", "lines", "plays"]
        widgets = {
            "name": forms.TextInput({"class": "cw-input"}),
            "plays": forms.Select({"class": "cw-input"}),
        }

    def clean_lines(self) -> str:
        text: str = self.cleaned_data["lines"]
        try:
            parse(text)
        except Unreadable as error:
            raise forms.ValidationError([f"Line {number}: {sentence}" for number, sentence in error.errors]) from error
        return text


@dataclass(frozen=True)
class Shown:
    """One test call on the page. `lines` are (number, text, sentence): the sentence stands at the line that failed."""

    test: TestCall
    result: Result
    way: list[str]
    form: TestCallForm
    map_url: str
    lines: list[tuple[int, str, str]] = field(default_factory=list)


def tests_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the test calls of a flow with what they did just now; change them where that is allowed.

    Whoever draws the flow asks for JSON, and is told the way of each call (`flows.testcalls.route`).
    """
    flow = get_object_or_404(Flow, pk=pk)
    may = request.user.has_perm  # type: ignore[union-attr]
    if not may("flows.view_flow") and not may("flows.change_flow"):
        raise PermissionDenied
    if request.method == "POST" and not may("flows.change_flow"):
        raise PermissionDenied
    draft = publishing.draft(flow).flow
    wrong: TestCallForm | None = None
    if request.method == "POST":
        answer = _act(request, flow, draft)
        if isinstance(answer, HttpResponse):
            return answer
        wrong = answer
    elif "application/json" in request.headers.get("Accept", ""):
        ran = gate.results(flow, draft) if draft else []
        return JsonResponse({"routes": routes((test.pk, result) for test, result in ran)})
    return strict(_page(model_admin, request, flow, draft, wrong))


def tests_url(flow: Flow) -> str:
    """Where a flow's test calls are."""
    return reverse("admin:flows_flow_tests", args=[flow.pk])


# --- acts -------------------------------------------------------------------------------------------------------------


def _act(request: HttpRequest, flow: Flow, draft: engine.Flow | None) -> HttpResponse | TestCallForm:
    """What was pressed; a form that is to be mended comes back."""
    if "_add" in request.POST and draft:
        ticked = set(request.POST.getlist("tick"))
        added = keep_all(flow, (one for one in _proposed(flow, draft) if one.name in ticked), by=request.user)
        messages.success(request, f"{added} test call{'' if added == 1 else 's'} added.")
        return HttpResponseRedirect(tests_url(flow))
    test = _test(request, flow)
    if test and "_delete" in request.POST:
        delete(test, by=request.user)
        messages.success(
            request, f"The test call “{test.name}” is deleted. Undo on the page of the flow brings it back."
        )
        return HttpResponseRedirect(tests_url(flow))
    if flow.test_calls.count() >= MOST_TESTS and not test:
        messages.error(request, f"A flow has at most {MOST_TESTS} test calls. Delete one that is not needed any more.")
        return HttpResponseRedirect(tests_url(flow))
    if test and "_duplicate" in request.POST:
        return HttpResponseRedirect(keep(flow, test.name, test.lines, test.plays, by=request.user).get_absolute_url())
    form = TestCallForm(request.POST, instance=test, prefix=_prefix(test))
    if not form.is_valid():
        return form
    if test:
        change(form.save(commit=False), by=request.user)
        return HttpResponseRedirect(test.get_absolute_url())
    made = keep(flow, *(form.cleaned_data[name] for name in ("name", "lines", "plays")), by=request.user)
    return HttpResponseRedirect(made.get_absolute_url())


def _test(request: HttpRequest, flow: Flow) -> TestCall | None:
    pk = request.POST.get("test", "")
    return get_object_or_404(flow.test_calls, pk=int(pk)) if pk.isdigit() else None


def _prefix(test: TestCall | None) -> str:
    return f"test-{test.pk}" if test else "new"


def _proposed(flow: Flow, draft: engine.Flow) -> list[Proposal]:
    ran = gate.results(flow, draft)
    walked = coverage(draft, (result for _, result in ran))
    return proposals(draft, walked.taken, {test.name for test, _ in ran}, gate.tested(ran), most=MOST_PROPOSED)


# --- the page ---------------------------------------------------------------------------------------------------------


def _page(
    model_admin: ModelAdmin, request: HttpRequest, flow: Flow, draft: engine.Flow | None, wrong: TestCallForm | None
) -> HttpResponse:
    ran = gate.results(flow, draft) if draft else []
    walked = coverage(draft, (result for _, result in ran)) if draft else None
    may_change = request.user.has_perm("flows.change_flow")  # type: ignore[union-attr]
    is_new_wrong = wrong is not None and wrong.instance.pk is None
    proposed = _proposed(flow, draft) if draft and may_change and "propose" in request.GET else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Test calls of {flow}",
        "opts": model_admin.opts,
        "flow": flow,
        "unreadable": draft is None,
        "tests": [_shown(draft, test, result, wrong) for test, result in ran] if draft else [],
        "passed": sum(result.passed for _, result in ran),
        "walked": walked,
        "untested": [exit_in_words(draft, taken) for taken in walked.untested] if draft and walked else [],
        "proposed": proposed,
        "most_proposed": MOST_PROPOSED,
        "may_change": may_change,
        "replay_url": _replay_url(request, flow),
        "new_form": wrong if is_new_wrong else TestCallForm(prefix="new"),
        "is_new_wrong": is_new_wrong,
        "may_write": MAY_WRITE,
    }
    return TemplateResponse(request, "flows/tests.html", context)


def _replay_url(request: HttpRequest, flow: Flow) -> str:
    """Where past calls are played on the draft, for those who may see how callers go."""
    may_see = request.user.has_perm("flows.view_figures")  # type: ignore[union-attr]
    return reverse("admin:flows_flow_replay", args=[flow.pk]) if may_see else ""


def _shown(draft: engine.Flow, test: TestCall, result: Result, wrong: TestCallForm | None) -> Shown:
    is_wrong = wrong is not None and wrong.instance.pk == test.pk
    form = wrong if is_wrong and wrong else TestCallForm(instance=test, prefix=_prefix(test))
    rows = enumerate(test.lines.splitlines(), start=1)
    lines = [(number, text, result.sentence if number == result.line else "") for number, text in rows]
    return Shown(test, result, [draft.name_of(key) for key in result.visited], form, map_url(test), lines)
