# Headers in <build>/generated/limpid/: config.h (options; changes rarely) and commit.h, which
# only limpid/core/version.cpp includes, so that a new commit rebuilds one file.
set(LIMPID_GENERATED "${PROJECT_BINARY_DIR}/generated")
set(LIMPID_COMPILER "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
foreach(part CPU ONEDNN OPENMP PNG CAIRO TOML AUTOGRAD)
  if(LIMPID_${part})
    set(LIMPID_HAS_${part} 1)
  else()
    set(LIMPID_HAS_${part} 0)
  endif()
endforeach()
configure_file(cmake/config.h.in "${LIMPID_GENERATED}/limpid/config.h" @ONLY)
# Apart, since only kernels include it.
set(levels "#pragma once\n// Written by CMake: the levels of vector instructions that kernels are built for.\n")
foreach(level avx2 avx512)
  string(TOUPPER ${level} name)
  list(FIND LIMPID_SIMD_LEVELS ${level} at)
  if(at EQUAL -1)
    string(APPEND levels "#define LIMPID_HAS_${name} 0\n")
  else()
    string(APPEND levels "#define LIMPID_HAS_${name} 1\n")
  endif()
endforeach()
file(CONFIGURE OUTPUT "${LIMPID_GENERATED}/limpid/simd_levels.h" CONTENT "${levels}" @ONLY)

add_custom_target(limpid_commit
  COMMAND ${CMAKE_COMMAND} "-DSOURCE=${PROJECT_SOURCE_DIR}"
    "-DHEADER=${LIMPID_GENERATED}/limpid/commit.h" -P "${PROJECT_SOURCE_DIR}/cmake/commit.cmake"
  BYPRODUCTS "${LIMPID_GENERATED}/limpid/commit.h"
  COMMENT "Noting the commit")
