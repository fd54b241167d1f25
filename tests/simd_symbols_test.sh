#!/bin/bash
# A function that several units define inline is kept once by the linker. Were that the copy compiled for
# AVX-512, older machines would crash. So objects compiled for a SIMD level may define no shared (weak)
# symbol outside that level's own namespaces: limpid::<level> and xsimd_<level>.
set -euo pipefail
type=$(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "$LIMPID_BUILD_DIR/CMakeCache.txt")
if [ "$type" != Release ]; then
  echo "skipped: $type builds do not inline the standard library, and are not for other machines"
  exit 0
fi
checked=0
for level in avx2 avx512; do
  while IFS= read -r object; do
    # Weak symbols (W, V) and unique ones (u). Mangled names carry the namespace with its length.
    foreign=$(nm --defined-only "$object" | awk '$2 ~ /^[WVu]$/ {print $3}' |
      { grep -v -e "6limpid${#level}${level}" -e "xsimd_${level}" || true; })
    if [ -n "$foreign" ]; then
      echo "$object shares with units of other levels:"
      echo "$foreign" | c++filt
      exit 1
    fi
    checked=$((checked + 1))
  done < <(find "$LIMPID_BUILD_DIR" -path "*limpid_simd_$level.dir*" -name '*.o')
done
if [ "$checked" = 0 ] && [ "$(uname -m)" = x86_64 ]; then
  echo "no objects of SIMD levels found in $LIMPID_BUILD_DIR"
  exit 1
fi
echo "$checked objects share nothing with other SIMD levels"
