"""The page that a link opens: one call, masked, for whoever has the link. It asks for no account."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from flows.adminbase import strict
from streams.reports.one_call import Reader, one_call
from streams.reports.words import moment
from streams.sharing import guessing, links
from streams.sharing.addresses import address_of

PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@require_safe
def shared_call(request: HttpRequest, token: str) -> HttpResponse:
    """One call, masked; the same page for a link that never was as for one that is over or was revoked."""
    address = address_of(request.META)
    if guessing.is_guessing(address):
        return _private(TemplateResponse(request, "streams/shared_gone.html", {"too_often": True}, status=429))
    link = links.find(token)
    if link is None or link.call is None:
        guessing.missed(address)
        return _private(TemplateResponse(request, "streams/shared_gone.html", status=404))
    if request.method == "GET":
        links.opened(link, address)
    reader = Reader(
        transcript=link.with_words, money=link.with_costs, numbers=False, digits=False, ours=False, carrier=False
    )
    context = {
        "title": f"Call of {moment(link.call.began_at)}",
        "shown": one_call(link.call, reader),
        "until": moment(link.expires_at),
        "made_by": link.made_by,
    }
    return _private(TemplateResponse(request, "streams/shared.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache, told to no other site, found by no search."""
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return strict(response)
