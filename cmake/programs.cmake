# The command `limpid` (one file a subcommand), the small `limpid-micro`, and the benchmarks.
set(micro_main "${PROJECT_SOURCE_DIR}/limpid/cli/micro_main.cpp")

if(LIMPID_CLI)
  file(GLOB_RECURSE cli_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/limpid/cli/*.cpp")
  list(REMOVE_ITEM cli_sources "${micro_main}")
  if(cli_sources)
    add_executable(limpid_cli ${cli_sources})
    set_target_properties(limpid_cli PROPERTIES OUTPUT_NAME limpid)
    target_link_libraries(limpid_cli PRIVATE limpid limpid_cases
      limpid_dep::cli11 limpid_dep::json)
    limpid_precompile(limpid_cli <CLI/CLI.hpp>)
    limpid_unite(limpid_cli)
  endif()
endif()

if(LIMPID_MICRO AND EXISTS "${micro_main}")
  add_executable(limpid_micro "${micro_main}")
  set_target_properties(limpid_micro PROPERTIES OUTPUT_NAME limpid-micro)
  target_link_libraries(limpid_micro PRIVATE limpid)
  # Printed at the end of every build, for size is what this build is about.
  find_program(LIMPID_SIZE size REQUIRED)
  add_custom_target(limpid_micro_size ALL
    COMMAND ${LIMPID_SIZE} limpid-micro
    COMMAND stat -c "%n: %s bytes on disk" limpid-micro
    WORKING_DIRECTORY "${PROJECT_BINARY_DIR}" DEPENDS limpid_micro VERBATIM
    COMMENT "Size of limpid-micro")
endif()

if(LIMPID_BENCH)
  file(GLOB bench_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
  foreach(source ${bench_sources})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(bench_${name} "${source}")
    set_target_properties(bench_${name} PROPERTIES OUTPUT_NAME ${name}
      RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
    target_link_libraries(bench_${name} PRIVATE limpid limpid_cases)
    limpid_precompile_alike(bench_${name})
  endforeach()
endif()
