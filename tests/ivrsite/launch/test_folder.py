import os
import subprocess
import sys

import pytest

from ivrsite.launch.folder import claimed

HOLD = "import sys; from pathlib import Path; from ivrsite.launch.folder import claimed\n"


def test_a_second_launcher_of_a_folder_is_told_who_has_it(tmp_path):
    with claimed(tmp_path, command="run"), pytest.raises(SystemExit) as refused, claimed(tmp_path, command="run"):
        pass
    pid = os.getpid()
    assert refused.value.code == (
        f"`make run` is already running in this folder (process {pid}). Stop it with Ctrl-C there, or: kill {pid}"
    )


def test_the_folder_is_free_again_afterwards(tmp_path):
    for _ in range(2):
        with claimed(tmp_path / "var", command="run"):
            pass


def test_a_killed_launcher_leaves_no_lock(tmp_path):
    held = f"{HOLD}with claimed(Path({str(tmp_path)!r}), command='run'): print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen([sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(SystemExit), claimed(tmp_path, command="run"):
        pass
    holder.kill()
    holder.wait()
    with claimed(tmp_path, command="run"):
        assert (tmp_path / "launcher.pid").read_text() == f"{os.getpid()}\n"
