# Headers that most files include are compiled once a target: that halves the compile time of a
# typical file. Every file still includes what it uses: the library of the preset `sanitize`, which CI
# builds, does without (LIMPID_PCH=tests), but for what a file reads before all else anyway
# (precompilable.py). Names in <>, so that what CMake writes holds no path of this machine, and ccache
# can share it between folders. What few files need does not belong here: GCC instantiates the templates
# that precompiled inline functions call anew in every file.
set(LIMPID_PRECOMPILED
  <algorithm> <cmath> <filesystem> <functional> <memory> <optional> <span> <string> <variant> <vector>
  <limpid/core/str.h> <limpid/op/apply.h> <limpid/op/case.h> <limpid/tensor/creation.h>)

# limpid_precompile(target [header...] [WITHOUT header...]). Kernels of a SIMD level do without all of them: they must
# not see the library's inline functions.
function(limpid_precompile target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "WITHOUT")
  set(headers ${arg_UNPARSED_ARGUMENTS} ${LIMPID_PRECOMPILED})
  if(arg_WITHOUT)
    list(REMOVE_ITEM headers ${arg_WITHOUT})
  endif()
  if(LIMPID_PCH STREQUAL "tests" AND target STREQUAL "limpid")
    limpid_precompile_first(limpid/tensor/tensor.h)
    set(headers <limpid/tensor/tensor.h>)
  elseif(LIMPID_PCH STREQUAL "tests" AND NOT target MATCHES "^limpid_(tests|cases)$")
    return()
  endif()
  if(LIMPID_PCH)
    target_precompile_headers(${target} PRIVATE ${headers})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")  # as GCC: the contents count, not the dates
      target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    endif()
  endif()
endfunction()

# Only files of the library that begin with this header, or one that leads to it, see it precompiled.
function(limpid_precompile_first header)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  get_target_property(without limpid SOURCES)
  list(FILTER without INCLUDE REGEX "\\.cpp$")
  execute_process(COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/cmake/precompilable.py" ${header} ${without}
    OUTPUT_VARIABLE with COMMAND_ERROR_IS_FATAL ANY)
  list(REMOVE_ITEM without ${with})
  set_source_files_properties(${without} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# limpid_unite(target [count]): each `count` of its files (8), in the order of their names, compile as one, since what headers
# cost is then paid once. So names in their anonymous namespaces differ (docs/decisions/0028-files-compiled-together.md).
function(limpid_unite target)
  list(APPEND ARGN 8)
  list(GET ARGN 0 count)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${LIMPID_UNITY} UNITY_BUILD_BATCH_SIZE ${count})
  if(LIMPID_UNITY)
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)  # a class of one file may use its other names
  endif()
endfunction()

# limpid_collect_late(target): GCC looks for garbage from 512 MiB on and not from 128, which a precompiled header of 100 MB soon
# exceeds: a tenth of the time of large files.
function(limpid_collect_late target)
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=524288>)
endfunction()

# limpid_precompile_alike(target): the same for examples, which all include limpid.h and share what the
# first of them compiled.
function(limpid_precompile_alike target)
  get_property(first GLOBAL PROPERTY limpid_first_program)
  if(LIMPID_PCH AND NOT LIMPID_PCH STREQUAL "tests" AND first)
    target_precompile_headers(${target} REUSE_FROM ${first})
  else()
    limpid_precompile(${target} <limpid/limpid.h>)
    set_property(GLOBAL PROPERTY limpid_first_program ${target})
  endif()
endfunction()
