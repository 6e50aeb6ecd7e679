#!/usr/bin/env bash
# Makes .venv and installs the pinned requirements into it; the stamp .venv/.installed says it is complete.
set -euo pipefail
python=${1:-}

fail() { printf '\n%s\n' "$*" >&2; exit 1; }

[ -n "$python" ] || fail "No Python found. Belvedere needs Python 3.11 or newer: install it, or name it: make PYTHON=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  || fail "$python is no Python 3.11 or newer, which Belvedere needs. Name another: make PYTHON=/path/to/python3.11"

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  echo "Making .venv with $("$python" --version 2>&1)"
  "$python" -m venv --clear .venv \
    || fail "Could not make a virtual environment. On Debian and Ubuntu it needs a package: apt-get install python3-venv"
fi

echo "Installing requirements into .venv (about a minute, once)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt 2>.venv/install.log || {
  tail -n 5 .venv/install.log >&2
  fail "pip could not install the requirements. If it says that it found no version or could not connect, check the network and try again; the full log is .venv/install.log"
}
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . 2>>.venv/install.log \
  || fail "pip could not install the belvedere command; the full log is .venv/install.log"
touch .venv/.installed
