// SPDX-License-Identifier: Apache-2.0
// What is believed of the platform although nobody has said so: one row a fact. `live probe` tries them on a platform,
// `live simulate --profile` behaves as a report says.
#ifndef PROBE_FACTS_H
#define PROBE_FACTS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum fact_id {
    // REST
    FACT_REST_NO_LOGIN,
    FACT_REST_WRONG_LOGIN,
    FACT_REST_UNKNOWN_PATH,
    FACT_REST_WRONG_METHOD,
    FACT_REST_MALFORMED,
    FACT_REST_UNKNOWN_ASSET,
    FACT_REST_ERROR_BODY,
    FACT_REST_IDS,
    FACT_REST_CSRF,
    FACT_REST_ME,
    FACT_REST_TEAM,
    FACT_REST_ROLE,
    FACT_REST_PLUGIN,
    FACT_REST_DASHBOARD,
    FACT_REST_ROOMS,
    FACT_REST_ROOM_USERS,
    FACT_REST_ASSETS,
    FACT_REST_NORMALIZER,
    FACT_REST_CURVES,
    FACT_REST_COOKIE,
    FACT_REST_TOO_LARGE,
    FACT_REST_FORBIDDEN,
    FACT_REST_ANALYSIS,
    // Inputs
    FACT_INPUT_PROBE,
    FACT_INPUT_UNKNOWN,
    FACT_INPUT_STATUS,
    FACT_INPUT_BODY,
    FACT_INPUT_BAD_JSON,
    FACT_INPUT_BARE_WORDS,
    FACT_INPUT_SINGLE_QUOTES,
    FACT_INPUT_SEPARATORS,
    FACT_INPUT_COMMENTS,
    FACT_INPUT_TIMESTAMP,
    FACT_INPUT_SOURCE,
    FACT_INPUT_MODIFIERS,
    FACT_INPUT_OVERWRITE,
    FACT_INPUT_DEFAULT_TYPE,
    FACT_INPUT_TCP_TAIL,
    FACT_INPUT_TCP_GARBAGE,
    FACT_INPUT_TCP_LONGEST,
    // CometD
    FACT_COMETD_CREDENTIALS,
    FACT_COMETD_WEBSOCKET,
    FACT_COMETD_ACK,
    FACT_COMETD_TIMESYNC,
    FACT_COMETD_TIMEOUT,
    FACT_COMETD_INTERVAL,
    FACT_COMETD_FIRST_CONNECT,
    FACT_COMETD_COOKIE,
    FACT_COMETD_OBJECT,
    // Queries
    FACT_QUERY_UNKNOWN_MEMBER,
    FACT_QUERY_DESCRIPTION,
    FACT_QUERY_LOOKUP_VALUES,
    FACT_QUERY_ANNOUNCED_SPAN,
    FACT_QUERY_NO_SPAN,
    FACT_QUERY_NONE_SPAN,
    FACT_QUERY_INVALID_SPAN,
    FACT_QUERY_MISTAKE,
    FACT_QUERY_MISTAKE_FOLLOWING,
    FACT_QUERY_POSITION,
    FACT_QUERY_PROVIDER,
    FACT_QUERY_PAST_FOLLOWING,
    FACT_QUERY_SPAN_EVENT,
    FACT_QUERY_PERFORMANCE,
    FACT_QUERY_UNREAD,
    FACT_QUERY_MADE_UP,
    FACT_QUERY_LEFT,
    FACT_QUERY_AGAIN,
    FACT_QUERY_CONTENT,
    FACT_QUERY_EMPTY_BATCH,
    FACT_QUERY_NULL_FIELDS,
    FACT_QUERY_NUMBERS,
    FACT_QUERY_TIMESTAMP,
    FACT_QUERY_SKIPPED,
    FACT_QUERY_DESTROY,
    FACT_QUERY_PARTIAL,
    FACT_QUERY_STOP_REASONS,
    // Spans
    FACT_SPAN_SECONDS,
    FACT_SPAN_BEGIN,
    FACT_SPAN_END,
    FACT_SPAN_CASE,
    // Filters
    FACT_FILTER_WORDS,
    FACT_FILTER_NUMBERS,
    FACT_FILTER_ARRAYS,
    FACT_FILTER_MISSING,
    FACT_FILTER_PRECEDENCE,
    FACT_FILTER_HINTS,
    FACT_FILTER_ESCAPE,
    // Expressions
    FACT_EXPRESSION_PRECEDENCE,
    FACT_EXPRESSION_NULL,
    FACT_EXPRESSION_NULL_CONDITION,
    FACT_EXPRESSION_EQUAL,
    FACT_EXPRESSION_ADD_TEXT,
    FACT_NAME_MEMBER,
    FACT_NAME_ARITHMETIC,
    // Stages and windows
    FACT_STAGE_UNKNOWN,
    FACT_SORT_DESC,
    FACT_SORT_SCOPE,
    FACT_COUNT_NULL,
    FACT_SCALAR_ROW,
    FACT_AGGREGATE_ALONE,
    FACT_CLAUSE_ALONE,
    FACT_WINDOW_TIME,
    FACT_WINDOW_PARTIAL,
    FACT_WINDOW_EMPTY,
    FACT_WINDOW_EMPTY_VALUE,
    FACT_WINDOW_EMPTY_GROUP,
    FACT_WINDOW_LATE,
    FACT_GROUP_ORDER,
    FACT_END_FOLLOWING,
    FACT_END_EMPTY,
    FACT_END_EMPTY_GROUP,
    // Messenger
    FACT_ROOM_MESSAGE,
    FACT_COUNT
} fact_id;

typedef enum fact_mark { FACT_INFERRED, FACT_UNKNOWN } fact_mark;

// What is read of the rows of a query.
typedef enum fact_reading {
    FACT_READS_NOTHING, // no query alone shows the fact
    FACT_READS_TAGS,    // the member `tag` of each row
    FACT_READS_VALUES,  // the member `v` of each row, "-" where it has none
    FACT_READS_NAMES,   // the members of the first row but `timestamp` and `tag`
    FACT_READS_TIMES,   // `timestamp` of the first row, from the second before the samples
    FACT_READS_COUNT    // "none", "one" or "several"
} fact_reading;

// What a report says that it is; another number means another form.
#define FACT_REPORT_SCHEMA "live-probe-report/1"

enum { FACT_VALUES_MAX = 6 };

// A value is a word or an HTTP status; the first one is what we believe. Rows are read as a text, with blanks between;
// "error" is a query that was stopped for a mistake. In queries and spans T is the scratch type, A and B the
// times of the first two samples, S the second before them and E three seconds after it.
typedef struct fact {
    const char *id, *says;
    const char *how; // NULL: the query shows it
    const char *values[FACT_VALUES_MAX];
    const char *query, *span;
    const char *answers[FACT_VALUES_MAX]; // what is read, for each value
    const char *unlike;                   // why the simulator can't be otherwise; NULL: it can
    fact_mark mark;
    fact_reading reads;
    int least, most; // of `number`
    bool
        number; // any whole number is a value, too; the simulator imitates those between `least` and `most`
    bool untried; // `how` says why
} fact;

const fact *fact_at(fact_id id);

// FACT_COUNT: no fact has the name.
fact_id fact_find(const char *name);

// Where a value stands in `values`; -1: it is none of them.
int fact_value(const fact *fact, const char *value);

#endif
