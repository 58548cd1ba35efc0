"""The admin's sidebar, as data. A page that is not there, or not allowed, is left out."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

SIDEBAR: dict[str, list[tuple[str, str, str, str]]] = {
    # title, icon, address, permission
    "Build": [
        ("Flows", "account_tree", "admin:flows_flow_changelist", "flows.view_flow"),
        ("Menus", "dialpad", "admin:flows_menu_changelist", "flows.view_step"),
        ("AI steps", "support_agent", "admin:flows_agentstep_changelist", "flows.view_step"),
        ("Prompts", "graphic_eq", "admin:flows_library", "flows.view_promptaudio"),
        ("Opening hours", "schedule", "admin:flows_openinghours_changelist", "flows.view_openinghours"),
        ("Destinations", "phone_forwarded", "admin:flows_destination_changelist", "flows.view_destination"),
        ("Lookups", "travel_explore", "admin:flows_lookup_changelist", "flows.view_lookup"),
        ("Numbers", "call", "admin:flows_phonenumber_changelist", "flows.view_phonenumber"),
    ],
    "Operate": [
        ("Reports", "bar_chart", "admin:streams_report", "streams.view_call"),
        ("Operations desk", "support", "admin:streams_desk", "streams.watch_calls"),
        ("Emergency", "emergency_home", "admin:streams_emergency", "streams.watch_calls"),
        ("Calls", "call_log", "admin:streams_call_changelist", "streams.view_call"),
        ("Alerts", "notifications", "admin:streams_alert_changelist", "streams.view_alert"),
        ("Cues", "notification_important", "admin:streams_cue_changelist", "streams.view_cue"),
        ("Call-backs", "phone_callback", "admin:streams_callbackrequest_changelist", "streams.view_callbackrequest"),
        ("Call lists", "contact_phone", "admin:streams_calllist_changelist", "streams.view_calllist"),
        ("Do not call", "phone_disabled", "admin:streams_donotcall_changelist", "streams.view_donotcall"),
        ("Follow-ups", "inbox", "admin:streams_callnote_changelist", "streams.view_callnote"),
        ("Text messages", "sms", "admin:streams_textmessage_changelist", "streams.view_textmessage"),
    ],
    "Money": [
        ("Reconciliation", "balance", "admin:streams_reconciliation", "streams.view_carrierrecord"),
        ("Charges", "receipt_long", "admin:streams_charge_changelist", "streams.view_charge"),
        ("The books", "account_balance", "admin:streams_period_changelist", "streams.view_period"),
        ("Budgets", "savings", "admin:streams_budget_changelist", "streams.view_budget"),
        ("Prices", "sell", "admin:streams_rate_changelist", "streams.view_rate"),
        ("Statements", "request_quote", "admin:streams_statements", "streams.view_charge"),
    ],
    "Privacy": [
        ("Kept data", "auto_delete", "admin:streams_retentionrule_changelist", "streams.view_retentionrule"),
        ("Erasures", "person_off", "admin:streams_erasure_changelist", "streams.view_erasure"),
        ("Shared links", "link", "admin:streams_sharedlink_changelist", "streams.view_sharedlink"),
        ("Unmasked calls", "visibility", "admin:streams_unmasking_changelist", "streams.view_unmasking"),
        ("Who listened", "hearing", "admin:streams_recordingplay_changelist", "streams.view_recordingplay"),
        ("Acts at the desk", "support", "admin:streams_deskact_changelist", "streams.view_deskact"),
    ],
    "Run": [
        ("Engines", "neurology", "admin:streams_engines", "streams.view_call"),
        ("Exports", "download", "admin:streams_exports", "streams.add_export"),
        ("Morning report", "mail", "admin:streams_mornings", "streams.view_call"),
        ("API", "api", "admin:streams_tokens", "streams.view_apitoken"),
        ("People", "group", "admin:auth_user_changelist", "auth.view_user"),
    ],
}

# What stands beside an entry when there is any: address, who counts it for this person, what the figure counts.
FIGURES: dict[str, tuple[str, str]] = {"admin:streams_alert_changelist": ("streams.admin.alert.open_count", "open")}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What this user finds in the sidebar."""
    groups = ((title, _items(request, items)) for title, items in SIDEBAR.items())
    return [{"title": title, "items": items} for title, items in groups if items]


def _items(request: HttpRequest, items: list[tuple[str, str, str, str]]) -> list[dict[str, Any]]:
    found = []
    for title, icon, name, permission in items:
        address = _address(name)
        if address and request.user.has_perm(permission):  # type: ignore[union-attr]
            active = request.path == address or (
                request.path.startswith(address) and not _is_longer(request.path, address)
            )
            found.append({"title": title, "icon": icon, "link": address, "active": active, **_figure(request, name)})
    return found


def _figure(request: HttpRequest, name: str) -> dict[str, Any]:
    """The figure beside an entry, for the theme's frame (`badge`) and ours; {} when it is 0 or none belongs there."""
    counting, what = FIGURES.get(name, ("", ""))
    count = import_string(counting)(request) if counting else 0
    return {"badge": str(count), "badge_variant": "danger", "counted": what} if count else {}


def _is_longer(path: str, address: str) -> bool:
    """Whether another entry fits `path` better than `address` does."""
    others = (_address(name) for items in SIDEBAR.values() for _, _, name, _ in items)
    return any(other and len(other) > len(address) and path.startswith(other) for other in others)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
