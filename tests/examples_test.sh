#!/bin/bash
# The recipes of the examples: each is taken by its program as it stands, says all that the program
# can be told, and holds its defaults. And each looks at --out before it trains.
set -uo pipefail
failures=0
fail() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }
examples=$LIMPID_SOURCE_DIR/examples/cpp
"$LIMPID_BUILD_DIR/examples/autodiff" --recipe "$examples/recipes/autodiff.toml" --print-recipe 2>&1 |
  grep -q "LIMPID_TOML=ON" && { echo "this build reads no TOML: nothing to test"; exit 0; }
for source in "$examples"/*.cpp; do
  name=$(basename "$source" .cpp)
  grep -q run_program "$source" || continue  # a program without settings
  recipe=$examples/recipes/$name.toml
  [ -f "$recipe" ] || { fail "examples/cpp/$name.cpp has no recipe"; continue; }
  printed=$("$LIMPID_BUILD_DIR/examples/$name" --recipe "$recipe" --print-recipe) ||
    { fail "$name does not take its recipe"; continue; }
  [ "$printed" = "$(cat "$recipe")" ] ||
    fail "$name prints another recipe than $recipe: $(diff <(echo "$printed") "$recipe" | head -4)"
  [ "$("$LIMPID_BUILD_DIR/examples/$name" --print-recipe)" = "$printed" ] ||
    fail "the defaults of $name are not those of $recipe"
  # A folder that cannot be made is said before training: in no time, whatever the settings.
  refused=$(timeout 20 "$LIMPID_BUILD_DIR/examples/$name" --out "$recipe/pictures" 2>&1) &&
    fail "$name takes a folder that cannot be made"
  [[ $refused == "$name: --out: cannot make the folder '$recipe/pictures'"* ]] ||
    fail "$name says of a folder that cannot be made: $refused"
done
for recipe in "$examples"/recipes/*.toml; do
  [ -f "$examples/$(basename "$recipe" .toml).cpp" ] || fail "$recipe belongs to no example"
done
exit $((failures > 0))
