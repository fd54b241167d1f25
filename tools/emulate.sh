#!/bin/bash
# Runs tests of a built preset, and the command, on a processor that qemu emulates (user mode: twenty times slower).
# Usage: tools/emulate.sh PRESET LEVEL EMULATOR [ARGUMENTS...]   (LEVEL: the kernels that must be chosen there)
# TESTS="core simd" runs some files of tests only.
set -uo pipefail
cd "$(dirname "$0")/.."
build=$PWD/build/$1 level=$2
export LIMPID_SOURCE_DIR=$PWD OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive
export EMULATOR=${*:3} PROGRAM=$build/limpid_tests SCRATCH=$build/emulated

# What hangs on the processor: kernels against references at that level, PyTorch's numbers, rounding and conversion,
# bytes and characters, threads. Left out: what hangs on the text of the source alone, and what would take very long
# and run the same kernels (gradients by differences, gemm at large sizes).
tests=${TESTS:-ops_kernels simd strided_loop streaming ops_golden conv winograd optim optim_state lbfgs optimizer_step
  core shape dtype tensor strides pool packed_weight reduction rnn extreme_numbers nan_gradients indexing indexing_errors
  print json formats safetensors loader nn nn_hooks nn_starting_values nn_training}

one() {
  mkdir -p "$SCRATCH/$1" && cd "$SCRATCH/$1" || return
  local start=$SECONDS
  # shellcheck disable=SC2086  # a command with its arguments
  timeout 1800 $EMULATOR "$PROGRAM" --source-file="*/$1_test.cpp" > log 2>&1
  local status=$?
  if [ $status = 0 ] && ! grep -q 'test cases: *0 |' log; then
    printf 'passed  %-16s %4d s\n' "$1" $((SECONDS - start))
  else
    tail -n 40 log
    printf 'FAILED  %-16s exit %d; all of it in %s\n' "$1" $status "$PWD/log"
    return 1
  fi
}
export -f one

# The command: which kernels it chose, a training, and the trained run read again.
try_command() {
  rm -rf "$SCRATCH/command" && mkdir -p "$SCRATCH/command" && cd "$SCRATCH/command" || return
  local limpid="$EMULATOR $build/limpid"
  $limpid --version | tee version | grep processor
  grep -q "kernels for $level" version && $limpid train digits --epochs 5 --hidden 32 --seed 3 --out run > log 2>&1 &&
    $limpid eval run > log 2>&1 && grep -o 'test accuracy 0\.9[0-9]*' log && return
  cat log
  echo "FAILED  the command, or not at level $level (in $PWD)"
  return 1
}

start=$SECONDS
# shellcheck disable=SC2086  # a list
printf '%s\n' $tests | xargs -P "${JOBS:-$(nproc)}" -I '{}' bash -c 'one {}'
status=$?
try_command || status=1
printf 'emulated: %s by %s: %s; %d s\n' "$level" "$EMULATOR" \
  "$([ $status = 0 ] && echo "all passed" || echo FAILED)" $((SECONDS - start))
[ $status = 0 ]
