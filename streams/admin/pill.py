"""A short word on a coloured ground; the colour only repeats what the word says."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def pill(words: str, tone: str = "plain") -> SafeString:
    """`words`, escaped, in the tone `good`, `plain`, `warn` or `bad` of the stylesheet."""
    return format_html('<span class="cw-pill cw-{}">{}</span>', tone, words)
