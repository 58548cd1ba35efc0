"""Fill `.venv` with the pinned packages, once per change of the requirements. Run as a file, before anything is there.

Standard library only. `install.py [--dev]`; pip's own words go to `var/install.log`.
"""

import contextlib
import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TAIL_LINES = 8

# What pip's log says, and what a person should read instead. The first that fits is told.
REASONS = (
    (
        r"error: command '\S*(gcc|cc|clang|g\+\+)\S*' failed|unable to execute"
        r"|No such file or directory: '(gcc|cc|clang)'|Python\.h: No such file",
        "A package has no ready-made wheel for this machine and there is no C compiler to build it. "
        "On Debian or Ubuntu: sudo apt install build-essential python3-dev; on a Mac: xcode-select --install. "
        "Then run make again; or try another Python, which may have the wheel: make run PYTHON=python3.13",
    ),
    (r"No space left on device", "The disk is full. Make room (about 400 MB) and run make again."),
    (
        r"NameResolutionError|Temporary failure in name resolution|NewConnectionError|ConnectTimeoutError"
        r"|ReadTimeoutError|ProxyError|SSLError",
        "The packages could not be fetched: there is no way to the package index. "
        "Check the connection (or PIP_INDEX_URL, HTTPS_PROXY) and run make again.",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "A pinned package does not exist for this Python. Try another one: make run PYTHON=python3.12",
    ),
)


def main(arguments: list[str]) -> None:
    """Install what is missing. Raises `SystemExit` with a sentence."""
    wanted = "requirements-dev.txt" if "--dev" in arguments else "requirements.txt"
    var = writable(ROOT) / "var"
    with alone(var / "install.lock"):
        install(ROOT, wanted, var / "install.log")


def writable(root: Path) -> Path:
    """This folder, proven writable."""
    try:
        (root / "var").mkdir(mode=0o700, exist_ok=True)
        probe = root / "var" / f"probe-{time.time_ns()}"
        probe.touch()
        probe.unlink()
    except OSError as refused:
        raise SystemExit(
            f"Nothing can be written in {root} ({refused.strerror}). "
            "Copy the project to a folder of your own and run make there."
        ) from None
    return root


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other make installs into this folder."""
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another make is installing here; waiting for it.")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def install(root: Path, wanted: str, log: Path) -> None:
    """Bring `.venv` up to the requirements in the file `wanted`, unless its stamp says it is."""
    venv = root / ".venv"
    if not works(venv):
        make_venv(venv, log)
    stamp = venv / f"installed-{wanted}"
    digest = digest_of(root)
    if stamp.exists() and stamp.read_text() == digest:
        return
    began = time.monotonic()
    say(f"Installing the packages of {wanted} (a minute or two the first time; details in var/{log.name}).")
    if run_pip(venv, root / wanted, log) != 0:
        raise SystemExit(failure(log))
    # Whoever has the developers' packages has the others too.
    for name in {wanted, "requirements.txt"}:
        (venv / f"installed-{name}").write_text(digest)
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def digest_of(root: Path) -> str:
    """Changes whenever the requirements do."""
    texts = [path.read_bytes() for path in sorted(root.glob("requirements*.txt"))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def works(venv: Path) -> bool:
    """There is a virtual environment, its Python starts, is new enough and has pip."""
    check = "import sys, importlib.util as u; sys.exit(sys.version_info < (3, 11) or u.find_spec('pip') is None)"
    try:
        return subprocess.run([venv / "bin" / "python", "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv(venv: Path, log: Path) -> None:
    """A fresh virtual environment in place of whatever is there."""
    shutil.rmtree(venv, ignore_errors=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    say(f"Making .venv with Python {version} ({sys.executable}).")
    with log.open("w") as words:
        made = subprocess.run([sys.executable, "-m", "venv", venv], stdout=words, stderr=words, check=False)
    if made.returncode != 0:
        shutil.rmtree(venv, ignore_errors=True)
        raise SystemExit(
            f"This Python ({sys.executable}) cannot make a virtual environment. "
            f"On Debian or Ubuntu: sudo apt install python{version}-venv. Then run make again."
        )


def run_pip(venv: Path, requirements: Path, log: Path) -> int:
    """Install with pip, its words in the log, a short line on the screen now and then."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "-r", str(requirements)]
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    assert pip.stdout is not None
    fetched = 0
    with log.open("a") as words:
        for line in pip.stdout:
            words.write(line)
            match line.split():
                case ["Collecting", package, *_]:
                    fetched += 1
                    if fetched % 10 == 0:
                        name = re.match(r"[\w.-]*", package)
                        say(f"  {fetched} packages found, last {name[0] if name else package}")
                case ["Building", "wheel", "for", package, *_]:
                    say(f"  building {package} (no ready-made wheel)")
                case ["Installing", "collected", "packages:", *packages]:
                    say(f"  unpacking {len(packages)} packages")
    return pip.wait()


def failure(log: Path) -> str:
    """Why pip failed: a sentence, then the end of its log."""
    with log.open(errors="replace") as words:
        lines = deque(words, maxlen=400)
    whole = "".join(lines)
    unknown = f"The packages could not be installed. The whole story is in var/{log.name}."
    told = next((sentence for pattern, sentence in REASONS if re.search(pattern, whole)), unknown)
    tail = "".join(f"  | {line}" for line in list(lines)[-TAIL_LINES:])
    return f"{told}\nThe end of var/{log.name}:\n{tail}"


def say(line: str) -> None:
    """One line on the screen, at once."""
    print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
