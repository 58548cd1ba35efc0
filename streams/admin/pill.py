"""What a cell of a list may hold besides text: a word on a coloured ground, or the way to a call."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from streams.models import Call
from streams.reports.words import moment


def pill(words: str, tone: str = "plain") -> SafeString:
    """`words`, escaped, in the tone `good`, `plain`, `warn` or `bad`; the colour only repeats what the word says."""
    return format_html('<span class="cw-pill cw-{}">{}</span>', tone, words)


def link_to(call: Call) -> SafeString:
    """A call by its moment, which leads to its page."""
    return format_html('<a class="cw-link" href="{}">{}</a>', call.get_absolute_url(), moment(call.began_at))
