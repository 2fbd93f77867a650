// SPDX-License-Identifier: Apache-2.0
// The figures of a status, in the text format of Prometheus.
#include "figures.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static char *write_all(const char *json)
{
    cJSON *status = json ? cJSON_Parse(json) : NULL;
    live_buf *text = live_buf_new();
    char *out = NULL;

    assert_true(!json || status);
    ag_figures_write(text, status, 1000000);
    assert_int_equal(live_buf_take(text, &out, NULL, NULL), LIVE_OK);
    cJSON_Delete(status);
    return out;
}

static void without_an_agent_there_is_one_figure(void **state)
{
    char *text = write_all(NULL);

    (void)state;
    assert_string_equal(text, "# HELP live_agent_up Whether the agent runs.\n"
                              "# TYPE live_agent_up gauge\nlive_agent_up 0\n");
    live_free(text);
}

static void figures_have_their_process_for_a_label(void **state)
{
    static const char *const lines[] = {
        "live_agent_up 1\n",
        "live_agent_healthy 1\n",
        "live_agent_reload_refused 0\n",
        "live_platform_reachable 0\n",
        "live_outbox_queued 12\n",
        "live_process_up{process=\"gateway\"} 1\n",
        "live_process_up{process=\"a\\\"b\\\\c\\nd\"} 0\n",
        "live_process_restarts_total{process=\"gateway\"} 2\n",
        "live_process_events_total{process=\"a\\\"b\\\\c\\nd\"} 9007199254740991\n",
        "live_process_last_event_age_seconds{process=\"a\\\"b\\\\c\\nd\"} 2.5\n",
        "live_process_query_lost{process=\"a\\\"b\\\\c\\nd\"} 1\n",
        "live_process_cpu_seconds_total{process=\"gateway\"} 1.25\n",
        "live_process_memory_bytes{process=\"gateway\"} 1048576\n",
    };
    char *text = write_all(
        "{\"verdict\": \"healthy\", \"platform\": {\"reachable\": false}, \"outbox\": {\"queued\": "
        "12},"
        "\"processes\": [{\"name\": \"gateway\", \"state\": \"up\", \"restarts\": 2, \"cpu_ms\": "
        "1250, "
        "\"memory_bytes\": 1048576}, {\"name\": \"a\\\"b\\\\c\\nd\", \"state\": \"waiting\", "
        "\"events\": 9007199254740991, \"last_event_ms\": 997500, \"no_rows\": \"HTTP 401\"}]}");

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(text, lines[i]))
            fail_msg("no line %sin\n%s", lines[i], text);
    assert_null(strstr(text, "live_process_query_lost{process=\"gateway\"}")); // it follows none
    live_free(text);
}

static void what_an_agent_has_not_is_left_out(void **state)
{
    char *text = write_all("{\"verdict\": \"degraded\", \"platform\": null, \"outbox\": null}");

    (void)state;
    assert_non_null(strstr(text, "live_agent_healthy 0\n"));
    assert_null(strstr(text, "live_platform_reachable"));
    assert_null(strstr(text, "live_outbox"));
    live_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_agent_there_is_one_figure),
        cmocka_unit_test(figures_have_their_process_for_a_label),
        cmocka_unit_test(what_an_agent_has_not_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
