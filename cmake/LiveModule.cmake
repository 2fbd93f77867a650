# SPDX-License-Identifier: Apache-2.0
# live_add_module(NAME [STATIC] SOURCES file... [LINK lib...])
#
# A module in C17 or C++20: NAME.so in build/modules, which exports its one descriptor and nothing else. With
# STATIC it is a library to link into a program, whose descriptor is called agent_module_NAME.
function(live_add_module name)
    cmake_parse_arguments(ARG "STATIC" "" "SOURCES;LINK" ${ARGN})
    if(ARG_STATIC)
        add_library(${name} STATIC ${ARG_SOURCES})
        target_compile_definitions(${name} PRIVATE AGENT_MODULE_OBJECT=agent_module_${name})
    else()
        add_library(${name} MODULE ${ARG_SOURCES})
        set_target_properties(${name} PROPERTIES
            PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/modules)
        target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
    endif()
    set_target_properties(${name} PROPERTIES
        C_STANDARD 17 C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden
        CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden)
    target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_compile_definitions(${name} PRIVATE _GNU_SOURCE) # as the toolkit's own code
    # A descriptor names what it has; g++ -Wextra would have it name the rest too.
    target_compile_options(${name} PRIVATE
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>)
    target_link_libraries(${name} PUBLIC live::agent PRIVATE ${ARG_LINK})

    set(c_sources ${ARG_SOURCES})
    list(FILTER c_sources EXCLUDE REGEX "\\.(cc|cpp|cxx)$")
    if(COMMAND live_warnings AND c_sources STREQUAL ARG_SOURCES)
        live_warnings(${name}) # of C
    endif()
endfunction()

# live_test_module(NAME SOURCES file... [LINK lib...])
#
# The tests of a module on the bench of <agent/testing.h>: one cmocka program with the module's own code, and one ctest
# entry, NAME.
function(live_test_module name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    if(NOT TARGET PkgConfig::cmocka)
        pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET GLOBAL cmocka)
    endif()
    add_executable(${name}_test ${ARG_SOURCES} $<TARGET_OBJECTS:${name}>)
    set_target_properties(${name}_test PROPERTIES C_STANDARD 17 C_EXTENSIONS OFF)
    target_include_directories(${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_compile_definitions(${name}_test PRIVATE _GNU_SOURCE)
    target_link_libraries(${name}_test PRIVATE live::agent $<TARGET_PROPERTY:${name},LINK_LIBRARIES> ${ARG_LINK}
        PkgConfig::cmocka)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS modules TIMEOUT 120)
endfunction()
