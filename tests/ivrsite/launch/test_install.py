import fcntl
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ivrsite.launch import install

ROOT = Path(install.ROOT)


@pytest.fixture
def project(tmp_path):
    """A folder with requirements and a `.venv` whose Python is a script that plays pip."""
    (tmp_path / "requirements.txt").write_text("celery==5.7.0\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    (tmp_path / "var").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    pip_says(tmp_path, "Collecting celery==5.7.0", "Installing collected packages: vine, celery")
    return tmp_path


def pip_says(project, *lines, status=0):
    """Each install is counted in `runs`; asking whether it works is not."""
    python = project / ".venv/bin/python"
    words = "\n".join(lines)
    python.write_text(
        f'#!/bin/bash\n[ "$1" = -c ] && exit 0\necho x >> {project}/runs\ncat <<"END"\n{words}\nEND\nexit {status}\n'
    )
    python.chmod(0o755)


def runs(project):
    return len((project / "runs").read_text().split()) if (project / "runs").exists() else 0


def install_in(project, wanted="requirements.txt"):
    install.install(project, wanted, project / "var/install.log")


def test_a_second_time_installs_nothing(project, capsys):
    install_in(project)
    assert "Installing the packages of requirements.txt" in capsys.readouterr().out
    install_in(project)
    assert runs(project) == 1
    assert capsys.readouterr().out == ""


def test_changed_requirements_are_installed(project):
    install_in(project)
    (project / "requirements.txt").write_text("celery==5.7.1\n")
    install_in(project)
    assert runs(project) == 2


def test_who_has_the_developers_packages_can_run(project):
    install_in(project, "requirements-dev.txt")
    install_in(project, "requirements.txt")
    assert runs(project) == 1


def test_who_can_run_still_lacks_the_developers_packages(project):
    install_in(project)
    install_in(project, "requirements-dev.txt")
    assert runs(project) == 2


def test_a_failed_install_is_tried_again(project):
    pip_says(project, "boom", status=1)
    for _ in range(2):
        with pytest.raises(SystemExit):
            install_in(project)
    assert runs(project) == 2


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("error: command 'gcc' failed: No such file or directory", "sudo apt install build-essential python3-dev"),
        ("  error: command '/usr/bin/x86_64-linux-gnu-gcc' failed with exit code 1", "there is no C compiler"),
        ("fatal error: Python.h: No such file or directory", "sudo apt install build-essential python3-dev"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "The disk is full."),
        (
            "NewConnectionError: Failed to establish a new connection: [Errno 101]",
            "there is no way to the package index",
        ),
        ("ERROR: No matching distribution found for numpy==2.4.6", "make run PYTHON=python3.12"),
        ("something nobody foresaw", "The packages could not be installed. The whole story is in var/install.log."),
    ],
)
def test_why_it_failed_is_one_sentence_and_the_end_of_the_log(project, line, advice):
    pip_says(project, "Collecting celery", line, status=1)
    with pytest.raises(SystemExit) as failed:
        install_in(project)
    told, _, tail = failed.value.code.partition("\n")
    assert advice in told
    assert f"  | {line}\n" in tail


def test_a_lost_connection_is_told_before_its_consequence(project):
    pip_says(project, "WARNING: Retrying: NameResolutionError", "ERROR: No matching distribution found", status=1)
    with pytest.raises(SystemExit, match="no way to the package index"):
        install_in(project)


def test_progress_is_seen(project, capsys):
    lines = [f"Collecting package{n}==1.0 (from -r x)" for n in range(25)]
    pip_says(project, *lines, "Building wheel for slow (setup.py): started", "Installing collected packages: a, b, c")
    install_in(project)
    said = capsys.readouterr().out.splitlines()
    assert said[1:-1] == [
        "  10 packages found, last package9",
        "  20 packages found, last package19",
        "  building slow (no ready-made wheel)",
        "  unpacking 3 packages",
    ]


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "var").write_text("a file in the way")
    with pytest.raises(SystemExit) as refused:
        install.writable(tmp_path)
    assert refused.value.code.startswith(f"Nothing can be written in {tmp_path} (")
    assert refused.value.code.endswith("Copy the project to a folder of your own and run make there.")


def test_a_python_without_venv_is_said_and_leaves_no_half_made_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    (tmp_path / "var").mkdir()
    with pytest.raises(SystemExit) as refused:
        install.make_venv(tmp_path / ".venv", tmp_path / "var/install.log")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt install python{version}-venv" in refused.value.code
    assert not (tmp_path / ".venv").exists()


def test_a_venv_whose_python_is_gone_does_not_work(project):
    assert install.works(project / ".venv")
    (project / ".venv/bin/python").unlink()
    assert not install.works(project / ".venv")
    (project / ".venv/bin/python").symlink_to("/nowhere/python3")
    assert not install.works(project / ".venv")


def test_a_second_make_waits_for_the_first(tmp_path, capsys):
    lock, entered = tmp_path / "install.lock", threading.Event()

    def second():
        with install.alone(lock):
            entered.set()

    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.wait(0.1)
    waiting.join(2)
    assert entered.is_set()
    assert capsys.readouterr().out == "Another make is installing here; waiting for it.\n"


def setup_with(folder, python=""):
    """Run setup.sh on a machine that has only the programs in `folder`."""
    (folder / "dirname").symlink_to(shutil.which("dirname"))
    script = ROOT / "ivrsite/launch/setup.sh"
    environment = {"PATH": os.fspath(folder), "PYTHON": python}
    return subprocess.run(["/bin/bash", script], env=environment, capture_output=True, text=True, timeout=30)


def program(path, body):
    path.write_text(f"#!/bin/bash\n{body}\n")
    path.chmod(0o755)


def test_an_old_python_is_named_with_what_is_needed(tmp_path):
    program(tmp_path / "python3", '[ "$1" = --version ] && echo "Python 3.9.2" || exit 1')
    ended = setup_with(tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == (
        "Callwright needs Python 3.11 or newer; found: Python 3.9.2. "
        "Install one, or name it: make run PYTHON=/path/to/python3.12\n"
    )


def test_no_python_at_all_is_said(tmp_path):
    assert "Callwright needs Python 3.11 or newer; found: none." in setup_with(tmp_path).stderr


def test_a_newer_python_beside_an_old_one_is_found(tmp_path):
    program(tmp_path / "python3", "exit 1")
    program(tmp_path / "python3.12", '[ "$1" = -c ] && exit 0; echo "$0 $*"')
    assert setup_with(tmp_path).stdout == f"{tmp_path}/python3.12 ivrsite/launch/install.py\n"


def test_a_named_python_is_the_only_one_tried(tmp_path):
    program(tmp_path / "python3.12", "exit 0")
    ended = setup_with(tmp_path, python=os.fspath(tmp_path / "mine"))
    assert ended.returncode == 1
    assert "found: none" in ended.stderr
