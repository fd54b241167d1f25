#!/bin/bash
# tools/mutate.py on a toy: it kills what tests notice, finds what they do not, and believes a reason.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
toy=$(mktemp -d)
trap 'rm -rf "$toy"' EXIT
mkdir -p "$toy/limpid/ops/toy" "$toy/tests"

cat > "$toy/CMakeLists.txt" << 'END'
cmake_minimum_required(VERSION 3.22)
project(toy LANGUAGES CXX)
add_library(limpid STATIC limpid/ops/toy/toy.cpp)
add_executable(limpid_tests tests/toy_test.cpp)
target_include_directories(limpid PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(limpid_tests limpid)
END
cat > "$toy/limpid/ops/toy/toy.h" << 'END'
struct Toy {
  int doc[1] = {0};  // .name = "toy"
};
int tested(int a, int b);
int untested(int a, int b);
int endless(int n);
END
cat > "$toy/limpid/ops/toy/toy.cpp" << 'END'
#include "limpid/ops/toy/toy.h"
// In a comment a + b, and in a text:
const char* text = "a + b";
int tested(int a, int b) {
  if (a < 0) throw "negative: a + b";
  return a - b;
}
int untested(int a, int b) {
  return a + b;
}
int endless(int n) {
  int k = 3;
  while (n > 3) n -= k;
  return n;
}
END
cat > "$toy/tests/toy_test.cpp" << 'END'
#include "limpid/ops/toy/toy.h"
int main() {
  bool ok = tested(5, 3) == 2 && tested(0, 1) == -1 && endless(9) == 3 && untested(0, 0) == 0;
  try {
    tested(-1, 0);
    ok = false;
  } catch (const char*) {
  }
  return ok ? 0 : 1;
}
END
cmake -S "$toy" -B "$toy/build/release" > "$toy/log"

fail() { echo "mutate_slow_test: $1"; cat "$toy/out"; exit 1; }
mutate() { python3 "$root/tools/mutate.py" --root "$toy" "$@" > "$toy/out" 2>&1; }

mutate --list || fail "--list failed"
grep -q 'negative: a - b' "$toy/out" && fail "a message was mutated"
grep -q '"a' "$toy/out" && fail "a text was mutated"
grep -q 'comment' "$toy/out" && fail "a comment was mutated"
grep -q '+ return b - a;' "$toy/out" || fail "operands were not swapped"

mutate --per-function 0 && fail "a survivor must give exit status 1"
grep -q toy.cpp "$toy/tests/mutation_clean.txt" && fail "a file with a survivor was entered as clean"
grep -q 'survived: .*toy.cpp:9 \[sign\] in untested' "$toy/out" || fail "the survivor was not found"
grep -q '+ return a - b;' "$toy/out" || fail "the survivor's line was not shown"
grep -q 'survived: .*in tested' "$toy/out" && fail "a mutant that a test notices survived"
grep -q 'survived: .*in endless' "$toy/out" && fail "an endless loop must count as killed"

# With a reason, or a test, nothing survives. One reason on the line, one in the file.
sed -i 's|return a + b;$|return a + b;  // mutate: equivalent -- nobody calls it with other numbers than 0|' \
  "$toy/limpid/ops/toy/toy.cpp"
mutate --per-function 0 || fail "the reason on the line was not believed"
grep -q toy.cpp "$toy/tests/mutation_clean.txt" || fail "a file without survivors was not entered as clean"
mutate --clean --list || fail "--clean failed"
grep -q 'toy.cpp:5' "$toy/out" || fail "--clean left a clean file out"
sed -i 's|  // mutate: .*||' "$toy/limpid/ops/toy/toy.cpp"
mkdir "$toy/tests/mutation_equivalents"
for kind in sign drop; do
  printf '[[equivalent]]\nfile = "limpid/ops/toy/toy.cpp"\nline = "return a + b;"\nkind = "%s"\nreason = "%s"\n' \
    $kind "nobody calls it with other numbers than 0"
done > "$toy/tests/mutation_equivalents/toy.toml"
mutate --per-function 0 --op toy || fail "the list of equivalents was not read"
mutate --sample --budget 60 --seed 3 || fail "a sample must pass too"
grep -q 'mutate: seed 3' "$toy/out" || fail "the seed was not printed"

printf '[[equivalent]]\nfile = "limpid/ops/toy/toy.cpp"\nline = "gone"\nkind = "sign"\nreason = "old"\n' \
  >> "$toy/tests/mutation_equivalents/toy.toml"
mutate --per-function 0 && fail "an entry that matches nothing must be refused"
grep -q 'no mutation matches this entry any more' "$toy/out" || fail "the stale entry was not named"

sed -i 's/return a - b;/return b - a;/' "$toy/limpid/ops/toy/toy.cpp"
mutate && fail "failing tests must be refused"
grep -q 'tests fail without any mutation' "$toy/out" || fail "the failing test was not reported"
echo "mutate.py kills, finds survivors, and reads reasons"
