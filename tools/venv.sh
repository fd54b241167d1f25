#!/bin/bash
# The virtual environment .venv with what the Python package is built and tested with. Does nothing
# when all is there. PyTorch is only compared with: where it cannot be had, its frozen results serve.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
has() { "$python" -c "import $1" 2> /dev/null; }

mkdir -p build
log=build/venv.log
[ -x "$python" ] || python3 -m venv .venv
pip() { "$python" -m pip --disable-pip-version-check --no-input "$@" >> "$log" 2>&1; }

if ! has "nanobind, scikit_build_core, numpy, pytest, hypothesis, mypy"; then
  echo "setup: installing nanobind, numpy, pytest and others into .venv"
  if ! pip install "nanobind>=2.4" "scikit-build-core>=0.10" numpy pytest hypothesis mypy; then
    tail -n 15 "$log" >&2
    echo "setup: pip failed (above; all of it in $log)" >&2
    exit 1
  fi
fi
if ! has torch && [ ! -f .venv/no-torch ]; then
  echo "setup: installing PyTorch 2.13.0 into .venv, to compare with (a minute or two)"
  if ! pip install "torch==2.13.0"; then
    touch .venv/no-torch
    echo "setup: no PyTorch here ($log): tests compare with its frozen results only; to try again: rm .venv/no-torch"
  fi
fi
