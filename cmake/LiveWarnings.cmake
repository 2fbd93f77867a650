# SPDX-License-Identifier: Apache-2.0
# live_warnings(TARGET): the language level and the warnings of the house style.
function(live_warnings target)
    set_target_properties(${target} PROPERTIES
        C_STANDARD 17 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wstrict-prototypes
        -Wmissing-prototypes -Wold-style-definition -Wformat=2 -Wundef -Wpointer-arith -Wcast-qual
        -Wwrite-strings -Wvla -Wdouble-promotion -Wimplicit-fallthrough
        # A local may be named after its type; a text that is cut to its place is meant to be.
        $<IF:$<C_COMPILER_ID:GNU>,-Wshadow=local;-Wno-format-truncation,-Wshadow>
        $<$<BOOL:${LIVE_WERROR}>:-Werror>)
endfunction()
