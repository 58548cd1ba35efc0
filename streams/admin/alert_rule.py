"""What is watched and who is told: the rules as a table, the form of one, and “Send a test”."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from flows.adminbase import ModelAdmin, strict
from flows.models import Flow
from streams.admin.own_form import INPUT, OwnForm
from streams.alerts.delivering import mail_in_words
from streams.alerts.kinds import KINDS, for_one_flow
from streams.alerts.trying import try_out
from streams.alerts.wording import upper_first
from streams.models import AlertEndpoint, AlertRule
from streams.models.alerts import addresses_in

TIME = {"type": "time", **INPUT}
NUMBER = {**INPUT, "min": "0"}

OFF = "Untick it to end these limits, and their open alerts; the rule of all flows counts for this flow again."
ALONE = "It is for this flow alone; the rule of all flows leaves it out as long as this one is watched."
FOLDED = ["window_minutes", "at_least", "clears_at", "calm_minutes", "remind_hours", "quiet_from", "quiet_until"]


class AlertRuleForm(forms.ModelForm):
    """From which figure on, and who is told. Only what means something for this kind is asked."""

    class Meta:
        model = AlertRule
        fields: ClassVar = ["active", "threshold", "emails", "endpoints", *FOLDED]
        widgets: ClassVar = {
            "threshold": forms.NumberInput({**NUMBER, "step": "any"}),
            "clears_at": forms.NumberInput({**NUMBER, "step": "any"}),
            "window_minutes": forms.NumberInput({**NUMBER, "min": "1"}),
            "at_least": forms.NumberInput({**NUMBER, "min": "1"}),
            "calm_minutes": forms.NumberInput(NUMBER),
            "remind_hours": forms.NumberInput(NUMBER),
            "emails": forms.Textarea({**INPUT, "rows": 3}),
            "quiet_from": forms.TimeInput(TIME, format="%H:%M"),
            "quiet_until": forms.TimeInput(TIME, format="%H:%M"),
            "endpoints": forms.CheckboxSelectMultiple,
        }
        labels: ClassVar = {
            "active": "Watch this",
            "window_minutes": "Looking back so many minutes",
            "at_least": "Of at least so many calls or answers",
            "calm_minutes": "For so many minutes",
            "remind_hours": "Remind after so many hours",
            "emails": "Mail to",
            "quiet_from": "No mails from",
            "quiet_until": "No mails until",
            "endpoints": "Web addresses",
        }
        help_texts: ClassVar = {
            "active": "Untick it to stop watching; its open alerts end then.",
            "window_minutes": "A longer stretch is calmer, a shorter one faster.",
            "at_least": "Fewer calls or answers than this say nothing, and are no alert.",
            "calm_minutes": "How long it must stay below that before the alert is over.",
            "remind_hours": "While it goes on and nobody took it on. 0: never.",
            "emails": "One address on each line.",
            "quiet_from": "Mails wait from then on. This site and the web addresses are told at once.",
            "quiet_until": "On the site’s clock. Leave both empty to be told at any hour.",
            "endpoints": "Each is sent a signed message. Add them on the page of all rules.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = KINDS[self.instance.kind]
        if kind.own_limits:
            del self.fields["threshold"], self.fields["clears_at"], self.fields["calm_minutes"]
        else:
            self._say_units(kind.unit)
        for name in {"window_minutes", "at_least"} - set(kind.fields):
            del self.fields[name]
        if not AlertEndpoint.objects.exists():
            del self.fields["endpoints"]
        if self.instance.flow_id:
            self.fields["active"].help_text = OFF

    def folded_fields(self) -> list[Any]:
        """What has a good default, and is shown when somebody asks for it."""
        return [self[name] for name in FOLDED if name in self.fields]

    def first_fields(self) -> list[Any]:
        """All others."""
        return [field for field in self if field.name not in FOLDED]

    def other_flows(self) -> list[Flow]:
        """The flows that this rule of all flows can be given other limits for."""
        rule = self.instance
        if rule.flow_id or not KINDS[rule.kind].of_flows:
            return []
        return list(Flow.objects.exclude(alert_rules__kind=rule.kind).order_by("name"))

    def _say_units(self, unit: str) -> None:
        self.fields["threshold"].label = f"An alert from so many {unit} on"
        self.fields["threshold"].help_text = "At this figure it begins."
        self.fields["clears_at"].label = "Over below"
        self.fields["clears_at"].help_text = (
            "Choose it lower than the figure at which it begins, so that one that wavers tells nobody twice. 0: when "
            "nothing is left."
        )
        for name in ("threshold", "clears_at"):
            self.initial[name] = f"{getattr(self.instance, name).normalize():f}"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        threshold, clears_at = cleaned.get("threshold"), cleaned.get("clears_at")
        if threshold is not None and threshold <= 0:
            self.add_error("threshold", "Choose more than 0: everything would be an alert.")
        if threshold is not None and clears_at is not None and clears_at > threshold:
            self.add_error("clears_at", "Choose at most the figure at which it begins; else it would end at once.")
        for name in ("window_minutes", "at_least"):
            if name in self.fields and cleaned.get(name) == 0:
                self.add_error(name, "Choose 1 or more.")
        if (cleaned.get("window_minutes") or 0) > 7 * 24 * 60:
            self.add_error("window_minutes", "Choose a week (10080) at most.")
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_until")):
            self.add_error("quiet_until", "Give both times, or none.")
        return cleaned

    def validate_constraints(self) -> None:
        """`clean` says the same in words."""


@admin.register(AlertRule)
class AlertRuleAdmin(OwnForm, ModelAdmin):
    """The rules that the product ships with; they can be set and switched off, not added or deleted."""

    form = AlertRuleForm
    back = ("admin:streams_alertrule_changelist", "What is watched")
    form_template = "streams/alert_rule.html"

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def title_of(self, obj: Any) -> str:
        return KINDS[obj.kind].title_of(obj)

    def note(self, obj: Any) -> str:
        said = [f"An alert when {KINDS[obj.kind].opens_when(obj)}.", ALONE if obj.flow_id else "", mail_in_words()]
        return " ".join(filter(None, said))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Every rule: when it is an alert, and who is told."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rules = AlertRule.objects.filter(kind__in=KINDS).select_related("flow").prefetch_related("endpoints")
        may = request.user.has_perm  # type: ignore[union-attr]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What is watched, and who is told",
            "rows": [_row(rule) for rule in sorted(rules, key=_place)],
            "endpoints": AlertEndpoint.objects.all() if may("streams.view_alertendpoint") else None,
            "may_change": self.has_change_permission(request),
            "may_add_endpoint": may("streams.add_alertendpoint"),
            "mail": mail_in_words(),
        }
        return strict(TemplateResponse(request, "streams/alert_rules.html", context))

    def get_urls(self) -> list[URLPattern]:
        test = self.admin_site.admin_view(require_POST(self.test_view))
        own = self.admin_site.admin_view(require_POST(self.own_view))
        return [
            path("<int:pk>/test/", test, name="streams_alertrule_test"),
            path("<int:pk>/own/", own, name="streams_alertrule_own"),
            *super().get_urls(),
        ]

    def own_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give one flow limits of its own, which begin as those of all flows."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rule = get_object_or_404(AlertRule.objects.filter(kind__in=KINDS, flow=None), pk=pk)
        chosen = request.POST.get("flow", "")
        flow = next((one for one in AlertRuleForm(instance=rule).other_flows() if str(one.pk) == chosen), None)
        if flow is None:
            messages.warning(request, "Choose a flow that has no limits of its own yet.")
            return HttpResponseRedirect(rule.get_absolute_url())
        own = for_one_flow(rule, flow)
        self.log_addition(request, own, "Added.")
        messages.success(request, f"{flow} has limits of its own now. Set them here.")
        return HttpResponseRedirect(own.get_absolute_url())

    def test_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a test to everybody whom this rule names, and say what became of each."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rule = get_object_or_404(AlertRule.objects.filter(kind__in=KINDS), pk=pk)
        came = try_out(rule, KINDS[rule.kind].title_of(rule))
        for reached, sentence in came:
            (messages.success if reached else messages.error)(request, sentence)
        if not came:
            messages.warning(request, "This rule names nobody. Add a mail address or a web address, and try again.")
        return HttpResponseRedirect(reverse("admin:streams_alertrule_changelist"))


def _place(rule: AlertRule) -> tuple[int, str]:
    """Rules stand in the order of their kinds, that of all flows first."""
    return list(KINDS).index(rule.kind), rule.flow.name if rule.flow else ""


def _row(rule: AlertRule) -> dict[str, Any]:
    kind = KINDS[rule.kind]
    return {
        "rule": rule,
        "title": kind.title_of(rule),
        "when": upper_first(kind.opens_when(rule)),
        "to": [*addresses_in(rule.emails), *(endpoint.name for endpoint in rule.endpoints.all())],
        "quiet": rule.quiet_from and rule.quiet_until,
    }
