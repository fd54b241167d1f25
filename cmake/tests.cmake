# Tests, as ctest runs them: one entry a file, so that a failure says where it is.
#   tests/*_test.cpp   all in one doctest program, limpid_tests
#   tests/*_test.sh    given LIMPID (the command), LIMPID_SOURCE_DIR and LIMPID_BUILD_DIR
#   examples/cpp/*.cpp each a program that must run, with the flags of its line `// in tests: ...`
# A name that ends in _slow_test (and install_test) is labelled `slow`: left out under sanitizers.

set(test_environment
  "OMP_WAIT_POLICY=passive"  # tests run side by side: idle threads must not spin
  "LIMPID_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
  "LIMPID_BUILD_DIR=${PROJECT_BINARY_DIR}")
if(LIMPID_SANITIZE)
  # Sizes that no memory could hold must come back as errors; fontconfig keeps what it once read.
  find_program(LIMPID_SYMBOLIZER NAMES llvm-symbolizer-16 llvm-symbolizer)
  list(APPEND test_environment "LIMPID_SANITIZED=1"
    "ASAN_OPTIONS=allocator_may_return_null=1:external_symbolizer_path=${LIMPID_SYMBOLIZER}"
    "UBSAN_OPTIONS=print_stacktrace=1:external_symbolizer_path=${LIMPID_SYMBOLIZER}"
    "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/leaks.supp:print_suppressions=0")
endif()
if(TARGET limpid_cli)
  list(APPEND test_environment "LIMPID=$<TARGET_FILE:limpid_cli>")
endif()

# Every entry runs in a folder of its own, so that files which tests write never meet.
function(limpid_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "COMMAND")
  set(scratch "${PROJECT_BINARY_DIR}/scratch/${name}")
  file(MAKE_DIRECTORY "${scratch}")
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${scratch}")
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "${test_environment}" TIMEOUT 900)
  if(name MATCHES "(_slow|^install)$")
    set_tests_properties(${name} PROPERTIES LABELS slow COST 100)  # the long ones start first
  elseif(name MATCHES "^(ops_kernels|ops_gradients|cli$|gemm$|python.(ops_parity|scripts)$)")
    set_tests_properties(${name} PROPERTIES COST 50)
  endif()
endfunction()

