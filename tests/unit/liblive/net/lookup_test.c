// SPDX-License-Identifier: Apache-2.0
// Names of hosts, looked up while the loop goes on.
#include "net/lookup.h"

#include <arpa/inet.h>
#include <string.h>

#include "cmocka_all.h"
#include "resolver.h"

typedef struct fixture {
    live_loop *loop;
    lv_lookup *lookup;
    int calls;
    char first[64]; // address; "" after a failure
    live_error error;
} fixture;

static void on_found(struct addrinfo *addresses, const live_error *error, void *user)
{
    fixture *f = user;

    f->calls++;
    f->lookup = NULL;
    if (error)
        f->error = *error;
    if (addresses) {
        const struct sockaddr_in *address = (const struct sockaddr_in *)addresses->ai_addr;
        inet_ntop(AF_INET, &address->sin_addr, f->first, sizeof f->first);
        assert_int_equal(ntohs(address->sin_port), 17042);
        freeaddrinfo(addresses);
    }
    live_loop_stop(f->loop);
}

static void look_up(fixture *f, const char *host)
{
    *f = (fixture){ 0 };
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    assert_int_equal(lv_lookup_start(f->loop, host, 17042, on_found, f, &f->lookup, NULL), LIVE_OK);
    assert_int_equal(f->calls, 0); // never from inside the call
}

static void run_and_free(fixture *f)
{
    assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
    live_loop_free(f->loop);
    assert_int_equal(f->calls, 1);
}

static void an_address_written_as_numbers_is_itself(void **state)
{
    fixture f;

    (void)state;
    look_up(&f, "127.0.0.1");
    run_and_free(&f);
    assert_string_equal(f.first, "127.0.0.1");
}

static void a_name_is_asked_for(void **state)
{
    fixture f;

    (void)state;
    look_up(&f, "two.test");
    run_and_free(&f);
    assert_string_equal(f.first, "127.0.0.2");
}

static void a_name_nobody_knows_is_told_and_may_be_there_later(void **state)
{
    fixture f;

    (void)state;
    look_up(&f, "nobody.test");
    run_and_free(&f);
    assert_int_equal(f.error.code, LIVE_E_CONNECT);
    assert_true(f.error.retry);
    assert_non_null(strstr(f.error.text, "nobody.test: "));
}

static void count(live_timer *timer, void *user)
{
    int *ticks = user;

    (void)timer;
    if (++*ticks == 5)
        resolver_go_on();
}

static void the_loop_goes_on_while_a_slow_name_is_asked_for(void **state)
{
    fixture f;
    live_timer *timer = NULL;
    int ticks = 0;

    (void)state;
    look_up(&f, "slow.test");
    resolver_wait_until_asked();
    assert_int_equal(live_timer_new(f.loop, 0, 1, count, &ticks, &timer, NULL), LIVE_OK);
    assert_int_equal(live_loop_run(f.loop, 10000, NULL), LIVE_OK);
    assert_true(ticks >= 5);
    assert_string_equal(f.first, "127.0.0.1");
    live_timer_free(timer);
    live_loop_free(f.loop);
}

static void a_lookup_is_given_up_without_waiting_for_the_resolver(void **state)
{
    fixture f;

    (void)state;
    look_up(&f, "slow.test");
    resolver_wait_until_asked();
    lv_lookup_free(f.lookup);
    lv_lookup_free(NULL);
    assert_int_equal(live_loop_run(f.loop, LIVE_FOREVER, NULL), LIVE_OK); // nothing is left in it
    live_loop_free(f.loop);
    assert_int_equal(f.calls, 0);
    resolver_go_on();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_written_as_numbers_is_itself),
        cmocka_unit_test(a_name_is_asked_for),
        cmocka_unit_test(a_name_nobody_knows_is_told_and_may_be_there_later),
        cmocka_unit_test(the_loop_goes_on_while_a_slow_name_is_asked_for),
        cmocka_unit_test(a_lookup_is_given_up_without_waiting_for_the_resolver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
