// SPDX-License-Identifier: Apache-2.0
// A proxy between a client and its platform, on the trial's loop, which fails as it is told.
#ifndef MIDDLE_H
#define MIDDLE_H

#include <live/live.h>
#include <stdbool.h>

typedef struct middle middle;

middle *middle_new(live_loop *loop);
void middle_free(middle *middle);
int middle_port(const middle *middle);
void middle_to(middle *middle, int server_port); // where new connections go on to

void middle_reset(middle *middle);  // every connection there is
void middle_close(middle *middle);  // the same in order, on the side of the client
void middle_vanish(middle *middle); // they stay, and pass on nothing any more
void middle_mute(middle *middle,
                 bool on); // nothing is passed on to the platform, also not of new ones
void middle_hold(middle *middle,
                 bool on); // nothing of what the platform says is, until the end of it
void middle_refuse(middle *middle, bool on); // connections are refused

// What is done to an answer of the platform: over HTTP a whole one, over a WebSocket a frame.
typedef enum middle_what {
    MIDDLE_ANSWER, // another one comes in its place: `status`, `headers`, `body`
    MIDDLE_EDIT,   // its messages are changed
    MIDDLE_HALF,   // its text ends in the middle
    MIDDLE_CUT,    // the connection does
    MIDDLE_LOSE,   // the connection ends in its place
    MIDDLE_DELAY,  // it waits for `delay_ms`, and what follows it
    MIDDLE_TWICE, // over HTTP its request is sent twice and the second answer counts; a frame comes twice
    MIDDLE_BYE, // a close frame of `code` comes in its place
} middle_what;

typedef struct middle_act {
    middle_what what;
    const char *to; // what the request, or the frame, says somewhere
    int count;      // of how many in a row; 0: of one
    const char *status, *headers, *body;
    void (*edit)(cJSON *messages);
    int delay_ms;
    int code;
} middle_act;

// Does it from now on, in place of an act before. NULL: no more.
void middle_play(middle *middle, const middle_act *act);
bool middle_is_playing(const middle *middle); // not yet done as often as it is to be

#endif
