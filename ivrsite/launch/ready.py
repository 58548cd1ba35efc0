"""Waits until a server listens, and until the site takes calls."""

import http.client
import json
import socket
import time

from ivrsite.launch.processes import Household

START_SECONDS = 60.0  # a cold, busy laptop needs ten


def wait_until_ready(house: Household, port: int, *, seconds: float = START_SECONDS) -> bool:
    """True when `/readyz` says so, False when asked to stop. Raises `SystemExit` with its reasons after `seconds`."""
    deadline = time.monotonic() + seconds
    while not house.asked_to_stop.wait(0.1):
        house.look()
        status, reasons = ask(port)
        if status == 200:
            return True
        if time.monotonic() > deadline:
            raise SystemExit(f"The site is not ready after {seconds:.0f} seconds: {reasons}")
    return False


def wait_until_listening(house: Household, port: int, who: str, *, seconds: float = START_SECONDS) -> bool:
    """True when `who` takes connections on this port, False when asked to stop. Raises `SystemExit` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not house.asked_to_stop.wait(0.05):
        house.look()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            if time.monotonic() > deadline:
                raise SystemExit(f"{who} does not listen after {seconds:.0f} seconds.") from None
    return False


def ask(port: int) -> tuple[int, str]:
    """The status of `/readyz` (0 when nobody answers) and what speaks against calls."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/readyz")
        answer = line.getresponse()
        checks = json.loads(answer.read()).get("checks", {})
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return 0, "the web server does not answer."
    finally:
        line.close()
    return answer.status, " ".join(why for why in checks.values() if why != "ok")
