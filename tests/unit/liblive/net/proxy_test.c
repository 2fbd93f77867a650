// SPDX-License-Identifier: Apache-2.0
// Which proxy the way to a host leads through.
#include "net/proxy.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static const char *const variables[] = { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                         "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY" };

static int without_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    return 0;
}

static void leads_through(const char *url, const char *name)
{
    lv_proxy proxy = lv_proxy_choose(NULL, NULL, url);

    assert_string_equal(proxy.name, name);
    assert_int_equal(proxy.url != NULL, *name != '\0');
    assert_false(proxy.of_options);
}

static void without_options_and_environment_the_way_is_direct(void **state)
{
    (void)state;
    leads_through("https://live.example.com", "");
    leads_through("tcp://live.example.com:17042", "");
}

static void each_kind_of_address_has_its_variables(void **state)
{
    (void)state;
    setenv("ALL_PROXY", "http://all:1", 1);
    leads_through("https://h/", "http://all:1");
    leads_through("http://h/", "http://all:1");
    leads_through("tcp://h:17042", "http://all:1");
    leads_through("tls://h:17042", "http://all:1");
    setenv("all_proxy", "http://lower:1", 1);
    leads_through("tls://h:17042", "http://lower:1");
    setenv("HTTPS_PROXY", "http://secure:1", 1);
    leads_through("https://h/", "http://secure:1");
    leads_through("http://h/", "http://lower:1");
    setenv("https_proxy", "http://lower-secure:1", 1);
    leads_through("https://h/", "http://lower-secure:1");
    setenv("http_proxy", "http://plain:1", 1);
    leads_through("http://h/", "http://plain:1");
    leads_through("tcp://h:17042", "http://lower:1");
}

static void HTTP_PROXY_in_capitals_may_come_from_a_header_and_is_ignored(void **state)
{
    (void)state;
    setenv("HTTP_PROXY", "http://evil:1", 1);
    leads_through("http://h/", "");
}

static void an_empty_variable_is_none(void **state)
{
    (void)state;
    setenv("https_proxy", "", 1);
    setenv("HTTPS_PROXY", "http://secure:1", 1);
    leads_through("https://h/", "http://secure:1");
}

