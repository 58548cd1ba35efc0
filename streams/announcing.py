"""The emergency announcement on one stream: heard before anything else, and what becomes of the call then.

Where its sound is missing the call goes on as usual, and the log says so. No Django, no channels.
"""

from typing import TYPE_CHECKING

from streams.brief import Announced
from streams.leaving import sent_on

if TYPE_CHECKING:
    from streams.session import CallSession

ANNOUNCEMENT = "announcement"  # who asked for a transfer that no step asked for, in `Call.pending` and in the log
HUNG_UP = "ended after the emergency announcement"


class Announcing:
    """Says it where there is one; then, or at once, what else is said first, and the flow begin."""

    def __init__(self, session: "CallSession", wanted: Announced | None) -> None:
        self._session, self._wanted = session, wanted

    def begin(self) -> None:
        """The stream is open."""
        wanted, session = self._wanted, self._session
        if wanted is None:
            session.opt_out.begin()
        elif not wanted.clips:
            session.note("announced", why=wanted.why)
            session.opt_out.begin()
        else:
            spoken = session.speaker.say(wanted.clips, barge_in=False, heard=lambda _: self._heard(wanted))
            session.note("prompt_started", prompt=spoken.name, texts=list(wanted.texts))

    def _heard(self, wanted: Announced) -> None:
        session = self._session
        session.note("announced")
        if wanted.then == "hang_up":
            session.hang_up(HUNG_UP)
        elif wanted.then == "transfer" and wanted.destination:
            session.note("transfer", destination=wanted.destination, by=ANNOUNCEMENT)
            session.leave(sent_on(None, wanted.destination, by=ANNOUNCEMENT))  # nobody was asked yet: nobody listens
        else:
            session.opt_out.begin()
