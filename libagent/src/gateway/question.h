// SPDX-License-Identifier: Apache-2.0
// What one worker asks of the platform: queries and resources, and their rows within the worker's credit.
#ifndef AG_GATEWAY_QUESTION_H
#define AG_GATEWAY_QUESTION_H

#include <live/client.h>
#include <live/loop.h>

#include "link/channel.h"

typedef struct ag_questions ag_questions;

// `client` NULL: no platform is configured; `name` of the worker is borrowed.
live_err ag_questions_new(live_loop *loop, live_client *client, const char *name,
                          ag_questions **ret_questions, live_error *error);
void ag_questions_free(ag_questions *questions);

// Where rows go from now on; NULL: the worker is away, and what it asked is forgotten.
void ag_questions_attach(ag_questions *questions, ag_channel *channel);

// Why a query that is followed does not run at present, and since when (epoch); of several, the one that has not for
// longest. NULL: all run, or there is none.
const char *ag_questions_trouble(const ag_questions *questions, int64_t *ret_since_ms);

// Frames of the worker.
void ag_questions_query(ag_questions *questions, const ag_frame *frame);
void ag_questions_request(ag_questions *questions, const ag_frame *frame);
void ag_questions_cancel(ag_questions *questions, const ag_frame *frame);
void ag_questions_credit(ag_questions *questions, const ag_frame *frame);

#endif
