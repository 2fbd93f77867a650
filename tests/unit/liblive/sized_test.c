// SPDX-License-Identifier: Apache-2.0
// Options of programs that were built with another version of the header.
#include <live/asset.h>
#include <live/client.h>
#include <live/loop.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/sized.h"
#include "client.h"
#include "cmocka_all.h"

// A struct that ends after its first members, at the very end of what was allocated: to read on is an error that the
// sanitizers see.
static void *cut(const void *whole, size_t size)
{
    void *old = malloc(size);

    assert_non_null(old);
    memcpy(old, whole, size);
    memcpy(old, &size, sizeof size);
    return old;
}

static void an_older_program_gets_the_defaults_of_what_it_does_not_know(void **unused)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_loop *loop = NULL;
    live_client *client = NULL;

    (void)unused;
    options.url = "http://127.0.0.1:9";
    options.proxy = "no address at all"; // behind the cut
    live_client_options *old = cut(&options, offsetof(live_client_options, username));
    assert_int_equal(live_loop_new(&loop, NULL), LIVE_OK);
    assert_int_equal(live_client_new(loop, old, &client, NULL), LIVE_OK);
    assert_string_equal(client->options.url, "http://127.0.0.1:9");
    assert_null(client->options.proxy);
    assert_int_equal(client->options.size, sizeof(live_client_options));
    live_client_free(client);
    live_loop_free(loop);
    free(old);
}

static void what_a_newer_program_knows_beyond_is_left_out(void **unused)
{
    struct {
        live_analysis known;
        const char *beyond;
    } newer = { .known = LIVE_ANALYSIS_INIT, .beyond = "x" };
    char *path = NULL;

    (void)unused;
    newer.known.size = sizeof newer;
    newer.known.asset_type = "rig";
    newer.known.asset_id = 1;
    newer.known.channel = "SPP";
    newer.known.end_ms = 1;
    assert_int_equal(live_analysis_path(&newer.known, &path, NULL), LIVE_OK);
    assert_non_null(strstr(path, "assetId=rig%2F1&channel=SPP"));
    live_free(path);
}

static void nothing_given_is_the_defaults(void **unused)
{
    live_analysis own = LIVE_ANALYSIS_INIT;

    (void)unused;
    own.asset_id = 7;
    LV_TAKE(own, NULL);
    assert_int_equal(own.asset_id, 7);
    assert_int_equal(own.size, sizeof own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_program_gets_the_defaults_of_what_it_does_not_know),
        cmocka_unit_test(what_a_newer_program_knows_beyond_is_left_out),
        cmocka_unit_test(nothing_given_is_the_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
