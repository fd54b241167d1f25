#!/bin/bash
# Lays out the source by .clang-format; with --check names what would change and changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
format=$(command -v clang-format-14 || true)
# Another version lays out differently, so the plain name serves only if it is 14 as well.
if [ -z "$format" ] && clang-format --version 2> /dev/null | grep -q ' version 14\.'; then
  format=clang-format
fi
if [ -z "$format" ]; then
  tools/setup.sh format
  format=$(command -v clang-format-14) ||
    { echo "format: needs clang-format 14 (pip install clang-format==14.0.6)" >&2; exit 1; }
fi

mapfile -t files < <(find limpid tests bench examples python -name '*.h' -o -name '*.cpp' \
  2> /dev/null | sort)
if [ "${1:-}" != --check ]; then
  "$format" -i "${files[@]}"
  exit 0
fi
bad=()
for file in "${files[@]}"; do
  "$format" --dry-run --Werror "$file" 2> /dev/null || bad+=("$file")
done
if [ ${#bad[@]} -gt 0 ]; then
  printf '%s\n' "${bad[@]}"
  echo "format: ${#bad[@]} of ${#files[@]} files differ; \`make format\` mends them" >&2
  exit 1
fi
echo "format: all ${#files[@]} files are laid out by .clang-format"
