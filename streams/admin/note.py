"""Follow-ups: messages, and what summaries ask for. Open ones come first, and are marked as done here."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from flows.adminbase import Immutable, ModelAdmin, display, strict
from flows.numbers import masked
from streams.admin.listing import Listing
from streams.admin.pill import link_to, pill
from streams.admin.searching import by_number
from streams.models import CallNote
from streams.models.notes import NoteKind
from streams.reports.left import HIDDEN, done_in_words
from streams.reports.words import moment

FINISH = "streams.finish_callnote"

# What one page says of each kind: over its text, and under it.
HEADINGS = {
    NoteKind.MESSAGE: "Left a message",
    NoteKind.TO_DO: "Somebody should do this",
}
SOURCES = {
    NoteKind.MESSAGE: "As the assistant wrote it down; the caller confirmed it with a key.",
    NoteKind.TO_DO: "As the call’s summary has it.",
}


class Open(admin.SimpleListFilter):
    """Open, or done."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "open"), ("done", "done")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CallNote]) -> QuerySet[CallNote]:
        return queryset.filter(done_at__isnull=self.value() == "open") if self.value() else queryset


@admin.register(CallNote)
class CallNoteAdmin(Immutable, Listing, ModelAdmin):
    """Who wants what since when; whoever may mark them as done sees the numbers to call."""

    list_filter = [Open, "what", "created_at"]
    list_select_related = ["call", "done_by"]
    search_fields = ["caller"]
    search_help_text = "The end of a number."
    heading = "Follow-ups"
    empty_says = (
        "Nothing waits",
        "When a caller leaves a message with an AI step, or a call’s summary says that somebody should do something, "
        "it is here. Who asked to be called back stands under “Call-backs”.",
    )
    actions = ["mark_done"]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        number = "number" if may_see_number(request) else "number_masked"
        text = "wants" if request.user.has_perm("streams.view_transcript") else "wants_hidden"  # type: ignore[union-attr]
        return ["when", "kind", number, text, "state", "call_link"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CallNote], search_term: str
    ) -> tuple[QuerySet[CallNote], bool]:
        """By no more of a number than is shown: who sees it masked may search by its last four digits."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(by_number(search_term, "caller", whole=may_see_number(request))), False

    @display(description="when", ordering="-created_at")
    def when(self, note: CallNote) -> str:
        return moment(note.created_at)

    @display(description="what", ordering="what")
    def kind(self, note: CallNote) -> str:
        return note.get_what_display()

    @display(description="caller")
    def number(self, note: CallNote) -> str:
        return note.caller or "no number"

    @display(description="caller")
    def number_masked(self, note: CallNote) -> str:
        return masked(note.caller) or "no number"

    @display(description="what is wanted")
    def wants(self, note: CallNote) -> str:
        return note.text if len(note.text) <= 120 else f"{note.text[:119]}…"

    @display(description="what is wanted")
    def wants_hidden(self, note: CallNote) -> str:
        return HIDDEN

    @display(description="state", ordering="done_at")
    def state(self, note: CallNote) -> SafeString:
        if note.done_at is None:
            return pill("open", "warn")
        return format_html('{} <span class="cw-quiet">{}</span>', pill("done", "good"), done_in_words(note))

    @display(description="the call")
    def call_link(self, note: CallNote) -> SafeString:
        return link_to(note.call)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        return actions if request.user.has_perm(FINISH) else {}  # type: ignore[union-attr]

    @admin.action(description="Mark as done")
    def mark_done(self, request: HttpRequest, queryset: QuerySet[CallNote]) -> None:
        """Mark these as done by this user."""
        count = finish(queryset, by=request.user)
        messages.success(request, "1 is done." if count == 1 else f"{count} are done.")

    def get_urls(self) -> list[URLPattern]:
        done = self.admin_site.admin_view(require_POST(self.done_view))
        return [path("<int:pk>/done/", done, name="streams_callnote_done"), *super().get_urls()]

    def done_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mark one as done, or as open again."""
        if not request.user.has_perm(FINISH):  # type: ignore[union-attr]
            raise PermissionDenied
        note = get_object_or_404(CallNote, pk=pk)
        if "again" in request.POST:
            CallNote.objects.filter(pk=pk).update(done_at=None, done_by=None)
            self.log_change(request, note, "Opened again.")
            messages.success(request, "It is open again.")
            back = reverse("admin:streams_callnote_change", args=[pk])
        else:
            finish(CallNote.objects.filter(pk=pk), by=request.user)
            self.log_change(request, note, "Marked as done.")
            messages.success(request, "It is done.")
            back = f"{reverse('admin:streams_callnote_changelist')}?state=open"
        return HttpResponseRedirect(note.call.get_absolute_url() if "on_call" in request.POST else back)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One of them, whole."""
        note = self.get_object(request, unquote(object_id))
        if note is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, note):
            raise PermissionDenied
        may = request.user.has_perm  # type: ignore[union-attr]
        number = (note.caller if may_see_number(request) else masked(note.caller)) or "no number"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{note.get_what_display().capitalize()} of {self.when(note)}",
            "note": note,
            "number": number,
            "text": note.text if may("streams.view_transcript") else "",
            "done": done_in_words(note),
            "heading": HEADINGS[note.what],
            "source": SOURCES[note.what],
            "may_finish": may(FINISH),
        }
        return strict(TemplateResponse(request, "streams/note.html", context))


def may_see_number(request: HttpRequest) -> bool:
    """Who is to call back sees the number that waits for it."""
    may = request.user.has_perm  # type: ignore[union-attr]
    return bool(may("streams.view_number") or may(FINISH))


def finish(notes: QuerySet[CallNote], *, by: Any) -> int:
    """Mark the open ones among these as done; returns how many."""
    return notes.filter(done_at=None).update(done_at=timezone.now(), done_by=by)


def waiting(request: HttpRequest) -> int:
    """How many are open, for who may see them."""
    may = request.user.has_perm("streams.view_callnote")  # type: ignore[union-attr]
    return CallNote.objects.filter(done_at=None).count() if may else 0
