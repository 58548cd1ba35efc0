"""Which TCP port the site listens on."""

import socket


def parsed(given: str) -> int:
    """The port that `PORT` names. Raises `SystemExit` when it names none."""
    if given.isdecimal() and 1 <= int(given) <= 65535:
        return int(given)
    raise SystemExit(f"PORT is “{given}”; it must be a number from 1 to 65535, such as: make run PORT=8001")


def is_free(port: int) -> bool:
    """Nobody listens on this port of 127.0.0.1, and we may."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def required(port: int) -> int:
    """This port, or `SystemExit` with a sentence that offers another one."""
    if is_free(port):
        return port
    other = next((near for near in range(port + 1, min(port + 50, 65536)) if is_free(near)), any_free())
    raise SystemExit(
        f"Port {port} is in use by another program. Stop that program, or choose another port: make run PORT={other}"
    )
