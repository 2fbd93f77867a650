# SPDX-License-Identifier: Apache-2.0
# Instrumentation of every target, from LIVE_SANITIZE and LIVE_COVERAGE; hardening otherwise.
if(LIVE_SANITIZE)
    add_compile_options(-fsanitize=${LIVE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${LIVE_SANITIZE})
    if(LIVE_FUZZ)
        add_compile_options(-fsanitize=fuzzer-no-link)
    endif()
elseif(CMAKE_BUILD_TYPE MATCHES "Rel")
    add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
endif()
add_link_options(-Wl,-z,relro,-z,now)

if(LIVE_COVERAGE)
    add_compile_options(--coverage)
    add_link_options(--coverage)
endif()
