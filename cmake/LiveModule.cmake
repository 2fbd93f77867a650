# SPDX-License-Identifier: Apache-2.0
# live_add_module(NAME SOURCES file... [LINK lib...])
#
# A module: NAME.so, which exports its one descriptor and nothing else. Installed with the toolkit, and used
# in its own tree.
function(live_add_module name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} MODULE ${ARG_SOURCES})
    set_target_properties(${name} PROPERTIES
        PREFIX "" C_STANDARD 17 C_VISIBILITY_PRESET hidden CXX_STANDARD 20 CXX_VISIBILITY_PRESET hidden)
    target_link_libraries(${name} PRIVATE live::agent ${ARG_LINK})
    if(COMMAND live_warnings)
        live_warnings(${name})
    endif()
endfunction()
