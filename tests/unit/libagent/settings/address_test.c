// SPDX-License-Identifier: Apache-2.0
#include "settings/address.h"

#include <string.h>

#include "cmocka_all.h"

static void addresses_are_numeric_with_a_port(void **state)
{
    static const struct {
        const char *text, *host; // host NULL: it is none
        int port;
        bool loopback;
    } rows[] = {
        { "127.0.0.1:9464", "127.0.0.1", 9464, true },
        { "127.9.8.7:0", "127.9.8.7", 0, true },
        { "localhost:1", "127.0.0.1", 1, true },
        { "[::1]:65535", "::1", 65535, true },
        { "0.0.0.0:80", "0.0.0.0", 80, false },
        { "10.0.0.7:80", "10.0.0.7", 80, false },
        { "[::]:80", "::", 80, false },
        { "[fe80::1]:80", "fe80::1", 80, false },
        // An address of this machine in another's clothes is not taken for one.
        { "[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1", 80, false },
        { "127.0.0.1", NULL, 0, false },
        { "127.0.0.1:", NULL, 0, false },
        { "127.0.0.1:65536", NULL, 0, false },
        { "127.0.0.1:-1", NULL, 0, false },
        { "127.0.0.1: 1", NULL, 0, false },
        { "127.0.0.1:1x", NULL, 0, false },
        { "127.0.0:1", NULL, 0, false },
        { "::1:80", NULL, 0, false },
        { "[::1]", NULL, 0, false },
        { "[127.0.0.1]:80", NULL, 0, false },
        { "[]:80", NULL, 0, false },
        { "[:80", NULL, 0, false },
        { ":80", NULL, 0, false },
        { "", NULL, 0, false },
        { "rig.example:80", NULL, 0, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ag_address address = { .port = -1 };
        live_error error = { 0 };
        live_err err = ag_address_read(rows[i].text, &address, &error);
        if (!rows[i].host) {
            assert_int_equal(err, LIVE_E_INVALID);
            assert_non_null(strstr(error.text, "is no address with a port"));
            assert_int_equal(address.port, -1);
            continue;
        }
        assert_int_equal(err, LIVE_OK);
        assert_string_equal(address.host, rows[i].host);
        assert_int_equal(address.port, rows[i].port);
        assert_int_equal(address.is_loopback, rows[i].loopback);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(addresses_are_numeric_with_a_port) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
