#!/usr/bin/env bash
# Finds a Python that is new enough and lets it fill .venv. Arguments go to install.py. PYTHON names one to use.
set -euo pipefail
cd "$(dirname "$0")/../.."

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    if new_enough "$candidate"; then
        exec "$candidate" ivrsite/launch/install.py "$@"
    fi
done
found=$({ "${PYTHON:-python3}" --version || echo "none"; } 2>/dev/null)
echo "Callwright needs Python 3.11 or newer; found: ${found}. Install one, or name it: make run PYTHON=/path/to/python3.12" >&2
exit 1
