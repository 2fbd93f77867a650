// SPDX-License-Identifier: Apache-2.0
// Which channels a pattern covers.
#include "bayeux/bayeux.h"

#include "cmocka_all.h"

static const struct {
    const char *pattern, *channel;
    bool fits;
} cases[] = {
    { "/data/abc", "/data/abc", true },
    { "/data/abc", "/data/abcd", false },
    { "/data/abc", "/data/ABC", false },
    { "/data/abc", "/data", false },
    { "/data/*", "/data/abc", true },
    { "/data/*", "/data", false },
    { "/data/*", "/data/", false },
    { "/data/*", "/database", false },
    { "/data/*", "/data/a/b", false },
    { "/data/**", "/data/abc", true },
    { "/data/**", "/data/a/b", true },
    { "/data/**", "/data/a/b/c", true },
    { "/data/**", "/data", false },
    { "/data/**", "/other/a", false },
    { "/data/**", "/database/a", false },
    { "/**", "/a", true },
    { "/**", "/a/b", true },
    { "/*", "/a", true },
    { "/*", "/a/b", false },
    { "/a*", "/ab", false },
    { "/a/*/b", "/a/x/b", false },
    { "", "/a", false },
};

static void a_pattern_covers_what_the_protocol_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (lv_bayeux_matches(cases[i].pattern, cases[i].channel) != cases[i].fits)
            fail_msg("%s and %s", cases[i].pattern, cases[i].channel);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_pattern_covers_what_the_protocol_says) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
