"""`make run` and `make demo`: install what is needed, start every process, place one call, and clean up.

`setup.sh` finds a Python, `install.py` fills `.venv`, `python -m ivrsite.launch` does the rest. Everything that stops
it is one sentence that says what to do, and exit code 1.
"""
