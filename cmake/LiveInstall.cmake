# SPDX-License-Identifier: Apache-2.0
# What is installed beside the targets: headers, the CMake package, and the way back.
include(CMakePackageConfigHelpers)
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/live)

install(DIRECTORY liblive/include/live DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY libagent/include/agent DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/liblive/include/live/version.h
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/live)

# Whoever passes the toolkit on passes this on too.
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/live)

configure_package_config_file(cmake/liveConfig.cmake.in ${PROJECT_BINARY_DIR}/liveConfig.cmake
    INSTALL_DESTINATION ${package_directory})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/liveConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(EXPORT live-targets FILE liveTargets.cmake NAMESPACE live:: DESTINATION ${package_directory})
install(FILES ${PROJECT_BINARY_DIR}/liveConfig.cmake ${PROJECT_BINARY_DIR}/liveConfigVersion.cmake
    cmake/LiveModule.cmake cmake/LiveRequirements.cmake DESTINATION ${package_directory})

add_custom_target(uninstall
    COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
        -DPREFIX=${CMAKE_INSTALL_PREFIX} -P ${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake
    VERBATIM
    COMMENT "Removing what was installed")
