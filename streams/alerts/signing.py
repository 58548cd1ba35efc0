"""What web addresses are sent, and the signature by which they know that we sent it. Pure.

The header `Callwright-Signature` is `t=SECONDS,v1=HEX`: HMAC-SHA256, under the secret of the address, of the seconds
since 1970 in ASCII, a full stop, and the body as it was sent. A receiver computes it anew, compares it without stopping
at the first difference, and refuses what is older than five minutes. `Callwright-Delivery` names the message: the same
name twice is the same message.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping

SIGNATURE, DELIVERY = "Callwright-Signature", "Callwright-Delivery"


def headers(body: bytes, secret: str, name: str, seconds: int) -> dict[str, str]:
    """What goes with this body, sent `seconds` after 1970."""
    return {
        "Content-Type": "application/json",
        DELIVERY: name,
        SIGNATURE: f"t={seconds},v1={signature(body, secret, seconds)}",
    }


def signature(body: bytes, secret: str, seconds: int) -> str:
    """HMAC-SHA256 in hexadecimal."""
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


def body_of(about: Mapping[str, object]) -> bytes:
    """JSON, the same bytes for the same message."""
    return json.dumps(about, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
