"""The page “Morning report”: each person's own wish, and what the next mail will look like."""

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from flows.adminbase import strict
from flows.models import Flow
from streams.models import MorningMail
from streams.models.mornings import DAYS, every_day
from streams.mornings import due
from streams.mornings.writing import written

SEVEN = time(7, 0)


class Wish(forms.ModelForm):
    """When and about what."""

    days = forms.TypedMultipleChoiceField(
        choices=list(enumerate(DAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the days on which it should come."},
    )
    flows = forms.ModelMultipleChoiceField(
        queryset=Flow.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = MorningMail
        fields = ["at", "days", "flows"]
        widgets = {"at": forms.TimeInput(attrs={"type": "time", "class": "cw-input"}, format="%H:%M")}  # noqa: RUF012


def mornings_page(calls: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """GET shows the wish of this person; POST keeps it, takes it back, or sends one mail now."""
    if not calls.has_view_permission(request):
        raise PermissionDenied
    person: Any = request.user
    mail = MorningMail.objects.filter(person=person).first()
    form = Wish(
        request.POST if request.POST.get("do") == "keep" else None,
        instance=mail or MorningMail(person=person, at=SEVEN, days=every_day()),
    )
    if request.method == "POST" and _done(request, mail, form):
        return HttpResponseRedirect(request.path)
    wanted = mail is not None and mail.wanted
    context = {
        **calls.admin_site.each_context(request),
        "opts": calls.opts,
        "title": "Morning report",
        "form": form,
        "wanted": wanted,
        "mail": mail,
        "address": person.email,
        "set_up": settings.MAIL_IS_SET_UP,
        "time_zone": timezone.get_default_timezone_name(),
        "last": [(sent.day, due.state_in_words(sent)) for sent in mail.sent.all()[:3]] if mail else [],
        "preview": written(mail, timezone.localdate()) if mail and wanted else None,
    }
    return strict(TemplateResponse(request, "streams/morning/page.html", context))


def _done(request: HttpRequest, mail: MorningMail | None, form: Wish) -> bool:
    """Do what was pressed; False where the form must be shown again."""
    match request.POST.get("do"):
        case "keep":
            if not form.is_valid():
                return False
            form.instance.wanted = True
            form.save()
            messages.success(request, "It is kept. The next one comes at that time.")
        case "stop" if mail:
            MorningMail.objects.filter(pk=mail.pk).update(wanted=False)
            messages.success(request, "No more mails come. Switch them on here whenever you like.")
        case "try" if mail and mail.person.email:
            _try(request, mail)
    return True


def _try(request: HttpRequest, mail: MorningMail) -> None:
    try:
        due.hand_over(mail, timezone.localdate())
    except Exception as error:
        messages.error(request, f"It could not be sent ({type(error).__name__}). Who runs the site looks at EMAIL_URL.")
    else:
        messages.success(request, f"One is on its way to {mail.person.email}.")
