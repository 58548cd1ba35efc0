"""`python -m ivrsite.launch run` stays up; `python -m ivrsite.launch demo` ends with the verdict on one call."""

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import environ

from ivrsite.launch import imitation, ports
from ivrsite.launch.folder import claimed
from ivrsite.launch.processes import Child, Household
from ivrsite.launch.ready import wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
DEMO_NUMBER = "+14155550199"
RECORD_SECONDS = 60  # a record takes a few; the sweeper looks again after thirty
DEMO_SCRIPT = "streams/phone/scripts/demo.txt"
SALES_SCRIPT = "streams/phone/scripts/sales.txt"


def main(arguments: list[str]) -> int:
    """Do what the one argument says, `run` or `demo`. Raises `SystemExit` with a sentence."""
    if arguments not in (["run"], ["demo"]):
        raise SystemExit("Usage: python -m ivrsite.launch run|demo")
    os.chdir(ROOT)
    environ.Env.read_env(os.environ.get("CALLWRIGHT_ENV") or ROOT / ".env")  # never overrides what is set
    rehearsal = arguments == ["demo"]
    var = Path(os.environ.get("CALLWRIGHT_VAR") or ROOT / "var")
    var = var / "demo" if rehearsal else var
    with claimed(var, command=arguments[0]):
        os.environ |= demo_environment(var) if rehearsal else run_environment()
        house = Household(dict(os.environ, CALLWRIGHT_VAR=str(var), PYTHONUNBUFFERED="1"))
        listen_for_the_end(house.asked_to_stop)
        try:
            return demo(house, var) if rehearsal else run(house, var)
        finally:
            house.stop()


def run_environment() -> dict[str, str]:
    """The port of a site that stays. Raises `SystemExit` when it is taken."""
    return {"PORT": str(ports.required(ports.parsed(os.environ.get("PORT") or "8000")))}


def demo_environment(var: Path) -> dict[str, str]:
    """A rehearsal begins with empty rooms, and beside a running site it finds a port of its own."""
    for old in var.iterdir():
        if old.name != "launcher.pid":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    wanted = os.environ.get("PORT")
    port = ports.parsed(wanted) if wanted else 0
    if not port or not ports.is_free(port):
        port = ports.any_free()
    return {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}


def listen_for_the_end(asked_to_stop: threading.Event) -> None:
    """Ctrl-C, `kill` and a closed terminal all mean: stop everything, in order."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: asked_to_stop.set())
    if "MAKELEVEL" in os.environ:
        threading.Thread(target=watch_make, args=(asked_to_stop,), daemon=True).start()


def watch_make(asked_to_stop: threading.Event) -> None:
    """A make that was killed takes its launcher along."""
    make = os.getppid()
    while os.getppid() == make:
        time.sleep(0.3)
    asked_to_stop.set()


def run(house: Household, var: Path) -> int:
    """Bring the site up, let it call itself, and stay until told to stop."""
    if not open_house(house, var):
        return 0
    passed = place_call(house)
    if passed is False:
        print("That call did not go as planned; the lines above say where. The site stays up.", flush=True)
    if passed is not None:
        house.run([*MANAGE, "where_to_go"])
        sales_call(house)
        house.run([*MANAGE, "demo_calls"])  # last: calls would bear it, but it takes a core that their engines want
    while not house.asked_to_stop.wait(0.5):
        house.look()
    print("\nStopping.", flush=True)
    return 0


def sales_call(house: Household) -> None:
    """Two people on one call, written down as they speak, while the site is open already. Nothing depends on it."""
    if imitation.wanted(house.environment):  # their ears hear what the first call says, and nothing else
        return
    print(
        "\nThe site is open. Meanwhile two voices have a sales call; the site writes down what it hears.\n", flush=True
    )
    if house.run([*MANAGE, "call", "--script", SALES_SCRIPT, "--overheard"]):
        print("The sales call did not go as planned; the lines above say where. The site stays up.", flush=True)


def demo(house: Household, var: Path) -> int:
    """Bring a site up, let it call itself once, and say whether call and record are as they should be."""
    passed = open_house(house, var) and place_call(house) and house.run([*MANAGE, "demo_record"]) == 0
    if house.asked_to_stop.is_set():
        raise SystemExit("Stopped before the demo was over.")
    if not passed:
        raise SystemExit(f"The demo failed: the lines above say where. The processes' logs are in {var / 'log'}.")
    print("The demo passed: the call went as scripted and its record is complete.", flush=True)
    return 0


def open_house(house: Household, var: Path) -> bool:
    """Prepare the data, start every process and wait until calls are taken. False when asked to stop meanwhile."""
    began, log = time.monotonic(), var / "log"
    log.mkdir(mode=0o700, exist_ok=True)
    for written in log.glob("*.log"):  # the logs of one run before are kept
        written.replace(written.with_suffix(".log.before"))
    if imitation.wanted(house.environment) and not imitation.begin(house, log):
        return False
    print("Preparing the database and the demo company.", flush=True)
    prepared = Child("The preparation", [*MANAGE, "prepare"], log / "prepare.log")
    status = house.run(prepared.command, log=prepared.log)
    if status:
        raise SystemExit(f"The site could not be prepared. The end of {prepared.log}:\n{prepared.last_lines()}")
    if status is None:
        return False
    print("Starting the web server, the worker and the clock.", flush=True)
    for child in residents(log):
        house.start(child)
    if not wait_until_ready(house, int(house.environment["PORT"])):
        return False
    print(f"Ready after {time.monotonic() - began:.1f} s. The built-in phone now calls {DEMO_NUMBER}.\n", flush=True)
    return True


def residents(log: Path) -> list[Child]:
    """The processes of a site. One worker: the embedded broker is a folder that only one may read."""
    celery = [sys.executable, "-m", "celery", "-A", "ivrsite"]
    quick = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Child("The web server", [sys.executable, "-m", "ivrsite.server"], log / "web.log"),
        Child("The worker", [*celery, "worker", "-P", "threads", "-c", "4", "-l", "INFO", *quick], log / "worker.log"),
        Child("The clock (beat)", [*celery, "beat", "-l", "INFO", "--pidfile", ""], log / "beat.log"),
    ]


def place_call(house: Household) -> bool | None:
    """One whole call, then its finished record, both on the screen. None when asked to stop meanwhile."""
    script = imitation.SCRIPT if imitation.wanted(house.environment) else DEMO_SCRIPT
    called = house.run([*MANAGE, "call", DEMO_NUMBER, "--script", script])
    if called is None:
        return None
    print(flush=True)
    shown = house.run([*MANAGE, "show_call", "--wait", str(RECORD_SECONDS)])
    return None if shown is None else called == 0 and shown == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
