"""Adding people from a file: it is read, every row is judged and shown, and nothing is stored before “Take these”."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from flows.adminbase import strict
from streams.admin.call_list_form import SheetForm
from streams.models import CallList
from streams.outbound import taking
from streams.outbound.sheet import MOST_BYTES, MOST_ROWS, Sheet, Unreadable, guess, read, text_of
from streams.outbound.taking import Row

NOBODY_ADDED = "Nobody was added: all are on it already, or the list is done."
SHOWN_GOOD, SHOWN_BAD = 20, 200  # rows on the page; all are counted


def people_page(lists: ModelAdmin, request: HttpRequest, call_list: CallList) -> HttpResponse:
    """GET asks for a file; POST shows what is in it, and with `take` puts its people on the list."""
    context: dict[str, Any] = {"text": request.POST.get("text", "")}
    if request.method == "POST":
        try:
            context["text"] = _text(request)
            context |= _looked_at(request, context["text"], call_list)
        except (Unreadable, ValidationError) as error:
            context["problem"] = error.messages[0] if isinstance(error, ValidationError) else str(error)
    rows: Sequence[Row] = context.get("rows", ())
    if "take" in request.POST and "problem" not in context:
        return _taken(lists, request, call_list, rows)
    shown = {
        **lists.admin_site.each_context(request),
        "opts": lists.opts,
        "title": f"Add people to “{call_list}”",
        "row": call_list,
        "most_rows": f"{MOST_ROWS:,}",
        "most_mb": MOST_BYTES // 1_000_000,
        **context,
        **_counted(rows),
    }
    return strict(TemplateResponse(request, "streams/call_list_people.html", shown))


def _text(request: HttpRequest) -> str:
    """The file that is sent, or what was pasted or came with the page. Raises `Unreadable`."""
    file = request.FILES.get("file")
    return text_of(file.read(MOST_BYTES + 1) if file else request.POST.get("text", "").encode())


def _looked_at(request: HttpRequest, text: str, call_list: CallList) -> dict[str, Any]:
    """The form with its columns, and the judged rows. Raises `Unreadable`, or `ValidationError`."""
    chosen = "number" in request.POST and not request.FILES.get("file")
    sheet = read(text, has_names=request.POST.get("has_names") == "on" if chosen else None)
    form = (
        SheetForm(request.POST, sheet=sheet, text=text)
        if chosen
        else SheetForm(sheet=sheet, text=text, initial=_guessed(sheet, text))
    )
    columns = form.columns() if chosen else guess(sheet)
    return {"form": form, "rows": taking.judge(sheet, columns, call_list)}


def _guessed(sheet: Sheet, text: str) -> dict[str, Any]:
    columns = guess(sheet)
    return {
        "text": text,
        "number": columns.number,
        "name": columns.name,
        "zone": columns.zone,
        "has_names": sheet.has_names,
    }


def _counted(rows: Sequence[Row]) -> dict[str, Any]:
    good = [row for row in rows if not row.problem]
    bad = [row for row in rows if row.problem]
    return {"good": good[:SHOWN_GOOD], "bad": bad[:SHOWN_BAD], "many_good": len(good), "many_bad": len(bad)}


def _taken(lists: ModelAdmin, request: HttpRequest, call_list: CallList, rows: Sequence[Row]) -> HttpResponse:
    taken = taking.take(call_list, rows, timezone.now())
    said = f"{taken} number{'' if taken == 1 else 's'} added." if taken else NOBODY_ADDED
    if taken:
        lists.log_change(request, call_list, said)
    messages.add_message(request, messages.SUCCESS if taken else messages.WARNING, said)
    return HttpResponseRedirect(call_list.get_absolute_url())
