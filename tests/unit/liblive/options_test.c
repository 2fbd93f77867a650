// SPDX-License-Identifier: Apache-2.0
// The `live` object of a settings file, read into options.
#include <live/buf.h>
#include <live/client.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

typedef struct fixture {
    cJSON *json;
    live_client_options options;
    live_client_secrets secrets;
    live_error error;
    char path[64]; // of a file that is there during the test
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    if (!f)
        return -1;

    snprintf(f->path, sizeof f->path, "%s", "/tmp/live-options-XXXXXX");
    int fd = mkstemp(f->path);
    *state = f;
    return fd < 0 || close(fd);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    unlink(f->path);
    cJSON_Delete(f->json);
    live_client_secrets_clear(&f->secrets);
    free(f);
    return 0;
}

// Reads settings; %s stands for the path of the fixture's file.
static live_err read_settings(fixture *f, const char *format)
{
    char text[1024];
    const char *at = strstr(format, "%s");

    snprintf(text, sizeof text, "%.*s%s%s", at ? (int)(at - format) : (int)strlen(format), format,
             at ? f->path : "", at ? at + 2 : "");
    cJSON_Delete(f->json);
    live_client_secrets_clear(&f->secrets);
    f->json = NULL;
    f->options = (live_client_options)LIVE_CLIENT_OPTIONS_INIT;
    f->error = (live_error){ 0 };
    assert_int_equal(live_json_parse(text, strlen(text), &f->json, NULL), LIVE_OK);
    return live_client_options_read(f->json, &f->options, &f->secrets, &f->error);
}

static void write_file(const fixture *f, const char *text)
{
    FILE *file = fopen(f->path, "we");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void every_member_goes_where_it_belongs(void **state)
{
    fixture *f = *state;

    assert_int_equal(
        read_settings(f, "{\"url\":\"http://h\",\"username\":\"bot\",\"password\":\"s3cret\","
                         "\"rest_input\":\"/in/\",\"ip\":\"10.0.0.1\",\"port\":17042,"
                         "\"verify_ssl\":\"/ca.pem\",\"unknown\":{}}"),
        LIVE_OK);
    assert_string_equal(f->options.url, "http://h");
    assert_string_equal(f->options.username, "bot");
    assert_string_equal(f->options.password, "s3cret");
    assert_string_equal(f->options.rest_input, "/in/");
    assert_string_equal(f->options.tcp_host, "10.0.0.1");
    assert_int_equal(f->options.tcp_port, 17042);
    assert_string_equal(f->options.ca_file, "/ca.pem");
    assert_false(f->options.tls_insecure);
    assert_null(f->secrets.password); // it is the settings' own
}

static void tls_and_the_proxy_have_objects_of_their_own(void **state)
{
    fixture *f = *state;

    assert_int_equal(
        read_settings(f, "{\"url\":\"https://h\",\"tls\":{\"certificate\":\"c\",\"key\":\"k\","
                         "\"key_password\":\"s3cret\",\"pinned_key\":\"p\",\"min_version\":\"1.3\","
                         "\"tcp_input\":true},\"proxy\":{\"url\":\"http://p:1\",\"username\":\"u\","
                         "\"password\":\"w\",\"except\":\"localhost\"}}"),
        LIVE_OK);
    assert_string_equal(f->options.tls_certificate, "c");
    assert_string_equal(f->options.tls_key, "k");
    assert_string_equal(f->options.tls_key_password, "s3cret");
    assert_string_equal(f->options.tls_pinned_key, "p");
    assert_string_equal(f->options.tls_min_version, "1.3");
    assert_true(f->options.tcp_tls);
    assert_string_equal(f->options.proxy, "http://p:1");
    assert_string_equal(f->options.proxy_username, "u");
    assert_string_equal(f->options.proxy_password, "w");
    assert_string_equal(f->options.proxy_except, "localhost");
}

static void a_text_in_the_place_of_the_proxy_is_its_address(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_settings(f, "{\"proxy\":\"socks5://p:1\",\"tls\":null}"), LIVE_OK);
    assert_string_equal(f->options.proxy, "socks5://p:1");
    assert_int_equal(read_settings(f, "{\"proxy\":\"\"}"), LIVE_OK);
    assert_null(f->options.proxy);
    assert_int_equal(read_settings(f, "{\"proxy\":null,\"tls\":{\"tcp_input\":null}}"), LIVE_OK);
    assert_null(f->options.proxy);
    assert_false(f->options.tcp_tls);
}