function(limpid_test_settings target)
  target_link_libraries(${target} PRIVATE limpid limpid_cases limpid_dep::doctest limpid_dep::json)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(${target} PRIVATE LIMPID_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  limpid_unite(${target} 16)
  limpid_collect_late(${target})
endfunction()

file(GLOB test_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/*_test.cpp")
if(test_sources)
  # Other sources in tests/ (main.cpp, the harness that cards are tested with) go along.
  file(GLOB all_test_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/*.cpp")
  # Files full of checks take a compiler twice as long when it optimises them, and run no faster, but
  # for those that go over all ops or many numbers.
  if(NOT LIMPID_SANITIZE)
    set(busy_sources ${all_test_sources})
    list(FILTER busy_sources INCLUDE REGEX "/(ops?_[^/]*|simd_test|json_file)\\.cpp$")
    list(REMOVE_ITEM all_test_sources ${busy_sources})
    add_library(limpid_busy_tests OBJECT ${busy_sources})
    limpid_test_settings(limpid_busy_tests)
  endif()
  add_executable(limpid_tests ${all_test_sources})
  limpid_test_settings(limpid_tests)
  target_compile_options(limpid_tests PRIVATE -O0)
  if(TARGET limpid_busy_tests)
    target_sources(limpid_tests PRIVATE $<TARGET_OBJECTS:limpid_busy_tests>)
  endif()
  limpid_precompile(limpid_tests <doctest/doctest.h> <limpid/ops/all_ops.h>)
  set_source_files_properties("${PROJECT_SOURCE_DIR}/tests/main.cpp" PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)  # it is where doctest's own functions are compiled
  foreach(source ${test_sources})
    get_filename_component(file "${source}" NAME)
    string(REGEX REPLACE "_test\\.cpp$" "" name "${file}")
    limpid_test(${name} COMMAND limpid_tests "--source-file=*/${file}")
    # A filter that matches nothing must not pass.
    set_tests_properties(${name} PROPERTIES FAIL_REGULAR_EXPRESSION "test cases: +0 \\|")
  endforeach()
  if(LIMPID_SANITIZE)  # what it looks for, and pages by the thousand take AddressSanitizer minutes
    set_tests_properties(ops_memory PROPERTIES LABELS slow)
  endif()
  # Kernels once more at the lower levels, which also cap oneDNN.
  foreach(level baseline avx2)
    if(LIMPID_CPU AND level IN_LIST LIMPID_SIMD_LEVELS AND NOT LIMPID_SANITIZE)
      foreach(name ops_kernels ops_memory)
        limpid_test(${name}.${level} COMMAND limpid_tests "--source-file=*/${name}_test.cpp")
        set_property(TEST ${name}.${level} APPEND PROPERTY ENVIRONMENT "LIMPID_CPU=${level}")
      endforeach()
    endif()
  endforeach()
endif()

# Fuzz targets replay tests/fuzz/corpus/<name> and changed copies of it (see replay_main.cpp); with
# clang, the same file and -fsanitize=fuzzer searches further.
if(NOT LIMPID_FUZZ)
  add_library(limpid_replay OBJECT "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
endif()
if(LIMPID_FUZZ)
  add_custom_target(fuzz)  # `make fuzz` needs no more
endif()
set(fuzz_png_needs PNG)
set(fuzz_recipe_needs TOML)
file(GLOB fuzz_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_*.cpp")
foreach(source ${fuzz_sources})
  get_filename_component(program "${source}" NAME_WE)
  if(DEFINED ${program}_needs AND NOT LIMPID_${${program}_needs})
    continue()
  endif()
  string(REPLACE "fuzz_" "" name "${program}")
  add_executable(${program} "${source}")
  target_link_libraries(${program} PRIVATE limpid)
  if(LIMPID_FUZZ)
    target_compile_options(${program} PRIVATE ${LIMPID_COVERAGE})
    target_link_options(${program} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz ${program})
    limpid_test(fuzz.${name} COMMAND ${program} -runs=0 "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    continue()
  endif()
  target_link_libraries(${program} PRIVATE limpid_replay)
  limpid_test(fuzz.${name} COMMAND ${program} "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
endforeach()

file(GLOB test_scripts CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/*_test.sh")
if(LIMPID_SANITIZE)  # a user's program would need the sanitizers' flags too; examples are not built
  foreach(script install readme examples)
    list(REMOVE_ITEM test_scripts "${PROJECT_SOURCE_DIR}/tests/${script}_test.sh")
  endforeach()
endif()
foreach(script ${test_scripts})
  get_filename_component(file "${script}" NAME)
  string(REGEX REPLACE "_test\\.sh$" "" name "${file}")
  limpid_test(${name} COMMAND bash "${script}")
endforeach()

if(LIMPID_SANITIZE)  # examples call what tests call
  return()
endif()

# Programs of examples/math/ print what the pages of docs/math/ show (tests/readme_check.py).
foreach(folder cpp math)
  file(GLOB example_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/${folder}/*.cpp")
  set(built "${PROJECT_BINARY_DIR}/examples")
  if(folder STREQUAL "math")
    set(built "${built}/math")
  endif()
  foreach(source ${example_sources})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(example_${folder}_${name} "${source}")
    set_target_properties(example_${folder}_${name} PROPERTIES OUTPUT_NAME ${name}
      RUNTIME_OUTPUT_DIRECTORY "${built}")
    target_link_libraries(example_${folder}_${name} PRIVATE limpid)
    target_include_directories(example_${folder}_${name} PRIVATE "${PROJECT_SOURCE_DIR}")
    limpid_precompile_alike(example_${folder}_${name})
    if(folder STREQUAL "cpp")  # those of math run within the test of the pages
      file(STRINGS "${source}" arguments REGEX "^// in tests: " LIMIT_COUNT 1)
      string(REGEX REPLACE "^// in tests: *" "" arguments "${arguments}")
      separate_arguments(arguments)
      limpid_test(example.${name} COMMAND example_${folder}_${name} ${arguments})
    endif()
  endforeach()
endforeach()
