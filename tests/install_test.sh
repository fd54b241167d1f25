#!/bin/bash
# What a user of the installed library does: find_package(limpid), link, run three lines.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$LIMPID_BUILD_DIR" --prefix "$work/prefix" > "$work/install.log" ||
  { cat "$work/install.log"; exit 1; }
mkdir "$work/user"
cat > "$work/user/CMakeLists.txt" << 'END'
cmake_minimum_required(VERSION 3.22)
project(user LANGUAGES CXX)
find_package(limpid 0.1 REQUIRED)
add_executable(user main.cpp)
target_link_libraries(user PRIVATE limpid::limpid)
END
cat > "$work/user/main.cpp" << 'END'
#include <cstdio>
#include "limpid/core/version.h"
#include "limpid/limpid.h"
int main() {
  limpid::Tensor x = limpid::tensor({3.0}, {.requires_grad = true});
  (x * x).backward();
  if (x.grad().item() != 6) return 1;
  std::puts(limpid::build_info().version);
}
END
# With the compiler of the build under test.
cache() { sed -n "s/^$1:[A-Z]*=//p" "$LIMPID_BUILD_DIR/CMakeCache.txt"; }
cmake -S "$work/user" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_COMPILER="$(cache CMAKE_CXX_COMPILER)"
cmake --build "$work/build"

expected=$(sed -n 's/^#define LIMPID_VERSION "\(.*\)"/\1/p' \
  "$LIMPID_BUILD_DIR/generated/limpid/config.h")
got=$("$work/build/user")
[ "$got" = "$expected" ] || { echo "the program printed '$got', not '$expected'"; exit 1; }
# No installed header may lean on a file that is not installed.
find "$work/prefix/include" -name '*.h' | sort | while read -r header; do
  echo "#include \"$header\""
done > "$work/user/all.cpp"
"$(cache CMAKE_CXX_COMPILER)" -std=c++20 -fsyntax-only -I "$work/prefix/include" "$work/user/all.cpp"
echo "installed, found by find_package, linked and ran: limpid $got"
