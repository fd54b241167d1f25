#!/bin/bash
# Runs every target of tests/fuzz under libFuzzer, starting from its corpus, JOBS at a time. What it finds on the
# way is kept in build/fuzz/found, so that the next search goes on from there; an input that breaks a target is
# printed. SEED makes a search repeatable.
# Usage: tools/fuzz.sh [SECONDS each] [TARGET...]     (after TARGET=fuzz tools/build.sh sanitize)
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
[ $# -gt 0 ] || for source in tests/fuzz/fuzz_*.cpp; do
  name=${source##*/fuzz_}
  targets+=("${name%.cpp}")
done

# search SECONDS NAME: one target; prints what it found, and fails when that is an error.
search() {
  local seconds=$1 name=$2 found=build/fuzz/found/$2 log=build/fuzz/$2.log status=0
  mkdir -p "$found"
  "build/sanitize/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3000 -max_len=65536 \
    -seed="${SEED:-0}" -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" "$found" "tests/fuzz/corpus/$name" > "$log" 2>&1 ||
    status=1
  [ $status -eq 0 ] || grep -E 'ERROR|SUMMARY|runtime error|artifact|Base64' "$log" | head -20 || tail -5 "$log"
  local tried
  tried=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
  echo "fuzz: $name: ${tried:-0} inputs tried$([ $status -eq 0 ] || echo ', BROKEN: its input and log lie in build/fuzz/')"
  [ "${tried:-0}" -gt 0 ] || status=1  # what tries nothing finds nothing
  return $status
}
export -f search

mkdir -p build/fuzz
echo "fuzz: ${#targets[@]} targets, $seconds s each"
printf '%s\n' "${targets[@]}" | xargs -P "${JOBS:-$(nproc)}" -I{} bash -c 'search "$@"' _ "$seconds" {} ||
  { echo "fuzz: a target is broken (above)" >&2; exit 1; }
