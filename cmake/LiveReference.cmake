# SPDX-License-Identifier: Apache-2.0
# LIVE_REFERENCE=ON: the reference of the headers, by Doxygen: HTML, and a manual page of each function, type and macro.
option(LIVE_REFERENCE "Build and install the reference of the headers (Doxygen)" OFF)
if(NOT LIVE_REFERENCE)
    return()
endif()

find_package(Doxygen REQUIRED)
set(reference ${PROJECT_BINARY_DIR}/reference)
set(made ${PROJECT_BINARY_DIR}/liblive/include)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS liblive/include/*.h libagent/include/*.h)
file(READ docs/Doxyfile doxyfile)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/Doxyfile CONTENT
    "${doxyfile}
OUTPUT_DIRECTORY = \"${reference}\"\nPROJECT_NUMBER = ${PROJECT_VERSION}
INPUT += \"${made}\"\nSTRIP_FROM_PATH += \"${made}\"\nSTRIP_FROM_INC_PATH += \"${made}\"\n" @ONLY)
add_custom_command(OUTPUT ${reference}.stamp
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${reference}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${reference}
    COMMAND Doxygen::doxygen ${PROJECT_BINARY_DIR}/Doxyfile
    COMMAND ${CMAKE_COMMAND} -DPAGES=${reference}/man/man3 -DOUTPUT=${reference}/man3
        -P ${PROJECT_SOURCE_DIR}/cmake/reference_pages.cmake
    COMMAND ${CMAKE_COMMAND} -E touch ${reference}.stamp
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    DEPENDS ${headers} docs/Doxyfile cmake/reference_pages.cmake VERBATIM
    COMMENT "Making the reference")
add_custom_target(reference ALL DEPENDS ${reference}.stamp)

install(DIRECTORY ${reference}/man3 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(DIRECTORY ${reference}/html DESTINATION ${CMAKE_INSTALL_DOCDIR})
