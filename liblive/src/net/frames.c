// SPDX-License-Identifier: Apache-2.0
// Messages from frames. wslay finds the frames; its own assembly looks at the bytes of a text one by one, allocates for
// each piece, and closes without a code where a control frame is too long or in parts.
#include "net/frames.h"

#include <live/buf.h>
#include <stdlib.h>
#include <wslay/wslay.h>

#include "base/utf8.h"

enum { NONE = -1, CODE_BYTES = 2, NO_CODE = 1005, KEPT_BYTES = 1024 * 1024 };
enum { GO_ON = -2 }; // in place of a code

struct lv_frames {
    wslay_frame_context_ptr wire;
    live_buf *message, *control; // what has come of them
    int opcode;                  // of the message that is coming, or NONE
    uint64_t frame_bytes;        // of the frame that is coming, so far
    lv_frames_options options;
    bool dry;    // there was nothing more to be read
    bool closed; // a close has come, whatever it says
    lv_frames_hooks hooks;
    void *user;
};

static bool is_control(int opcode)
{
    return (opcode & 8) != 0;
}

// Whether a frame may come now: the first part of it, before any of its bytes is looked at.
static int check_frame(const lv_frames *frames, const struct wslay_frame_iocb *frame)
{
    const bool goes_on = frame->opcode == WSLAY_CONTINUATION_FRAME;
    const bool known = goes_on || frame->opcode == WSLAY_TEXT_FRAME ||
                       frame->opcode == WSLAY_BINARY_FRAME || frame->opcode == WSLAY_PING ||
                       frame->opcode == WSLAY_PONG || frame->opcode == WSLAY_CONNECTION_CLOSE;

    if (!known || frame->rsv || (frame->mask != 0) != frames->options.masked)
        return WSLAY_CODE_PROTOCOL_ERROR;
    if (is_control(frame->opcode))
        return frame->fin && frame->payload_length <= 125 ? 0 : WSLAY_CODE_PROTOCOL_ERROR;
    if (goes_on != (frames->opcode != NONE))
        return WSLAY_CODE_PROTOCOL_ERROR;
    if (frame->opcode == WSLAY_BINARY_FRAME)
        return WSLAY_CODE_UNSUPPORTED_DATA;
    return frame->payload_length >
                   frames->options.max_message_bytes - live_buf_length(frames->message)
               ? WSLAY_CODE_MESSAGE_TOO_BIG
               : 0;
}

// A buffer that one long message made is not kept.
static void empty(live_buf **buf)
{
    if (live_buf_length(*buf) <= KEPT_BYTES) {
        live_buf_clear(*buf);
        return;
    }
    live_buf_free(*buf);
    *buf = live_buf_new();
}

// Whether a message may say what it says, once it is whole.
static int check_message(int opcode, const char *bytes, size_t length)
{
    if (opcode == WSLAY_TEXT_FRAME)
        return lv_utf8_is(bytes, length) ? 0 : WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA;
    if (opcode != WSLAY_CONNECTION_CLOSE)
        return 0;
    if (!lv_frames_close_code(bytes, length))
        return WSLAY_CODE_PROTOCOL_ERROR;
    return length == 0 || lv_utf8_is(bytes + CODE_BYTES, length - CODE_BYTES)
               ? 0
               : WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA;
}

static int deliver(lv_frames *frames, int opcode)
{
    live_buf **text = is_control(opcode) ? &frames->control : &frames->message;
    const char *bytes = live_buf_data(*text);
    const size_t length = live_buf_length(*text);
    const int code = check_message(opcode, bytes, length);
    frames->closed = frames->closed || opcode == WSLAY_CONNECTION_CLOSE;
    const bool wanted = !code && frames->hooks.on_message(opcode, bytes, length, frames->user);

    empty(text);
    return code ? code : wanted ? GO_ON : 0;
}

// A part of a frame has come.
static int take_part(lv_frames *frames, const struct wslay_frame_iocb *frame)
{
    frames->frame_bytes += frame->data_length;
    if (frames->frame_bytes < frame->payload_length)
        return GO_ON;
    frames->frame_bytes = 0;
    if (is_control(frame->opcode))
        return deliver(frames, frame->opcode);
    if (frame->opcode != WSLAY_CONTINUATION_FRAME)
        frames->opcode = frame->opcode;
    if (!frame->fin)
        return GO_ON;
    const int opcode = frames->opcode;
    frames->opcode = NONE;
    return deliver(frames, opcode);
}

static ssize_t read_more(uint8_t *out, size_t room, int flags, void *user)
{
    lv_frames *frames = user;
    const ssize_t got = frames->hooks.read(out, room, flags, frames->user);

    frames->dry = got <= 0;
    return got;
}

int lv_frames_receive(lv_frames *frames)
{
    struct wslay_frame_iocb frame;

    frames->dry = false;
    for (;;) {
        const ssize_t got = wslay_frame_recv(frames->wire, &frame);
        if (got == WSLAY_ERR_WANT_READ && !frames->dry)
            continue; // it reads once a call; what TLS holds ready wakes nobody up
        if (got < 0)
            return got == WSLAY_ERR_WANT_READ ? 0 : WSLAY_CODE_PROTOCOL_ERROR;
        int code = frames->frame_bytes == 0 ? check_frame(frames, &frame) : 0;
        if (code)
            return code;
        live_buf *text = is_control(frame.opcode) ? frames->control : frames->message;
        live_buf_add(text, frame.data, frame.data_length);
        if (live_buf_failed(text))
            return LV_FRAMES_NO_MEMORY;
        code = take_part(frames, &frame);
        if (code != GO_ON)
            return code;
    }
}

bool lv_frames_closed(const lv_frames *frames)
{
    return frames->closed;
}

int lv_frames_close_code(const char *bytes, size_t length)
{
    if (length == 0)
        return NO_CODE;
    if (length < CODE_BYTES)
        return 0;
    const int code = (unsigned char)bytes[0] << 8 | (unsigned char)bytes[1];
    const bool of_protocol =
        code >= 1000 && code <= 1014 && code != 1004 && code != NO_CODE && code != 1006;
    return of_protocol || (code >= 3000 && code <= 4999) ? code : 0;
}

live_err lv_frames_new(const lv_frames_options *options, const lv_frames_hooks *hooks, void *user,
                       lv_frames **ret_frames, live_error *error)
{
    static const struct wslay_frame_callbacks callbacks = { .recv_callback = read_more };
    lv_frames *frames = calloc(1, sizeof *frames);
    if (!frames)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *frames = (lv_frames){ .message = live_buf_new(),
                           .control = live_buf_new(),
                           .opcode = NONE,
                           .options = *options,
                           .hooks = *hooks,
                           .user = user };
    if (!frames->message || !frames->control ||
        wslay_frame_context_init(&frames->wire, &callbacks, frames)) {
        lv_frames_free(frames);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *ret_frames = frames;
    return LIVE_OK;
}

void lv_frames_free(lv_frames *frames)
{
    if (!frames)
        return;
    if (frames->wire)
        wslay_frame_context_free(frames->wire);
    live_buf_free(frames->message);
    live_buf_free(frames->control);
    free(frames);
}
