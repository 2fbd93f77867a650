# SPDX-License-Identifier: Apache-2.0
# live_tests(DIR LABEL [FLAT] LINK lib...): every *_test.c below DIR (FLAT: in it, not below) is one cmocka program
# and one ctest entry, named by its path: unit/liblive/base/buf_test.c is unit.liblive.base.buf.
function(live_tests dir label)
    cmake_parse_arguments(ARG "FLAT" "" "LINK" ${ARGN})
    set(glob GLOB_RECURSE)
    if(ARG_FLAT)
        set(glob GLOB)
    endif()
    file(${glob} sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*_test.c)
    foreach(source ${sources})
        file(RELATIVE_PATH path ${CMAKE_CURRENT_SOURCE_DIR} ${source})
        string(REGEX REPLACE "_test\\.c$" "" name ${path})
        string(REPLACE "/" "." name ${name})
        add_executable(test.${name} ${source})
        live_warnings(test.${name})
        target_link_libraries(test.${name} PRIVATE live-test-support ${ARG_LINK} deps::cmocka)
        add_test(NAME ${name} COMMAND test.${name})
        set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 300) # a disk may be slow to sync
    endforeach()
endfunction()
