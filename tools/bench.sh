#!/bin/bash
# Prints what `limpid bench` measures, every program of bench/, and the tables beside PyTorch where it is
# there. Arguments go to `limpid bench`, and then the tables are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
build/release/limpid bench "$@"
[ $# -eq 0 ] || exit 0
shopt -s nullglob
for program in build/release/bench/*; do
  echo
  echo "bench: ${program##*/}"
  "$program"
done
echo
if ! .venv/bin/python -c 'import torch' 2> /dev/null; then
  echo "no PyTorch in .venv: nothing to compare with"
  exit 0
fi
export PYTHONPATH=build/release/python
.venv/bin/python bench/vs_pytorch.py --peers eager,channels_last
echo
.venv/bin/python bench/vs_pytorch.py --memory
