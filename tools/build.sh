#!/bin/bash
# Configures and builds one preset in build/<preset>: a line a stage, details where something fails.
# Usage: [TARGET="name ..."] tools/build.sh PRESET [-DOPTION=VALUE ...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
dir=build/$preset
jobs=${JOBS:-$(nproc)}
mkdir -p "$dir"

# Ninja where present; a folder once configured keeps its generator.
if [ -z "${CMAKE_GENERATOR:-}" ] && command -v ninja > /dev/null; then
  [ -f "$dir/Makefile" ] || export CMAKE_GENERATOR=Ninja
fi

# Later changes to CMakeLists.txt and to the set of files are noticed by the build itself.
stamp=$dir/.configured
wanted="$* ${LIMPID_CMAKE_ARGS:-}"
if [ ! -f "$stamp" ] || [ CMakePresets.json -nt "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
  echo "configure: $preset"
  # shellcheck disable=SC2086  # several arguments in one variable
  if ! cmake --preset "$preset" "$@" ${LIMPID_CMAKE_ARGS:-} > "$dir/configure.log" 2>&1; then
    cat "$dir/configure.log" >&2
    echo "configure: $preset failed (above)" >&2
    exit 1
  fi
  echo "$wanted" > "$stamp"
fi

# On a terminal ninja shows one line that moves; elsewhere it prints only warnings and failures.
quiet=()
if [ -f "$dir/build.ninja" ] && [ ! -t 1 ]; then quiet=(-- --quiet); fi
echo "build: $preset ($jobs at a time)"
start=$SECONDS
read -ra targets <<< "${TARGET:-all}"
cmake --build "$dir" -j "$jobs" --target "${targets[@]}" "${quiet[@]}" ||
  { echo "build: $preset failed (above)" >&2; exit 1; }
echo "build: $preset done in $((SECONDS - start)) s"
