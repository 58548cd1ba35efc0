"""Who may do what: six groups, made anew from this table after every migrate.

Give people groups, not single permissions: a permission that a group lost here is gone after the next migrate.
Nobody but a superuser manages people, and a superuser is not for daily work.
"""

from typing import Any

ALL = ("view", "add", "change", "delete")


def _may(app: str, acts: tuple[str, ...], *models: str) -> set[str]:
    return {f"{app}.{act}_{model}" for act in acts for model in models}


CALL_LISTS = (
    _may("streams", ("view", "add", "change", "delete"), "calllist", "donotcall") | {"streams.run_calllist"}
)  # fmt: skip
BUILDER = (
    _may("flows", ALL, "flow", "step", "exit", "openinghours", "openperiod", "holiday", "destination", "lookup")
    | _may("flows", ("view",), "flowversion", "phonenumber", "golive", "promptaudio")
    | _may("streams", ("add",), "rehearsal")
    | {"flows.view_figures"}  # sums and ways alone: who called, and what was said, is for operations
)  # fmt: skip
PUBLISHER = (
    BUILDER
    | {"flows.publish_flow", "flows.go_live", "flows.approve_destination", "flows.approve_lookup"}
    | _may("flows", ("add", "change", "delete"), "phonenumber")
    | CALL_LISTS
)
CALLS = _may("streams", ("view",), "call", "stream", "callevent", "streamevent")
OPERATIONS_VIEWER = (
    CALLS
    | {"streams.view_transcript", "streams.test_engine", "streams.finish_callnote", "streams.handle_callbackrequest"}
    | _may("streams", ("view",), "utterance", "callsummary", "charge", "rate", "period", "ledgerentry")
    | {"streams.play_recording", "streams.view_recordingplay"}
    | _may("streams", ("view",), "carrierrecord")
    | _may("streams", ("view",), "callnote", "callbackrequest", "textmessage")
    | _may("streams", ("view",), "sharedlink", "unmasking", "alert", "alertrule", "budget")
    | {"streams.share_call", "streams.unmask_call"}  # each time is kept, with who and why
    | {"streams.handle_alert", "streams.add_export"}
    | {"streams.watch_calls"}
    | _may("streams", ("view",), "cue")
    | CALL_LISTS
)  # fmt: skip
SUPERVISOR = (
    OPERATIONS_VIEWER
    | {"streams.listen_in", "streams.direct_calls", "streams.direct_lines", "streams.view_deskact"}  # each act is kept
    | _may("streams", ("view",), "flowswitch", "announcement")
    | _may("streams", ALL, "cue")
)  # fmt: skip
BILLING = (
    CALLS
    | _may("streams", ("view",), "charge", "period", "ledgerentry", "carrierrecord", "alert")
    | _may("streams", ALL, "rate", "budget", "alertendpoint")
    | _may("streams", ("view", "change"), "alertrule")
    | _may("streams", ("view", "add", "change"), "apitoken")
    | {"streams.close_period", "streams.settle_difference", "streams.handle_alert", "streams.add_export"}
)  # fmt: skip

PRIVACY = (
    _may("streams", ("view",), "retentionrule", "retentionrun", "erasure")
    | {"streams.change_retentionrule", "streams.erase_caller"}
)  # fmt: skip

ROLES: dict[str, set[str]] = {
    "builder": BUILDER,
    "publisher": PUBLISHER,
    "operations viewer": OPERATIONS_VIEWER,
    "supervisor": SUPERVISOR,
    "billing": BILLING,
    "privacy": PRIVACY,
}


def create_roles(**_: Any) -> None:
    """Make the groups and give each exactly its permissions."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, wanted in ROLES.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set(known[codename] for codename in wanted & known.keys())
