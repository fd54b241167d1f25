# How every file is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)  # for editors and tools/
set(CMAKE_POSITION_INDEPENDENT_CODE ON)  # the Python module links the same library

# -fno-math-errno lets sqrt be one instruction and changes no result; -ffast-math would change them.
# initial-exec makes a thread-local free list one instruction instead of a call (the hot path).
add_compile_options(-fno-math-errno -ftls-model=initial-exec)
# Vector kernels alone fuse a multiplication with an addition (cmake/sources.cmake). GCC would everywhere where all
# processors can, other than on x86-64, and references and tests would round differently from there.
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options(-ffp-contract=off -Wno-psabi)  # and no notes on how GCC 9 passed arguments
  set(fused_options -ffp-contract=fast)
endif()
add_compile_options(-Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_compile_options(-Wno-unknown-pragmas)  # hints about loops, for GCC
else()
  add_compile_options(-Wshadow)  # Clang also means members that a static function cannot see
endif()
if(LIMPID_WERROR)
  add_compile_options(-Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # What GCC derives from the flow of values is often wrong when it inlines: shown, and no error.
    add_compile_options(-Wno-error=maybe-uninitialized -Wno-error=stringop-overflow
      -Wno-error=array-bounds -Wno-error=stringop-overread)
  endif()
endif()

if(LIMPID_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # core/shape.h silences this where GCC is wrong, which GCC forgets in a precompiled header.
  add_compile_options(-Wno-maybe-uninitialized)
endif()

if(LIMPID_SANITIZE)
  add_compile_options(-D_GLIBCXX_ASSERTIONS -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")  # GCC says it of itself: the allocator then keeps no blocks
    add_compile_options(-D__SANITIZE_ADDRESS__=1)
  endif()
endif()

# What libFuzzer is told of: which branches an input took and which numbers it was compared with. As the option
# behind -fsanitize=fuzzer-no-link, since that one would need precompiled headers of its own.
if(LIMPID_FUZZ)
  set(LIMPID_COVERAGE -fsanitize-coverage=inline-8bit-counters,pc-table,indirect-calls,trace-cmp)
endif()

# Small programs: each function in its own section, so that the linker drops what nobody calls.
if(LIMPID_MICRO)
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections -s)
endif()

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(LIMPID_CCACHE ccache DOC "Compiler cache, used where present")
  if(LIMPID_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${LIMPID_CCACHE}")
    if(LIMPID_PCH)
      set(CMAKE_CXX_COMPILER_LAUNCHER sh "${PROJECT_SOURCE_DIR}/cmake/ccache.sh" "${LIMPID_CCACHE}")
    endif()
  endif()
endif()
