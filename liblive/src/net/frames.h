// SPDX-License-Identifier: Apache-2.0
// The messages that the other side of a WebSocket sends, put together from their frames. The library's end has it, and the
// HTTP server's.
#ifndef LV_FRAMES_H
#define LV_FRAMES_H

#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct lv_frames lv_frames;

typedef struct lv_frames_hooks {
    ssize_t (*read)(uint8_t *out, size_t room, int flags,
                    void *user); // -1: nothing now, or never more
    // A text, a ping, a pong or a close that says what it may; the bytes are borrowed. False: no more are wanted.
    bool (*on_message)(int opcode, const char *bytes, size_t length, void *user);
} lv_frames_hooks;

typedef struct lv_frames_options {
    size_t max_message_bytes;
    bool masked; // as a client's frames have to be, and a server's must not
} lv_frames_options;

live_err lv_frames_new(const lv_frames_options *options, const lv_frames_hooks *hooks, void *user,
                       lv_frames **ret_frames, live_error *error);
void lv_frames_free(lv_frames *frames);

// Reads what there is. The code to close with when the other side broke the protocol (1002), its message is no text (1003),
// its text no UTF-8 (1007), or too long (1009); 0: go on. LV_FRAMES_NO_MEMORY: what it says.
enum { LV_FRAMES_NO_MEMORY = -1 };
int lv_frames_receive(lv_frames *frames);

// Whether the other side has closed, also by a close that says what it may not: no message is lost with that.
bool lv_frames_closed(const lv_frames *frames);

// What a close says: its code, 1005 when it has none, 0 when it may not stand there.
int lv_frames_close_code(const char *bytes, size_t length);

#endif
