#!/bin/bash
# Builds bench/dispatch_libtorch.cc against an installed torch wheel, so that `limpid bench dispatch`
# shows libtorch's figures beside its own. Usage: tools/build_peer.sh [PYTHON] (default .venv/bin/python)
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv/bin/python}
torch=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))') ||
  { echo "build_peer: $python has no torch; pip install torch==2.13.0 there, or name another python" >&2; exit 1; }
mkdir -p build/release
echo "build_peer: compiling against $("$python" -c 'import torch; print("torch", torch.__version__)')"
g++ -std=c++20 -O2 bench/dispatch_libtorch.cc -o build/release/dispatch_libtorch \
  -I"$torch/include" -I"$torch/include/torch/csrc/api/include" \
  -L"$torch/lib" -Wl,-rpath,"$torch/lib" -ltorch -ltorch_cpu -lc10
echo "build_peer: build/release/dispatch_libtorch"