static void every_secret_may_be_kept_elsewhere(void **state)
{
    fixture *f = *state;

    write_file(f, "s3cret\n");
    assert_int_equal(read_settings(f, "{\"tls\":{\"key_password\":{\"file\":\"%s\"}}}"), LIVE_OK);
    assert_string_equal(f->options.tls_key_password, "s3cret");
    assert_int_equal(read_settings(f, "{\"proxy\":{\"password\":{\"file\":\"%s\"}}}"), LIVE_OK);
    assert_string_equal(f->options.proxy_password, "s3cret");
    assert_ptr_equal(f->options.proxy_password, f->secrets.proxy_password);
    live_client_secrets_clear(&f->secrets);
    assert_null(f->secrets.proxy_password);
    assert_int_equal(read_settings(f, "{\"proxy\":{\"password\":{\"file\":\"/no/such\"}}}"),
                     LIVE_E_SYSTEM);
    assert_string_equal(f->error.text, "proxy.password: /no/such: No such file or directory");
}

static void null_and_empty_texts_are_as_absent(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_settings(f,
                                   "{\"url\":null,\"username\":\"\",\"password\":null,\"ip\":\"\","
                                   "\"port\":null,\"verify_ssl\":null}"),
                     LIVE_OK);
    assert_null(f->options.url);
    assert_null(f->options.username);
    assert_null(f->options.password);
    assert_null(f->options.tcp_host);
    assert_int_equal(f->options.tcp_port, 0);
    assert_null(f->options.ca_file);
}

static void P_24_certificates_are_verified_unless_it_is_switched_off(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_settings(f, "{}"), LIVE_OK);
    assert_false(f->options.tls_insecure);
    assert_int_equal(read_settings(f, "{\"verify_ssl\":true}"), LIVE_OK);
    assert_false(f->options.tls_insecure);
    assert_int_equal(read_settings(f, "{\"verify_ssl\":false}"), LIVE_OK);
    assert_true(f->options.tls_insecure);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *settings, *text;
    } cases[] = {
        { "[]", "an object is due" },
        { "{\"url\":7}", "url: a text is due" },
        { "{\"username\":{}}", "username: a text is due" },
        { "{\"rest_input\":false}", "rest_input: a text is due" },
        { "{\"ip\":127}", "ip: a text is due" },
        { "{\"port\":0}", "port: a whole number from 1 to 65535 is due" },
        { "{\"port\":65536}", "port: a whole number from 1 to 65535 is due" },
        { "{\"port\":1.5}", "port: a whole number from 1 to 65535 is due" },
        { "{\"port\":\"80\"}", "port: a whole number from 1 to 65535 is due" },
        { "{\"verify_ssl\":1}", "verify_ssl: true, false or the path" },
        { "{\"password\":7}", "password: a text, or one of" },
        { "{\"password\":{}}", "password: a text, or one of" },
        { "{\"password\":{\"file\":7}}", "password: a text, or one of" },
        { "{\"tls\":1}", "tls: an object is due" },
        { "{\"tls\":{\"key\":1}}", "tls.key: a text is due" },
        { "{\"tls\":{\"tcp_input\":1}}", "tls.tcp_input: true or false is due" },
        { "{\"tls\":{\"key_password\":1}}", "tls.key_password: a text, or one of" },
        { "{\"proxy\":[]}", "proxy: a text or an object is due" },
        { "{\"proxy\":{\"url\":1}}", "proxy.url: a text is due" },
        { "{\"proxy\":{\"password\":1}}", "proxy.password: a text, or one of" },
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_settings(f, cases[i].settings), LIVE_E_INVALID);
        if (!strstr(f->error.text, cases[i].text))
            fail_msg("%s: %s", cases[i].settings, f->error.text);
    }
}

