"""The page of a flow's languages: its texts side by side, what is missing, and writing them."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from flows import drafts, hearing, seams, translations
from flows.adminbase import strict
from flows.engine.languages import LANGUAGES, Language, known, short_name
from flows.models import Flow

TEXT = "text|"  # then step, place and language
Typed = dict[tuple[str, str, str], str]


def languages_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Every text of the draft in all its languages; sent back, what was typed is stored."""
    if not request.user.has_perm("flows.view_flow"):  # type: ignore[union-attr]
        raise PermissionDenied
    flow, typed, conflict = get_object_or_404(Flow, pk=pk), Typed(), ""
    revision = flow.revision
    if request.method == "POST":
        if not request.user.has_perms(["flows.change_flow", "flows.change_step"]):  # type: ignore[union-attr]
            raise PermissionDenied
        typed, given = _typed(request, flow), request.POST.get("revision", "")
        try:
            count = translations.write(flow, typed, int(given) if given.isdigit() else 0, by=request.user)
        except drafts.Conflict as error:
            conflict, revision = f"{error} What you typed is safe below: save again to keep yours.", error.revision
        else:
            said = "Nothing was changed." if not count else f"{count} text{'s are' if count > 1 else ' is'} saved."
            messages.success(request, said)
            return HttpResponseRedirect(request.path)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Languages of {flow}",
        "opts": model_admin.opts,
        "flow": flow,
        "conflict": conflict,
        "revision": revision,
        "may_change": request.user.has_perm("flows.change_step"),  # type: ignore[union-attr]
        "own": known(flow.language).name,
        "own_code": flow.language,
        **_table(flow, typed),
    }
    return strict(TemplateResponse(request, "flows/languages.html", context))


def _table(flow: Flow, typed: Typed) -> dict[str, Any]:
    """The steps with their texts, and what is missing in each language."""
    further, rows = translations.of_flow(flow), translations.rows(flow)
    sounds = hearing.in_languages(flow, rows)
    steps: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = row.step.key
        cells = [_shown(row, cell, sounds, typed) for cell in row.cells]
        shown = {"row": row, "heard": sounds.get((key, row.place, "")), "cells": cells}
        steps.setdefault(key, {"step": row.step, "rows": []})["rows"].append(shown)
    listening = dict(seams.engines("transcriber"))
    return {
        "steps": list(steps.values()),
        "languages": [_counted(each, [row.cells[place] for row in rows]) for place, each in enumerate(further)],
        "keys_only": bool(further) and set(listening) <= {"local"},
    }


def _counted(language: Language, cells: list[translations.Cell]) -> dict[str, Any]:
    missing = sum(cell.is_missing for cell in cells)
    return {"code": language.code, "name": short_name(language.code), "missing": missing, "of": len(cells)}


def _shown(row: translations.Row, cell: translations.Cell, sounds: Any, typed: Typed) -> dict[str, Any]:
    key = (row.step.key, row.place, cell.language)
    return {
        "name": TEXT + "|".join(key),
        "cell": cell,
        "text": typed.get(key, cell.text),
        "heard": sounds.get(key),
        "language": short_name(cell.language),
        "lines": 1 if not row.is_heard else 2 + len(row.text) // 90,
    }


def _typed(request: HttpRequest, flow: Flow) -> Typed:
    """What was typed, by step, place and language."""
    codes, found = {each.code for each in translations.of_flow(flow)} & set(LANGUAGES), Typed()
    for name, text in request.POST.items():
        key, _, rest = name.removeprefix(TEXT).partition("|")
        place, _, language = rest.rpartition("|")
        if name.startswith(TEXT) and language in codes:
            found[key, place, language] = str(text)
    return found
