# Run at build time: writes the commit to HEADER, touching the file only when it changed.
set(commit "unknown")
find_program(GIT git)
if(GIT)
  execute_process(COMMAND ${GIT} rev-parse --short=12 HEAD WORKING_DIRECTORY "${SOURCE}"
    OUTPUT_VARIABLE out OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit "${out}")
  endif()
endif()
file(CONFIGURE OUTPUT "${HEADER}" CONTENT
  "#pragma once\n// Written by cmake/commit.cmake.\n#define LIMPID_COMMIT \"${commit}\"\n")
