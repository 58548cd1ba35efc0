"""The page “Exports”: which table, of which calls, as what file; and the files that a worker wrote."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from flows.adminbase import strict
from flows.models import Flow, FlowVersion, PhoneNumber
from streams.exports import csv_file, making, xlsx_file
from streams.exports.asking import from_address, in_address, stored
from streams.exports.columns import Table
from streams.exports.reading import reader_of
from streams.exports.sending import by_way_of_a_file, in_a_thread, pieces_of
from streams.exports.tables import TABLES
from streams.figures.asked import Asked
from streams.models import CallFigures, Export, ExportState
from streams.reports.one_call import Reader

MAY = "streams.add_export"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
FORMATS = {
    "xlsx": ("Excel (XLSX)", "Columns know what they hold. The best choice for people."),
    "csv": ("CSV", "For other programs: commas, UTF-8."),
    "csv-bom": ("CSV for Excel", "The same, with the mark by which Excel sees that it is UTF-8."),
}
UNFINISHED = (ExportState.WAITING, ExportState.WORKING)


def exports_page(calls: ModelAdmin, request: HttpRequest) -> HttpResponseBase:
    """GET shows what would be exported and how many rows that is; POST makes it: at once, or by a worker."""
    if not (calls.has_view_permission(request) and request.user.has_perm(MAY)):  # type: ignore[union-attr]
        raise PermissionDenied
    reader = reader_of(request.user)
    said = request.POST if request.method == "POST" else request.GET
    offered = {key: table for key, table in TABLES.items() if table.is_for(reader)}
    table = offered.get(said.get("what", "calls"), offered["calls"])
    asked, problem = from_address(said, timezone.localdate())  # type: ignore[arg-type]
    if request.method == "POST":
        return _made(request, table, asked, reader, said.get("format", "xlsx"))
    rows = table.count(asked)
    context = {
        **calls.admin_site.each_context(request),
        "opts": calls.opts,
        "title": "Exports",
        "tables": offered.values(),
        "table": table,
        "columns": [each.title for each in table.shown_to(reader)],
        "asked": asked,
        "problem": problem,
        "rows": rows,
        "rows_said": f"{rows:,}",
        "by_a_worker": rows > making.ROWS_AT_ONCE,
        "at_once": f"{making.ROWS_AT_ONCE:,}",
        "formats": FORMATS,
        "reader": reader,
        **_choices(asked),
        "files": [_shown(each) for each in Export.objects.filter(by=request.user)[:20]],
        "unfinished": Export.objects.filter(by=request.user, state__in=UNFINISHED).exists(),
        "here": f"{request.path}?{in_address(asked, what=table.key)}",
    }
    return strict(TemplateResponse(request, "streams/exports.html", context))


def _choices(asked: Asked) -> dict[str, Any]:
    versions = FlowVersion.objects.select_related("flow").defer("snapshot", "report").order_by("flow__name", "-number")
    languages = CallFigures.objects.exclude(language="").order_by("language").values_list("language", flat=True)
    return {
        "flows": Flow.objects.order_by("name").only("name"),
        "versions": versions.filter(flow=asked.flow) if asked.flow else (),
        "numbers": PhoneNumber.objects.order_by("number").values_list("number", flat=True),
        "languages": languages.distinct(),
    }


def _made(request: HttpRequest, table: Table, asked: Asked, reader: Reader, wanted: str) -> HttpResponseBase:
    """The file itself where it is small; else a row for a worker, and the page again."""
    format_, bom = ("xlsx", False) if wanted == "xlsx" else ("csv", wanted == "csv-bom")
    rows = table.count(asked)
    if rows <= making.ROWS_AT_ONCE:
        name = f"{table.key}-{asked.first}-{asked.last}.{format_}"
        return send_file(request, partial(_begin, table, asked, reader, format_, bom), format_, name)
    back = HttpResponseRedirect(f"{request.path}?{in_address(asked, what=table.key)}#files")
    if Export.objects.filter(by=request.user, state__in=UNFINISHED).count() >= making.MOST_WAITING:
        messages.error(request, f"{making.MOST_WAITING} exports of yours are not ready yet. Wait for one of them.")
        return back
    export = Export.objects.create(
        by=request.user,
        table=table.key,
        asked=stored(asked),
        format=format_,
        bom=bom,
        rows=rows,  # type: ignore[misc]
    )
    making.ring(export.pk)
    messages.success(request, f"{rows:,} rows are being written. The file appears below; you may leave this page.")
    return back


def _begin(table: Table, asked: Asked, reader: Reader, format_: str, bom: bool) -> Iterator[bytes]:
    columns, rows = table.shown_to(reader), table.rows_for(asked, reader)
    if format_ == "csv":
        return csv_file.chunks(columns, rows, bom=bom)
    return by_way_of_a_file(lambda path: xlsx_file.write(path, table.title, columns, rows), "export.xlsx")


def send_file(request: HttpRequest, begin: Callable[[], Iterator[bytes]], format_: str, name: str) -> HttpResponseBase:
    """A file, piece by piece: in a thread of its own where calls run in the same process."""
    pieces = in_a_thread(begin) if isinstance(request, ASGIRequest) else begin()
    response = StreamingHttpResponse(pieces, content_type=TYPES[format_])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True)
    return response


def fetch(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file that a worker wrote, for whom it was written, while it is there and they may still see it."""
    export = get_object_or_404(Export, name=name, by=request.user)
    if not (request.user.has_perm(MAY) and TABLES[export.table].is_for(reader_of(request.user))):  # type: ignore[union-attr]
        raise PermissionDenied
    path = making.path_of(export)
    expired = export.expires_at is None or export.expires_at <= timezone.now()
    if export.state != ExportState.READY or expired or not path.exists():
        messages.error(request, "This file is not there any more. Files are kept for a day; ask for it again.")
        return HttpResponseRedirect(reverse("admin:streams_exports"))
    asked = export.asked
    response = send_file(
        request,
        partial(pieces_of, path),
        export.format,
        f"{export.table}-{asked['first']}-{asked['last']}.{export.format}",
    )
    response["Content-Length"] = str(path.stat().st_size)
    return response


def _shown(export: Export) -> dict[str, Any]:
    table = TABLES.get(export.table)
    progress = f"{export.rows_done:,} of {export.rows or 0:,} rows" if export.state == ExportState.WORKING else ""
    return {
        "export": export,
        "title": table.title if table else export.table,
        "progress": progress,
        "url": reverse("admin:streams_export_fetch", args=[export.name]) if export.state == ExportState.READY else "",
    }
