"""What an agent asked the flow for, and for whom an answer would still be of use. Pure."""


class Requests:
    """Those of one conversation, by their ids, over all the engines that hold it."""

    def __init__(self) -> None:
        self._open: dict[str, bool] = {}  # not answered by the flow yet; True: the caller waits for what is found
        self._theirs: set[str] = set()  # asked by the engine that talks now

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def is_callers_turn(self) -> bool:
        """True while the flow itself has asked the caller something: they do not wait for the agent."""
        return not all(self._open.values())

    @property
    def is_finding_out(self) -> bool:
        """True while something is looked up, which no engine can hasten."""
        return any(self._open.values())

    def changed_engine(self) -> None:
        """Another one talks now; it knows nothing of what was asked before."""
        self._theirs.clear()

    def asked(self, call_id: str) -> None:
        """The engine asks the flow."""
        self._open[call_id] = False
        self._theirs.add(call_id)

    def takes_time(self, call_id: str) -> bool:
        """The caller is to wait for what is found; False when nobody asked for it."""
        if call_id not in self._open:
            return False
        self._open[call_id] = True
        return True

    def answered(self, call_id: str) -> bool:
        """The flow has an answer; False when whoever asked is gone."""
        self._open.pop(call_id, None)
        return call_id in self._theirs
