"""Plivo's V3 signature, checked in constant time. Pure.

The rules are those of Plivo's own SDKs, which agree with each other and with its command line; the written
documentation puts a dot before the form fields that is only there when the address has a query. The SDK's check itself
is not used: it raises on odd input, compares in variable time and does not strip spaces between signatures.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

Fields = Mapping[str, Sequence[str]]  # every value of every name, as in a form

MAX_HEADER = 2048  # a signature has 44 characters; several tokens make several
MAX_FIELDS = 200


def string_to_sign(method: str, url: str, form: Fields, nonce: str) -> str:
    """What is signed. Raises `ValueError` on a URL that is none, or with more than 200 query fields."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}{parts.path}"
    query: Fields = parse_qs(parts.query, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    if method.upper() == "GET":
        query, form = {**form, **query}, {}
    asked = "&".join(f"{name}={given}" for name in sorted(query) for given in sorted(query[name]))
    if form:
        told = "".join(f"{name}{given}" for name in sorted(form) for given in sorted(form[name]))
        return f"{base}?{asked}.{told}.{nonce}" if asked else f"{base}?{told}.{nonce}"
    return f"{base}?{asked}.{nonce}" if asked else f"{base}.{nonce}"


def sign(method: str, url: str, form: Fields, nonce: str, token: str) -> str:
    """The signature of a request, in base64."""
    text = string_to_sign(method, url, form, nonce)
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha256)).decode()


def is_signed(
    method: str, url: str, form: Fields, *, nonce: str, signatures: Iterable[str], tokens: Iterable[str]
) -> bool:
    """True when any signature of these header values is right for any of the tokens. Never raises.

    A header may hold several signatures, parted by commas. An empty token matches nothing.
    """
    given = [one.strip() for header in signatures for one in header[:MAX_HEADER].split(",") if one.strip()]
    if not nonce or not given:
        return False
    try:
        text = string_to_sign(method, url, form, nonce).encode()
        right = [base64.b64encode(hmac.digest(token.encode(), text, hashlib.sha256)) for token in tokens if token]
        seen = [one.encode("ascii") for one in given]
    except ValueError:  # lone surrogates, non-ASCII signatures, addresses that are none
        return False
    matches = [hmac.compare_digest(one, expected) for one in seen for expected in right]
    return any(matches)
