# Headers that most files include are compiled once a target: that halves the compile time of a
# typical file. Every file still includes what it uses: the presets `micro` and `subset` and
# tools/check_includes.py compile without.
set(LIMPID_PRECOMPILED
  <algorithm> <cmath> <filesystem> <functional> <memory> <optional> <span> <string> <variant> <vector>
  "${PROJECT_SOURCE_DIR}/limpid/core/str.h"
  "${PROJECT_SOURCE_DIR}/limpid/op/apply.h"
  "${PROJECT_SOURCE_DIR}/limpid/op/case.h"
  "${PROJECT_SOURCE_DIR}/limpid/tensor/creation.h")

# limpid_precompile(target [header...]); not for kernels of a SIMD level, which must not see the
# library's inline functions.
function(limpid_precompile target)
  if(LIMPID_PCH)
    target_precompile_headers(${target} PRIVATE ${ARGN} ${LIMPID_PRECOMPILED})
  endif()
endfunction()

# limpid_precompile_as(target other): uses what was compiled for `other`.
function(limpid_precompile_as target other)
  if(LIMPID_PCH)
    target_precompile_headers(${target} REUSE_FROM ${other})
  endif()
endfunction()
