"""The page behind “Stop these mails”. It needs no account; the token in its address is the key.

Looking at it changes nothing, since programs that check mail follow every link; pressing its button does, and so does a
mail program that offers to unsubscribe (RFC 8058).
"""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from streams.models import MorningMail
from streams.mornings.links import stopped_by


@csrf_exempt  # the token is the key, and a mail program has no cookie of ours
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks; POST stops the mails, however often."""
    pk = stopped_by(token)
    mail = MorningMail.objects.filter(pk=pk).first() if pk is not None else None
    if mail is None:
        return TemplateResponse(request, "streams/morning/stop.html", {"unknown": True}, status=404)
    if request.method == "POST":
        MorningMail.objects.filter(pk=mail.pk).update(wanted=False)
    stopped = request.method == "POST" or not mail.wanted
    return TemplateResponse(request, "streams/morning/stop.html", {"stopped": stopped})


urlpatterns = [path("stop/<str:token>/", stop, name="stop_mornings")]
