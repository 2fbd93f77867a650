// SPDX-License-Identifier: Apache-2.0
#include "supervise/status.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

enum { NOW_MS = 1000000000 };

#define UP                    "{\"name\": \"a\", \"state\": \"up\"}"
#define WITH(processes, rest) "{\"processes\": [" processes "]" rest "}"

static const struct {
    const char *status, *verdict, *reason;
} rows[] = {
    { WITH(UP, ""), "healthy", "1 process up" },
    { WITH(UP ", {\"name\": \"b\", \"state\": \"disabled\"}", ""), "healthy", "1 process up" },
    { WITH(UP ", " UP, ", \"platform\": {\"reachable\": null}"), "healthy", "2 processes up" },
    { WITH("", ""), "starting", "the settings are being read" },
    { WITH(UP ", {\"name\": \"b\", \"state\": \"starting\"}", ""), "starting",
      "'b' is not up yet" },
    { WITH(UP ", {\"name\": \"b\", \"state\": \"stopping\"}", ""), "starting",
      "'b' is not up yet" },
    { WITH(UP ", {\"name\": \"b\", \"state\": \"failed\", \"reason\": \"ended with exit code 1\"}",
           ""),
      "degraded", "'b' failed (ended with exit code 1)" },
    { WITH("{\"name\": \"b\", \"state\": \"failed\"}, {\"name\": \"c\", \"state\": \"failed\"}",
           ""),
      "degraded", "2 processes failed, first 'b'" },
    { WITH(UP
           ", {\"name\": \"b\", \"state\": \"waiting\"}, {\"name\": \"c\", \"state\": \"stopped\"}",
           ""),
      "degraded", "'b' waits for its next start; 'c' stopped" },
    { WITH(UP, ", \"platform\": {\"reachable\": false, \"since_ms\": 999820000},"
               "\"outbox\": {\"queued\": 12400, \"bytes\": 4000000, \"oldest_age_ms\": 180000}"),
      "degraded", "platform unreachable 3 min; 12,400 events, 4 MB queued, oldest 3 min" },
    { WITH(UP, ", \"platform\": {\"reachable\": false, \"since_ms\": 999999000, \"error\": \"HTTP "
               "401\"},"
               "\"outbox\": {\"queued\": 1, \"bytes\": 999, \"oldest_age_ms\": 172800000}"),
      "degraded", "platform unreachable 1 s; 1 event, 999 bytes queued, oldest 2 d (HTTP 401)" },
    { WITH(UP, ", \"platform\": {\"reachable\": false, \"since_ms\": 996400000}, \"outbox\": "
               "{\"queued\": 0}"),
      "degraded", "platform unreachable 1 h" },
    { WITH(UP,
           ", \"platform\": {\"reachable\": true}, \"outbox\": {\"queued\": 1234567, \"bytes\": "
           "2147483648, \"trouble\": \"\", \"oldest_age_ms\": 59999}"),
      "healthy", "1 process up" },
    { WITH(UP, ", \"platform\": {\"reachable\": true}, \"outbox\": {\"queued\": 3, \"bytes\": 900,"
               "\"oldest_age_ms\": 60000}"),
      "degraded", "events leave late; 3 events, 900 bytes queued, oldest 1 min" },
    { WITH(UP, ", \"platform\": {\"reachable\": null}, \"outbox\": {\"queued\": 1, \"bytes\": 900,"
               "\"oldest_age_ms\": 180000}"),
      "degraded", "events leave late; 1 event, 900 bytes queued, oldest 3 min" },
    { WITH(UP, ", \"outbox\": {\"trouble\": \"no space left\"}"), "degraded",
      "the outbox cannot store (no space left)" },
    { WITH(UP,
           ", \"reload\": {\"refused\": true, \"findings\": [\"s.json:1:2: a: bad\", \"other\"]}"),
      "degraded",
      "the settings file was refused, the last good one is in force (s.json:1:2: a: bad)" },
    { WITH("{\"name\": \"m\", \"state\": \"up\", \"no_rows\": \"HTTP 401\", "
           "\"no_rows_since_ms\": 999820000}",
           ""),
      "degraded", "the query of 'm' has not run for 3 min (HTTP 401)" },
    { WITH("{\"name\": \"m\", \"state\": \"up\", \"no_rows\": \"gone\", \"no_rows_since_ms\": "
           "999999000}, {\"name\": \"n\", \"state\": \"up\", \"no_rows\": \"other\"}",
           ""),
      "degraded", "2 queries do not run, that of 'm' for 1 s (gone)" },
    { WITH(UP ", {\"name\": \"b\", \"state\": \"finished\"}", ""), "healthy", "2 processes up" },
    { WITH("{\"name\": \"b\", \"state\": \"failed\"}", ", \"stopping\": true"), "stopping",
      "it was told to stop" },
};

static void the_verdict_has_its_reason(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *status = NULL;
        assert_int_equal(live_json_parse(rows[i].status, strlen(rows[i].status), &status, NULL),
                         LIVE_OK);
        ag_status_judge(status, NOW_MS);
        assert_string_equal(live_json_str(status, "verdict", ""), rows[i].verdict);
        assert_string_equal(live_json_str(status, "reason", ""), rows[i].reason);
        cJSON_Delete(status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_verdict_has_its_reason) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
