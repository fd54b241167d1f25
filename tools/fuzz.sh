#!/bin/bash
# Runs every target of tests/fuzz under libFuzzer, starting from its corpus. What it finds on the way is kept
# in build/fuzz/found, so that the next search goes on from there; an input that breaks a target is printed.
# Usage: tools/fuzz.sh [SECONDS each] [TARGET...]     (after tools/build.sh fuzz)
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
[ $# -gt 0 ] || for program in build/fuzz/fuzz_*; do targets+=("${program##*/fuzz_}"); done

failed=()
for name in "${targets[@]}"; do
  found=build/fuzz/found/$name
  mkdir -p "$found"
  log=build/fuzz/$name.log
  echo "fuzz: $name for $seconds s"
  if ! "build/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3000 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" "$found" "tests/fuzz/corpus/$name" > "$log" 2>&1; then
    failed+=("$name")
    grep -E 'ERROR|SUMMARY|runtime error|artifact|Base64' "$log" | head -20
  fi
  awk '/stat::number_of_executed_units/ {print "fuzz: '"$name"': " $2 " inputs tried"}' "$log"
done
[ ${#failed[@]} -eq 0 ] || { echo "fuzz: broken: ${failed[*]}; the inputs lie in build/fuzz/" >&2; exit 1; }
