"""The page on which a new flow begins: with a template, with a file, or with nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from flows import hearing, seams, sound, spoken
from flows.admin.hearing import render
from flows.adminbase import strict
from flows.hearing import Heard, Sound
from flows.portable import applying
from flows.portable.gallery import Template, template, templates

NEEDED = ("flow", "step", "openinghours", "destination", "lookup")
PHONE = "phone"  # the place of the studio where the phone lies ready (`phone/dock.js`), and the tour begins (`tour.js`)


def may_begin(request: HttpRequest) -> bool:
    """Whether this person may make a flow of a template, with all that belongs to it."""
    return request.user.has_perms([f"flows.add_{model}" for model in NEEDED])  # type: ignore[union-attr]


def gallery_view(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The templates, each with what callers hear first; or make a flow of one."""
    if not may_begin(request):
        raise PermissionDenied
    if request.method == "POST":
        return _begin(request)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Start from a template",
        "cards": cards(),
        "empty_url": reverse("admin:flows_flow_add"),
        "import_url": reverse("admin:flows_import"),
    }
    return strict(TemplateResponse(request, "flows/gallery.html", context))


@require_POST
def hear_view(request: HttpRequest) -> HttpResponse:
    """Where the first words of a template can be heard in the usual voice. Other texts are not read here."""
    text = request.POST.get("text", "")
    found = next((each for each in templates() if each.heard_first == text), None)
    if found is None or not request.user.has_perm("flows.add_flow"):  # type: ignore[union-attr]
        raise Http404
    how = {"voice": found.file.voice, "language": found.file.language}
    if refused := render(request, text, how):
        return refused
    made = _sounds([found])[text]
    return JsonResponse({"url": made.url, "length": made.length})


def _begin(request: HttpRequest) -> HttpResponse:
    found = template(request.POST.get("template", ""))
    if found is None:
        raise Http404
    flow = applying.apply(found.file, by=request.user).flow
    messages.success(request, f"“{flow}” is there. Press Call, then change what you do not like.")
    return HttpResponseRedirect(f"{flow.get_absolute_url()}#{PHONE}")


def cards() -> list[tuple[Template, Heard]]:
    """Every template with what is there to hear of it. One query."""
    sounds, make_url = _sounds(templates()), reverse("admin:flows_gallery_hear")
    return [
        (each, Heard(text=each.heard_first, sound=sounds.get(each.heard_first, hearing.UNREAD), make_url=make_url))
        for each in templates()
    ]


def _sounds(found: Any) -> dict[str, Sound]:
    """The sounds that are there already, by text. One query."""
    by_text: dict[str, str] = {}
    for each in found:
        by_text |= seams.digests([each.heard_first], voice=each.file.voice, language=each.file.language)
    sizes = spoken.sizes_of(by_text.values())
    return {
        text: Sound(hearing.sound_url(digest), sound.seconds_in_words(sizes[digest]))
        for text, digest in by_text.items()
        if digest in sizes
    }
