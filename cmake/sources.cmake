# Which file goes where follows from its name:
#   *_cases.cpp              cases of an op: for tests, documentation and benchmarks (limpid_cases)
#   *_cpu.cpp, backends/cpu  fast CPU kernels                    LIMPID_CPU
#   *_simd.cpp               one kernel text per SIMD level      LIMPID_CPU
#   *_onednn.cpp             calls of oneDNN                     LIMPID_ONEDNN
#   *_png.cpp *_zlib.cpp *_cairo.cpp *_toml.cpp                  LIMPID_PNG, _ZLIB, _CAIRO, _TOML
#   *_without_zlib.cpp       what stands in where zlib is left out
#   any other                the library

set(rooms core tensor autograd op ops nn io)
if(NOT LIMPID_MICRO)
  list(APPEND rooms graph optim data vision metrics train explain serve)
endif()
if(LIMPID_CPU)
  list(APPEND rooms backends/cpu)
endif()
set(patterns ${rooms})
list(TRANSFORM patterns REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/limpid/\\1/*.cpp")
file(GLOB_RECURSE library_sources CONFIGURE_DEPENDS ${patterns})

# Moves the files of `from` that match `pattern` to the new list `to`.
function(limpid_take from pattern to)
  set(taken ${${from}})
  list(FILTER taken INCLUDE REGEX "${pattern}")
  set(kept ${${from}})
  list(FILTER kept EXCLUDE REGEX "${pattern}")
  set(${to} ${taken} PARENT_SCOPE)
  set(${from} ${kept} PARENT_SCOPE)
endfunction()

limpid_take(library_sources "_cases\\.cpp$" case_sources)
limpid_take(library_sources "_simd\\.cpp$" simd_sources)
limpid_take(library_sources "_onednn\\.cpp$" onednn_sources)
limpid_take(library_sources "(_cpu\\.cpp|/backends/cpu/.*\\.cpp)$" cpu_sources)
limpid_take(library_sources "_without_zlib\\.cpp$" without_zlib_sources)
foreach(part PNG ZLIB CAIRO TOML)
  string(TOLOWER ${part} suffix)
  limpid_take(library_sources "_${suffix}\\.cpp$" part_sources)
  if(LIMPID_${part})
    list(APPEND library_sources ${part_sources})
  endif()
endforeach()
if(NOT LIMPID_ZLIB)
  list(APPEND library_sources ${without_zlib_sources})
endif()

add_library(limpid STATIC ${library_sources})
add_library(limpid::limpid ALIAS limpid)
add_dependencies(limpid limpid_commit)
target_compile_features(limpid PUBLIC cxx_std_20)
target_include_directories(limpid PUBLIC
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR};${LIMPID_GENERATED}>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(limpid PUBLIC Threads::Threads)

# Libraries that only .cpp files use: users link them, but never see their headers.
foreach(name onednn spng zlib cairo)
  if(TARGET limpid_dep::${name})
    target_link_libraries(limpid PRIVATE limpid_dep::${name})
  endif()
endforeach()
foreach(name xsimd toml json)  # headers only: nothing to link
  if(TARGET limpid_dep::${name})
    target_link_libraries(limpid PRIVATE "$<BUILD_INTERFACE:limpid_dep::${name}>")
  endif()
endforeach()
# Few files talk to OpenMP. Clang gets it for these alone: with it, it refuses lambdas that capture structured bindings.
set(openmp OpenMP::OpenMP_CXX)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(openmp ${OpenMP_CXX_LIBRARIES})
endif()
if(LIMPID_OPENMP)
  target_link_libraries(limpid PRIVATE ${openmp})
endif()

if(LIMPID_ONEDNN)
  list(APPEND cpu_sources ${onednn_sources})
endif()
set(kernel_options "$<$<CONFIG:Release>:-O3>")
if(LIMPID_CPU)
  target_sources(limpid PRIVATE ${cpu_sources})
  set_source_files_properties(${cpu_sources} PROPERTIES COMPILE_OPTIONS "${kernel_options}")
endif()
limpid_precompile(limpid)
limpid_unite(limpid)
# Apart from that: pointwise ops, whose own templates take most of the time, and what needs the cases of the ops, which not
# every program links.
file(GLOB alone "${PROJECT_SOURCE_DIR}/limpid/ops/pointwise/*.cpp" "${PROJECT_SOURCE_DIR}/limpid/explain/*.cpp")
set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

# One object library a SIMD level. The level is also the name of the namespace around its kernels,
# so that no two levels share a symbol and a machine without AVX-512 never runs AVX-512 code.
set(baseline_options ${fused_options})  # cmake/flags.cmake
set(avx2_options -mavx2 -mfma -mf16c)
set(avx512_options -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma -mf16c)
if(LIMPID_CPU AND simd_sources)
  foreach(level ${LIMPID_SIMD_LEVELS})
    add_library(limpid_simd_${level} OBJECT ${simd_sources})
    target_include_directories(limpid_simd_${level} PRIVATE
      "${PROJECT_SOURCE_DIR}" "${LIMPID_GENERATED}")
    target_compile_definitions(limpid_simd_${level} PRIVATE LIMPID_SIMD_LEVEL=${level})
    # No exceptions: their support code would be shared. GCC 12 misjudges AVX-512 intrinsics. -O1 for sanitizers:
    # vectors are classes, and copies of them would take most of the time of the tests.
    target_compile_options(limpid_simd_${level} PRIVATE ${kernel_options} ${${level}_options}
      $<$<BOOL:${LIMPID_SANITIZE}>:-O1>
      -fno-exceptions $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    target_link_libraries(limpid_simd_${level} PRIVATE limpid_dep::xsimd)
    if(LIMPID_OPENMP)
      target_link_libraries(limpid_simd_${level} PRIVATE ${openmp})
    endif()
    limpid_precompile(limpid_simd_${level} <limpid/backends/cpu/simd_batch.h> WITHOUT ${LIMPID_PRECOMPILED})
    target_sources(limpid PRIVATE $<TARGET_OBJECTS:limpid_simd_${level}>)
  endforeach()
endif()

# Where the data that comes with limpid lies.
set_source_files_properties("${PROJECT_SOURCE_DIR}/limpid/data/data_root.cpp" PROPERTIES
  COMPILE_DEFINITIONS "LIMPID_SOURCE_DATA=\"${PROJECT_SOURCE_DIR}/data\";LIMPID_INSTALLED_DATA=\"${CMAKE_INSTALL_FULL_DATADIR}/limpid/data\"")

if(LIMPID_OPENMP AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  foreach(file backends/cpu/parallel backends/cpu/onednn_onednn explain/libraries)
    set_source_files_properties("${PROJECT_SOURCE_DIR}/limpid/${file}.cpp" PROPERTIES
      COMPILE_OPTIONS "${OpenMP_CXX_FLAGS}" SKIP_PRECOMPILE_HEADERS ON)
  endforeach()
endif()

# Only readers of files are searched by libFuzzer.
if(LIMPID_FUZZ)
  set(searched ${library_sources})
  list(FILTER searched INCLUDE REGEX "/limpid/(io|data|vision|train)/")
  set_property(SOURCE ${searched} APPEND PROPERTY COMPILE_OPTIONS "${LIMPID_COVERAGE}")
endif()

# With no cases the target still exists, so that users of it need no condition. They run once: -Og takes a compiler half
# as long as -O2. Programs link them after the library: of an op's kernel_of() and infer_one(), which both instantiate, a
# linker takes the first it meets.
if(case_sources AND NOT LIMPID_MICRO)
  add_library(limpid_cases STATIC ${case_sources})
  target_link_libraries(limpid_cases PUBLIC limpid)
  target_compile_options(limpid_cases PRIVATE $<$<CONFIG:Release>:-Og>)
  limpid_precompile(limpid_cases WITHOUT <filesystem> <limpid/tensor/creation.h>)
  limpid_unite(limpid_cases 16)
else()
  add_library(limpid_cases INTERFACE)
endif()
