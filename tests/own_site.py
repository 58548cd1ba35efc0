"""The site as real processes, in a folder of its own: for tests that need the whole of it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SET_UP = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_demo")
"""


class Site:
    """One installation in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        foreign = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "PLIVO_AUTH_TOKEN", "DJANGO_SETTINGS_MODULE")
        self.env = {name: content for name, content in os.environ.items() if name not in foreign}
        self.env |= {"CALLWRIGHT_VAR": str(folder), "CALLWRIGHT_ENV": os.devnull, "PORT": str(self.port)}
        self.env["PYTHONUNBUFFERED"] = "1"

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def serve(self) -> subprocess.Popen[str]:
        server = self.start("-m", "ivrsite.server")
        read_until(server, "Listening on TCP address")
        return server


def read_until(process: "subprocess.Popen[str]", wanted: str) -> str:
    """The output up to the line with `wanted`; fails when the process ends without it."""
    seen = []
    for line in process.stdout:
        seen.append(line)
        if wanted in line:
            return "".join(seen)
    raise AssertionError(f"It ended without saying “{wanted}”:\n{''.join(seen)}")


def end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.kill()
    process.stdin.close()
    process.stdout.close()
    process.wait()
