#!/bin/bash
# Runs the tests of a built preset and sums them up in one line.
# Usage: tools/test.sh PRESET [arguments of ctest]
set -uo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
jobs=${JOBS:-$(nproc)}
start=$SECONDS
ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$jobs" "$@"
status=$?

# Each entry of ctest is a file of tests; doctest's closing lines, kept in the log, have the counts:
#   [doctest] test cases:  3 |  3 passed | 0 failed | 10 skipped
#   [doctest] assertions: 17 | 17 passed | 0 failed |
awk -v status=$status -v preset="$preset" -v seconds=$((SECONDS - start)) '
  /^\[doctest\] test cases:/ {cases += $6; bad_cases += $9}
  /^\[doctest\] assertions:/ {asserts += $5; bad_asserts += $8}
  END {
    printf "test: %s: %s; doctest: %d cases passed, %d failed (%d checks passed, %d failed); %d s\n",
      preset, status ? "FAILED" : "all passed", cases, bad_cases, asserts, bad_asserts, seconds
  }' "build/$preset/Testing/Temporary/LastTest.log" 2> /dev/null
exit $status
