#!/bin/bash
# Makes a wheel out of what `make python` built, installs it into a fresh virtual environment, and uses it as a
# newcomer would. Prints its sizes. Usage: tools/wheel.sh [FOLDER]   (build/wheel-check)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mkdir -p "${1:-build/wheel-check}" && realpath "${1:-build/wheel-check}")
python=$PWD/.venv/bin/python
rm -rf "$folder/dist" "$folder/venv" "$folder/run"

# The folder of the release build is used again, so that nothing is compiled twice.
options=(-C build-dir=build/release -C cmake.define.LIMPID_TESTS=ON -C cmake.define.Python_EXECUTABLE="$python")
for option in ${LIMPID_CMAKE_ARGS:-}; do options+=(-C "cmake.define.${option#-D}"); done
"$python" -m pip --disable-pip-version-check wheel -q . --no-deps --no-build-isolation -w "$folder/dist" "${options[@]}"

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --disable-pip-version-check install -q "$folder"/dist/*.whl
cd "$folder"
venv/bin/python "$OLDPWD/examples/python/first_steps.py"
venv/bin/limpid --version | head -1
venv/bin/python - <<'P'
import time
start = time.perf_counter()
import limpid
seconds = time.perf_counter() - start
import sys
with open("/proc/self/statm") as f:
    resident = int(f.read().split()[1]) * 4096
assert "numpy" not in sys.modules
print(f"import limpid: {seconds * 1000:.0f} ms, {resident / 2**20:.0f} MiB resident")
from limpid import datasets
assert datasets.digits()[0][0].shape == (1438, 1, 8, 8)
P
venv/bin/limpid train digits --epochs 1 --out run > /dev/null
echo "wheel: $(du -m dist/*.whl | cut -f1) MiB; installed: $(du -sm venv/lib/python3*/site-packages/limpid | cut -f1) MiB"
