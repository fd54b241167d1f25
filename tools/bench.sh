#!/bin/bash
# Prints what `limpid bench` measures, then every program of bench/. Arguments go to `limpid bench`.
set -euo pipefail
cd "$(dirname "$0")/.."
build/release/limpid bench "$@"
shopt -s nullglob
for program in build/release/bench/*; do
  echo
  echo "bench: ${program##*/}"
  "$program"
done
