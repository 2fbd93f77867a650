// SPDX-License-Identifier: Apache-2.0
// Frames: length (4 bytes), version, type, number (8 bytes), text; little-endian.
#include "link/frame.h"

enum { HEAD_BYTES = 14, LENGTH_BYTES = 4, NUMBER_BYTES = 8 };

static void write_le(unsigned char *out, size_t bytes, uint64_t value)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t read_le(const unsigned char *in, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)in[i] << (8 * i);
    return value;
}

void ag_frame_add(live_buf *out, ag_frame_type type, uint64_t number, const char *text,
                  size_t length)
{
    unsigned char head[HEAD_BYTES];

    write_le(head, LENGTH_BYTES, length);
    head[LENGTH_BYTES] = AG_FRAME_VERSION;
    head[LENGTH_BYTES + 1] = (unsigned char)type;
    write_le(head + LENGTH_BYTES + 2, NUMBER_BYTES, number);
    live_buf_add(out, head, sizeof head);
    live_buf_add(out, text, length);
}

live_err ag_frame_read(const live_buf *in, size_t offset, ag_frame *ret_frame, size_t *ret_bytes,
                       live_error *error)
{
    const unsigned char *head = (const unsigned char *)live_buf_data(in) + offset;
    size_t there = live_buf_length(in) - offset;

    *ret_bytes = 0;
    if (there < HEAD_BYTES)
        return LIVE_OK;
    size_t length = read_le(head, LENGTH_BYTES);
    if (head[LENGTH_BYTES] != AG_FRAME_VERSION || head[LENGTH_BYTES + 1] >= AG_FRAME_TYPES)
        return live_fail(error, LIVE_E_PROTOCOL, "link: a frame of version %d and type %d",
                         head[LENGTH_BYTES], head[LENGTH_BYTES + 1]);
    if (length > AG_FRAME_MAX_BYTES)
        return live_fail(error, LIVE_E_PROTOCOL, "link: a frame of %zu bytes", length);
    if (there < HEAD_BYTES + length)
        return LIVE_OK;

    *ret_frame = (ag_frame){ .type = (ag_frame_type)head[LENGTH_BYTES + 1],
                             .number = read_le(head + LENGTH_BYTES + 2, NUMBER_BYTES),
                             .text = (const char *)head + HEAD_BYTES,
                             .length = length };
    *ret_bytes = HEAD_BYTES + length;
    return LIVE_OK;
}
