# Headers that most files include are compiled once a target: that halves the compile time of a
# typical file. Every file still includes what it uses: the library of the preset `sanitize`, which CI
# builds, does without (LIMPID_PCH=tests). Names in <>, so that what CMake writes holds no path of
# this machine, and ccache can share it between folders.
set(LIMPID_PRECOMPILED
  <algorithm> <cmath> <filesystem> <functional> <memory> <optional> <span> <string> <variant> <vector>
  <limpid/core/str.h> <limpid/op/apply.h> <limpid/op/case.h> <limpid/tensor/creation.h>)

# limpid_precompile(target [header...]); not for kernels of a SIMD level, which must not see the
# library's inline functions.
function(limpid_precompile target)
  if(LIMPID_PCH STREQUAL "tests" AND NOT target MATCHES "^limpid_(tests|cases)$")
    return()
  endif()
  if(LIMPID_PCH)
    target_precompile_headers(${target} PRIVATE ${ARGN} ${LIMPID_PRECOMPILED})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")  # as GCC: the contents count, not the dates
      target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    endif()
  endif()
endfunction()

# limpid_precompile_alike(target): the same for small programs, which share what the first of them compiled.
function(limpid_precompile_alike target)
  get_property(first GLOBAL PROPERTY limpid_first_program)
  if(LIMPID_PCH AND NOT LIMPID_PCH STREQUAL "tests" AND first)
    target_precompile_headers(${target} REUSE_FROM ${first})
  else()
    limpid_precompile(${target})
    set_property(GLOBAL PROPERTY limpid_first_program ${target})
  endif()
endfunction()