static void a_password_is_the_first_line_of_a_file(void **state)
{
    static const char *const contents[] = { "s3cret", "s3cret\n", "s3cret\r\n", "s3cret\nmore\n" };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        write_file(f, contents[i]);
        assert_int_equal(read_settings(f, "{\"password\":{\"file\":\"%s\"}}"), LIVE_OK);
        assert_string_equal(f->options.password, "s3cret");
        assert_ptr_equal(f->options.password, f->secrets.password);
    }
}

static void a_file_without_a_password_is_refused(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_settings(f, "{\"password\":{\"file\":\"%s\"}}"), LIVE_E_INVALID);
    assert_non_null(strstr(f->error.text, "holds no line"));
    write_file(f, "\nsecond\n");
    assert_int_equal(read_settings(f, "{\"password\":{\"file\":\"%s\"}}"), LIVE_E_INVALID);
    assert_int_equal(read_settings(f, "{\"password\":{\"file\":\"/no/such\"}}"), LIVE_E_SYSTEM);
    assert_string_equal(f->error.text, "password: /no/such: No such file or directory");
}

static void a_password_that_is_cut_off_would_be_a_wrong_one(void **state)
{
    fixture *f = *state;
    char text[5001];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    write_file(f, text);
    assert_int_equal(read_settings(f, "{\"password\":{\"file\":\"%s\"}}"), LIVE_E_INVALID);
    assert_non_null(strstr(f->error.text, "longer than"));
}

static void a_password_comes_from_a_variable(void **state)
{
    fixture *f = *state;

    setenv("LIVE_TEST_PASSWORD", "s3cret", 1);
    assert_int_equal(read_settings(f, "{\"password\":{\"env\":\"LIVE_TEST_PASSWORD\"}}"), LIVE_OK);
    assert_string_equal(f->options.password, "s3cret");
    unsetenv("LIVE_TEST_PASSWORD");
    assert_int_equal(read_settings(f, "{\"password\":{\"env\":\"LIVE_TEST_PASSWORD\"}}"),
                     LIVE_E_INVALID);
    assert_non_null(strstr(f->error.text, "LIVE_TEST_PASSWORD is not set"));
}

static void a_password_comes_from_the_services_credentials(void **state)
{
    fixture *f = *state;
    char text[128];

    write_file(f, "s3cret\n");
    setenv("CREDENTIALS_DIRECTORY", "/tmp", 1);
    snprintf(text, sizeof text, "{\"password\":{\"credential\":\"%s\"}}",
             strrchr(f->path, '/') + 1);
    assert_int_equal(read_settings(f, text), LIVE_OK);
    assert_string_equal(f->options.password, "s3cret");
    assert_int_equal(read_settings(f, "{\"password\":{\"credential\":\"../etc/passwd\"}}"),
                     LIVE_E_INVALID);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_int_equal(read_settings(f, text), LIVE_E_INVALID);
    assert_non_null(strstr(f->error.text, "the service has no credential"));
}

static void no_message_ever_holds_the_password(void **state)
{
    fixture *f = *state;

    write_file(f, "s3cret\n");
    assert_int_equal(read_settings(f, "{\"password\":{\"file\":\"%s\"},\"port\":\"s\"}"),
                     LIVE_E_INVALID);
    assert_null(strstr(f->error.text, "s3cret"));
    assert_null(f->secrets.password);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(every_member_goes_where_it_belongs),
        CASE(tls_and_the_proxy_have_objects_of_their_own),
        CASE(a_text_in_the_place_of_the_proxy_is_its_address),
        CASE(every_secret_may_be_kept_elsewhere),
        CASE(null_and_empty_texts_are_as_absent),
        CASE(P_24_certificates_are_verified_unless_it_is_switched_off),
        CASE(what_is_wrong_is_named),
        CASE(a_password_is_the_first_line_of_a_file),
        CASE(a_file_without_a_password_is_refused),
        CASE(a_password_that_is_cut_off_would_be_a_wrong_one),
        CASE(a_password_comes_from_a_variable),
        CASE(a_password_comes_from_the_services_credentials),
        CASE(no_message_ever_holds_the_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
