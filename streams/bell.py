"""The bell that a worker hears: asks for a task soon. A dead broker is no error, for what must be done is a state of a
row, and the sweeper, or whoever looks next, rings again.
"""

import logging

log = logging.getLogger(__name__)


def ring(task: str, *args: object, after: float = 0.0) -> None:
    """Have a worker do this task of `streams.tasks`, in so many seconds. Never raises for a broker."""
    from streams import tasks  # they rest on all that ring for them

    wanted = getattr(tasks, task)
    try:
        wanted.apply_async(args, retry=False, countdown=after or None)
    except Exception as error:  # whatever a broker's driver raises
        log.warning("The worker was not rung for %s %s (%s).", task, args, type(error).__name__)
