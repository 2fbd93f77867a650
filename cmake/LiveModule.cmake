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
