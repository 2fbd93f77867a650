# SPDX-License-Identifier: Apache-2.0
# live_library(TARGET OUTPUT name EXPORT name MAP file DIRS dir... [SOURCES file...] [PUBLIC lib...] [PRIVATE lib...])
#
# One library from every .c file of DIRS, and SOURCES beside them. TARGET is what is installed (shared or static, by
# BUILD_SHARED_LIBS); TARGET-internal is a static library of the same objects for the tests, which may
# also include the internal headers.
function(live_library target)
    cmake_parse_arguments(ARG "" "OUTPUT;EXPORT;MAP" "DIRS;SOURCES;PUBLIC;PRIVATE" ${ARGN})
    set(globs ${ARG_DIRS})
    list(TRANSFORM globs APPEND "/*.c")
    file(GLOB sources CONFIGURE_DEPENDS ${globs})

    add_library(${target}-objects OBJECT ${sources} ${ARG_SOURCES})
    live_warnings(${target}-objects)
    set_target_properties(${target}-objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_include_directories(${target}-objects
        PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
               $<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}/include>
        PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
    target_link_libraries(${target}-objects PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})

    add_library(${target} $<TARGET_OBJECTS:${target}-objects>)
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME ${ARG_OUTPUT} EXPORT_NAME ${ARG_EXPORT} LINKER_LANGUAGE C
        VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
        LINK_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_MAP})
    if(BUILD_SHARED_LIBS)
        target_link_options(${target} PRIVATE
            -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/${ARG_MAP})
    endif()
    if(NOT LIVE_SANITIZE) # whose symbols come from the program
        target_link_options(${target} PRIVATE -Wl,--no-undefined)
    endif()

    add_library(${target}-internal STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:${target}-objects>)
    set_target_properties(${target}-internal PROPERTIES LINKER_LANGUAGE C)
    target_include_directories(${target}-internal INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/src)

    foreach(product ${target} ${target}-internal)
        target_include_directories(${product} INTERFACE
            $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
            $<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}/include>
            $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
        target_link_libraries(${product} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    endforeach()
    add_library(live::${ARG_EXPORT} ALIAS ${target})

    set_target_properties(${target} PROPERTIES INSTALL_RPATH "\$ORIGIN")
    install(TARGETS ${target} EXPORT live-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    live_pkg_config(lib${ARG_OUTPUT})
endfunction()

# live_pkg_config(NAME): installs NAME.pc from cmake/NAME.pc.in; its prefix is found from where it lies.
function(live_pkg_config name)
    set(pc_directory ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
    file(RELATIVE_PATH LIVE_PREFIX_FROM_PC /${pc_directory} /)
    string(REGEX REPLACE "/$" "" LIVE_PREFIX_FROM_PC "${LIVE_PREFIX_FROM_PC}")
    configure_file(${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    if(NOT BUILD_SHARED_LIBS)
        # A static library's own needs are its user's, who may link those as shared libraries: `--static`
        # would ask for everything below them too.
        file(READ ${PROJECT_BINARY_DIR}/${name}.pc text)
        foreach(field Requires Libs)
            string(REGEX MATCH "${field}\\.private: ([^\n]*)" found "${text}")
            string(REGEX REPLACE "(\n${field}: [^\n]*)" "\\1 ${CMAKE_MATCH_1}" text "${text}")
        endforeach()
        file(WRITE ${PROJECT_BINARY_DIR}/${name}.pc "${text}")
    endif()
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${pc_directory})
endfunction()

# live_program(TARGET bin|libexec SOURCES file... [LINK lib...])
#
# An executable. The build tree has the shape of the prefix (bin/, libexec/live/, lib/live/modules/), so
# that programs find each other in the same way in both, also after the prefix was moved.
function(live_program target where)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    set(bin_dir ${CMAKE_INSTALL_BINDIR})
    set(bin_build ${PROJECT_BINARY_DIR}/bin)
    set(libexec_dir ${CMAKE_INSTALL_LIBEXECDIR}/live)
    set(libexec_build ${PROJECT_BINARY_DIR}/libexec/live)

    add_executable(${target} ${ARG_SOURCES})
    live_warnings(${target})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${target} PRIVATE ${ARG_LINK})
    file(RELATIVE_PATH to_lib /${${where}_dir} /${CMAKE_INSTALL_LIBDIR})
    set_target_properties(${target} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${${where}_build} INSTALL_RPATH "\$ORIGIN/${to_lib}")
    install(TARGETS ${target} RUNTIME DESTINATION ${${where}_dir})
endfunction()
