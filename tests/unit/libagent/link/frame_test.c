// SPDX-License-Identifier: Apache-2.0
#include "link/frame.h"

#include <string.h>

#include "cmocka_all.h"

static void frames_come_out_as_they_went_in(void **state)
{
    live_buf *buf = live_buf_new();
    ag_frame frame;
    size_t offset = 0, bytes;

    (void)state;
    ag_frame_add(buf, AG_FRAME_EVENT, UINT64_MAX, "{\"a\":1}", 7);
    ag_frame_add(buf, AG_FRAME_ACK, 7, NULL, 0);
    assert_int_equal(ag_frame_read(buf, offset, &frame, &bytes, NULL), LIVE_OK);
    assert_int_equal(frame.type, AG_FRAME_EVENT);
    assert_true(frame.number == UINT64_MAX);
    assert_memory_equal(frame.text, "{\"a\":1}", frame.length);
    offset += bytes;
    assert_int_equal(ag_frame_read(buf, offset, &frame, &bytes, NULL), LIVE_OK);
    assert_int_equal(frame.type, AG_FRAME_ACK);
    assert_int_equal(frame.length, 0);
    assert_int_equal(offset + bytes, live_buf_length(buf));
    live_buf_free(buf);
}

static void a_part_of_a_frame_waits_for_the_rest(void **state)
{
    live_buf *whole = live_buf_new();
    ag_frame frame;
    size_t bytes;

    (void)state;
    ag_frame_add(whole, AG_FRAME_ROW, 1, "text", 4);
    for (size_t length = 0; length < live_buf_length(whole); length++) {
        live_buf *part = live_buf_new();
        live_buf_add(part, live_buf_data(whole), length);
        assert_int_equal(ag_frame_read(part, 0, &frame, &bytes, NULL), LIVE_OK);
        assert_int_equal(bytes, 0);
        live_buf_free(part);
    }
    live_buf_free(whole);
}

static void what_is_no_frame_is_refused(void **state)
{
    static const char *const bad[] = {
        "\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00", // another version
        "\x00\x00\x00\x00\x01\x63\x00\x00\x00\x00\x00\x00\x00\x00", // no such type
        "\xFF\xFF\xFF\xFF\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", // too long
    };
    ag_frame frame;
    size_t bytes;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        live_buf *buf = live_buf_new();
        live_buf_add(buf, bad[i], 14);
        assert_int_equal(ag_frame_read(buf, 0, &frame, &bytes, NULL), LIVE_E_PROTOCOL);
        live_buf_free(buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_as_they_went_in),
        cmocka_unit_test(a_part_of_a_frame_waits_for_the_rest),
        cmocka_unit_test(what_is_no_frame_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
