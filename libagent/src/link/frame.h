// SPDX-License-Identifier: Apache-2.0
// Frames of the link between a worker and the gateway: bytes in, frames out.
#ifndef AG_FRAME_H
#define AG_FRAME_H

#include <live/buf.h>
#include <stdint.h>

enum { AG_FRAME_VERSION = 1, AG_FRAME_MAX_BYTES = 16 * 1024 * 1024 };

typedef enum ag_frame_type {
    AG_FRAME_HELLO,   // worker: number is its incarnation, text the last event accepted of it
    AG_FRAME_WELCOME, // gateway: number is the last event it has of this incarnation
    AG_FRAME_EVENT,   // worker: number is the event's sequence, text its JSON
    AG_FRAME_ACK,     // gateway: every event up to number is accepted
    AG_FRAME_QUERY,   // worker: number names the question, text is the query's JSON
    AG_FRAME_REQUEST, // worker: number names the question, text is the path of a resource
    AG_FRAME_CANCEL,  // worker: number names the question
    AG_FRAME_CREDIT,  // worker: number is how many more bytes of rows it takes
    AG_FRAME_ROW,     // gateway: number names the question, text is the row, or the resource
    AG_FRAME_END,     // gateway: number names the question, text is the verdict
    AG_FRAME_SYNC,    // worker: every event up to number is to survive a power cut
    AG_FRAME_SYNCED,  // gateway: they do
    AG_FRAME_LATE,    // gateway: as a row, of one that was missed at its time
    AG_FRAME_TYPES,
} ag_frame_type;

// Text is borrowed from the buffer that the frame was read from.
typedef struct ag_frame {
    ag_frame_type type;
    uint64_t number;
    const char *text; // not ended by a NUL
    size_t length;
} ag_frame;

void ag_frame_add(live_buf *out, ag_frame_type type, uint64_t number, const char *text,
                  size_t length);

// The frame that `in` begins with; `*ret_bytes` is what to drop from it afterwards, 0 when it is not whole.
// LIVE_E_PROTOCOL: what comes is no frame of this version, or too long.
live_err ag_frame_read(const live_buf *in, size_t offset, ag_frame *ret_frame, size_t *ret_bytes,
                       live_error *error);

#endif
