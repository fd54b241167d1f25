# `cmake --install` gives headers, library, command, and a package for find_package(limpid).
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/limpid")

install(TARGETS limpid EXPORT limpid-targets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY limpid DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.h" PATTERN "limpid/cli" EXCLUDE
  # Kernel texts: they only compile inside a *_simd.cpp file of ours.
  REGEX "/simd_[a-z_]+\\.h$|/(dropout|optimizer)_loops\\.h$|/loop_rows\\.h$|/[a-z_]*formulas\\.h$" EXCLUDE)
install(FILES "${LIMPID_GENERATED}/limpid/config.h" "${LIMPID_GENERATED}/limpid/simd_levels.h"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/limpid")
if(NOT LIMPID_MICRO)
  install(DIRECTORY data DESTINATION "${CMAKE_INSTALL_DATADIR}/limpid")
endif()
foreach(program limpid_cli limpid_micro)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endforeach()

install(EXPORT limpid-targets NAMESPACE limpid:: DESTINATION "${package_dir}")
configure_package_config_file(cmake/limpid-config.cmake.in limpid-config.cmake
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(limpid-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/limpid-config.cmake"
  "${PROJECT_BINARY_DIR}/limpid-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/dependencies.cmake" DESTINATION "${package_dir}")
