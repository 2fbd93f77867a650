# SPDX-License-Identifier: Apache-2.0
# Takes of Doxygen's manual pages those that may lie beside others': of a header, under the name of its library
# (live-query.h.3), and of each name with a library's prefix, which refers to that. Members of structs have none.
#
#   cmake -DPAGES=FOLDER -DOUTPUT=FOLDER -P reference_pages.cmake
file(REMOVE_RECURSE ${OUTPUT})
file(GLOB headers ${PAGES}/*.h.3)
foreach(page IN LISTS headers)
    file(READ ${page} text)
    get_filename_component(name ${page} NAME)
    if(text MATCHES "\\.TH \"(live|agent)/")
        set(library_${name} ${CMAKE_MATCH_1})
        file(WRITE ${OUTPUT}/${CMAKE_MATCH_1}-${name} "${text}")
    endif()
endforeach()
file(GLOB pages ${PAGES}/live_* ${PAGES}/agent_* ${PAGES}/LIVE_* ${PAGES}/AGENT_*)
foreach(page IN LISTS pages)
    file(READ ${page} text)
    get_filename_component(name ${page} NAME)
    if(text MATCHES "^\\.so man3/([a-z_]+\\.h\\.3)")
        file(WRITE ${OUTPUT}/${name} ".so man3/${library_${CMAKE_MATCH_1}}-${CMAKE_MATCH_1}\n")
    elseif(NOT text MATCHES "^\\.so")
        file(WRITE ${OUTPUT}/${name} "${text}")
    endif()
endforeach()
