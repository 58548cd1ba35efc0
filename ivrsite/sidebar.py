"""The admin's sidebar, as data. A page that is not there, or not allowed, is left out."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

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
        ("Calls", "call_log", "admin:streams_call_changelist", "streams.view_call"),
        ("Call-backs", "phone_callback", "admin:streams_callbackrequest_changelist", "streams.view_callbackrequest"),
        ("Follow-ups", "inbox", "admin:streams_callnote_changelist", "streams.view_callnote"),
        ("Text messages", "sms", "admin:streams_textmessage_changelist", "streams.view_textmessage"),
        ("Calls and cost", "bar_chart", "admin:streams_daily", "streams.view_call"),
        ("Reconciliation", "balance", "admin:streams_reconciliation", "streams.view_carrierrecord"),
        ("Charges", "receipt_long", "admin:streams_charge_changelist", "streams.view_charge"),
        ("The books", "account_balance", "admin:streams_period_changelist", "streams.view_period"),
        ("Statements", "request_quote", "admin:streams_statements", "streams.view_charge"),
        ("Exports", "download", "admin:streams_exports", "streams.add_export"),
        ("Morning report", "mail", "admin:streams_mornings", "streams.view_call"),
    ],
    "Run": [
        ("Engines", "neurology", "admin:streams_engines", "streams.view_call"),
        ("Prices", "sell", "admin:streams_rate_changelist", "streams.view_rate"),
        ("API", "api", "admin:streams_tokens", "streams.view_apitoken"),
        ("People", "group", "admin:auth_user_changelist", "auth.view_user"),
    ],
}


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
            found.append({"title": title, "icon": icon, "link": address, "active": active})
    return found


def _is_longer(path: str, address: str) -> bool:
    """Whether another entry fits `path` better than `address` does."""
    others = (_address(name) for items in SIDEBAR.values() for _, _, name, _ in items)
    return any(other and len(other) > len(address) and path.startswith(other) for other in others)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
