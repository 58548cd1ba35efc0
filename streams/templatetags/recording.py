"""`{% recording_card call %}`: the recording of a call, or why there is none; "" where its flow records none."""

from typing import Any

from django import template

from streams.models import Call
from streams.reports.recorded import card_of

register = template.Library()


@register.inclusion_tag("streams/recording.html", takes_context=True)
def recording_card(context: dict[str, Any], call: Call) -> dict[str, Any]:
    """The card, for the person who asks for the page."""
    may = context["request"].user.has_perm
    return {"recording": card_of(call, may_play=may("streams.play_recording"))}