static void a_name_for_people_has_no_credentials(void **state)
{
    static const struct {
        const char *url, *name;
    } cases[] = {
        { "http://bot:s3cret@proxy:3128", "http://proxy:3128" },
        { "bot:s3cret@proxy:3128", "http://proxy:3128" },
        { "bot:s3@cret@proxy:3128", "http://proxy:3128" },
        { "socks5h://bot:s3cret@[::1]:1080/", "socks5h://[::1]:1080" },
        { "proxy:3128/a@b", "http://proxy:3128" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("https_proxy", cases[i].url, 1);
        leads_through("https://h/", cases[i].name);
    }
}

static void the_options_win_over_the_environment(void **state)
{
    (void)state;
    setenv("https_proxy", "http://environment:1", 1);
    setenv("NO_PROXY", "*", 1);
    lv_proxy proxy = lv_proxy_choose("socks5://options:2", NULL, "https://h/");
    assert_string_equal(proxy.name, "socks5://options:2");
    assert_true(proxy.of_options);
    assert_null(lv_proxy_choose("none", NULL, "https://h/").url);
    assert_null(lv_proxy_choose("socks5://options:2", "h", "https://h:443/").url);
}

static void exceptions_of_the_options_stand_in_the_place_of_no_proxy(void **state)
{
    (void)state;
    setenv("https_proxy", "http://environment:1", 1);
    setenv("no_proxy", "h", 1);
    assert_null(lv_proxy_choose(NULL, NULL, "https://h/").url);
    assert_non_null(lv_proxy_choose(NULL, "other", "https://h/").url);
}

static void exceptions_are_names_with_what_is_below_addresses_and_blocks(void **state)
{
    static const struct {
        const char *list, *host;
        bool excepted;
    } cases[] = {
        { "*", "anything", true },
        { "", "h", false },
        { " ,, ", "h", false },
        { ".", "h", false },
        { "example.com", "example.com", true },
        { "EXAMPLE.com", "live.example.COM", true },
        { ".example.com", "example.com", true },
        { ".example.com", "live.example.com", true },
        { "example.com", "badexample.com", false },
        { "live.example.com", "example.com", false },
        { "a, example.com b", "b", true },
        { "10.0.0.1", "10.0.0.1", true },
        { "10.0.0.1", "10.0.0.11", false },
        { "10.0.0.0/8", "10.255.3.4", true },
        { "10.0.0.0/8", "11.0.0.1", false },
        { "192.168.4.0/22", "192.168.7.255", true },
        { "192.168.4.0/22", "192.168.8.0", false },
        { "0.0.0.0/0", "1.2.3.4", true },
        { "10.0.0.0/33", "10.0.0.0", false },
        { "10.0.0.1/32", "10.0.0.1", true },
        { "fd00::/8", "fd12::1", true },
        { "::1", "::1", true },
        { "fd00::/8", "10.0.0.1", false },
        { "10.0.0.0/8", "ten.example.com", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (lv_proxy_excepts(cases[i].list, cases[i].host) != cases[i].excepted)
            fail_msg("'%s' and %s", cases[i].list, cases[i].host);
}

static void the_host_is_read_from_each_form_of_address(void **state)
{
    static const char *const urls[] = { "https://[fd00::1]:8443/live", "https://[fd00::1]",
                                        "tls://[fd00::1]:17042" };

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        assert_null(lv_proxy_choose("http://p:1", "fd00::1", urls[i]).url);
    assert_null(lv_proxy_choose("http://p:1", "h", "https://h?x").url);
}

static void a_proxy_of_the_options_has_one_of_four_forms(void **state)
{
    static const char *const good[] = { "http://p:3128",          "https://p:443/",
                                        "socks5://10.0.0.1:1080", "socks5h://p:65535",
                                        "http://[::1]:3128",      "none" };
    static const char *const bad[] = {
        "",           "p:3128",         "http://p",     "ftp://p:1",
        "http://p:0", "http://p:65536", "http://p:1/x", "http://p p:1",
        "http://p:",  "http://p:12a",   "direct"
    };
    live_error error = { 0 };

    (void)state;
    assert_int_equal(lv_proxy_check(NULL, NULL), LIVE_OK);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(lv_proxy_check(good[i], NULL), LIVE_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (lv_proxy_check(bad[i], &error) != LIVE_E_INVALID || !strstr(error.text, "proxy: "))
            fail_msg("'%s': %s", bad[i], error.text);
}

static void a_proxy_with_a_password_in_it_is_refused_without_showing_it(void **state)
{
    live_error error = { 0 };

    (void)state;
    assert_int_equal(lv_proxy_check("http://bot:s3cret@p:3128", &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "proxy.password"));
    assert_null(strstr(error.text, "s3cret"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, without_environment)
    const struct CMUnitTest tests[] = {
        CASE(without_options_and_environment_the_way_is_direct),
        CASE(each_kind_of_address_has_its_variables),
        CASE(HTTP_PROXY_in_capitals_may_come_from_a_header_and_is_ignored),
        CASE(an_empty_variable_is_none),
        CASE(a_name_for_people_has_no_credentials),
        CASE(the_options_win_over_the_environment),
        CASE(exceptions_of_the_options_stand_in_the_place_of_no_proxy),
        CASE(exceptions_are_names_with_what_is_below_addresses_and_blocks),
        CASE(the_host_is_read_from_each_form_of_address),
        CASE(a_proxy_of_the_options_has_one_of_four_forms),
        CASE(a_proxy_with_a_password_in_it_is_refused_without_showing_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
