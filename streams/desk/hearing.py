"""Who listens to calls that this process carries: the audio of both tracks, as it comes and as it is sent.

Media stays in its process. Nobody listens to most calls, so a frame costs a look into an empty table.
"""

from collections.abc import Callable

INBOUND, OUTBOUND = "inbound", "outbound"  # the caller; the line, or whoever talks with the caller
Ear = Callable[[str, bytes], None]

EARS: dict[int, list[Ear]] = {}


def attach(call_pk: int, ear: Ear) -> Callable[[], None]:
    """Have `ear(track, audio)` called for each piece of mu-law at 8 kHz of this call; what is given back ends that.

    The caller's frames come in real time, the line's up to a second before they are heard. b"" of a track: what was
    sent of it and not heard yet never will be. An ear is plain and quick; one that raises is let go.
    """
    EARS.setdefault(call_pk, []).append(ear)

    def detach() -> None:
        ears = EARS.get(call_pk, [])
        if ear in ears:
            ears.remove(ear)
        if not ears:
            EARS.pop(call_pk, None)

    return detach


def heard(call_pk: int, track: str, audio: bytes) -> None:
    """Something sounded on this call. Costs next to nothing while nobody listens."""
    for ear in tuple(EARS.get(call_pk, ())):
        try:
            ear(track, audio)
        except Exception:  # noqa: BLE001  whatever is wrong with somebody's ear is no call's concern
            EARS[call_pk].remove(ear)
