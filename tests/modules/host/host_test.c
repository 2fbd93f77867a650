// SPDX-License-Identifier: Apache-2.0
// The host module over recorded trees of /proc and /sys.
#include <ftw.h>
#include <live/log.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "module_bench.h"

#include <cmocka.h>

extern const agent_module agent_module_v1;

static char root[64];

// The tree

static int remove_entry(const char *path, const struct stat *file, int kind, struct FTW *walk)
{
    (void)file;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void make_folders(char *path)
{
    for (char *slash = strchr(path + strlen(root) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static void put(const char *path, const char *text)
{
    char full[256];

    snprintf(full, sizeof full, "%s/%s", root, path);
    make_folders(full);
    FILE *file = fopen(full, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void drop(const char *path)
{
    char full[256];

    snprintf(full, sizeof full, "%s/%s", root, path);
    assert_int_equal(unlink(full), 0);
}

static int plant(void **unused)
{
    (void)unused;
    snprintf(root, sizeof root, "/tmp/host_test.XXXXXX");
    if (!mkdtemp(root))
        return -1;
    put("proc/sys/kernel/hostname", "rig-7\n");
    put("proc/loadavg", "0.57 0.17 0.05 2/97 16033\n");
    put("proc/uptime", "6194.46 12218.74\n");
    put("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\n"
                     "cpu0 50 0 50 400 0 0 0 0 0 0\n"
                     "cpu1 50 0 50 400 0 0 0 0 0 0\n"
                     "intr 393629 0 0\n");
    put("proc/meminfo",
        "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    750 kB\n"
        "Buffers:          50 kB\nCached:          200 kB\nSwapCached:        0 kB\n"
        "SwapTotal:       400 kB\nSwapFree:        300 kB\n");
    put("proc/diskstats", "   8       0 sda 10 0 100 20 5 0 50 10 0 30 30\n"
                          "   8       1 sda1 10 0 100 20 5 0 50 10 0 30 30\n"
                          "   7       0 loop0 1 0 1 1 1 0 1 1 0 1 1\n");
    put("sys/block/sda/device/model", "disk\n");
    put("proc/net/dev",
        "Inter-|   Receive                                                |  Transmit\n"
        " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs "
        "drop fifo colls carrier compressed\n"
        "    lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n"
        "  eth0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0\n"
        "docker0: 7 7 0 0 0 0 0 0 7 7 0 0 0 0 0 0\n");
    put("proc/self/mountinfo", "27 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n");
    return 0;
}

static int uproot(void **unused)
{
    (void)unused;
    return nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

// Starts the module over the tree, with more members of its settings; "" or `"key": value, `.
static agent_bench *start(const char *members)
{
    char settings[512];

    snprintf(settings, sizeof settings, "{%s\"root\": \"%s\"}", members, root);
    agent_bench *bench = agent_bench_new(&agent_module_v1, "host", settings);
    if (agent_bench_error(bench))
        fail_msg("%s", agent_bench_error(bench)->text);
    return bench;
}

#define assert_figure(bench, path, value)                                                          \
    do {                                                                                           \
        double figure_ = bench_figure(bench, path);                                                \
        if (!(fabs(figure_ - (value)) < 0.006))                                                    \
            fail_msg("%s is %g, not %g", path, figure_, (double)(value));                          \
    } while (0)
#define assert_absent(bench, path) assert_true(isnan(bench_figure(bench, path)))

// Cases

static void a_sample_says_whose_it_is_and_when(void **unused)
{
    agent_bench *bench = start("");

    (void)unused;
    agent_bench_poll(bench, 0);
    const cJSON *event = bench_event(bench);
    assert_string_equal(live_json_str(event, "__type", ""), "host");
    assert_string_equal(live_json_str(event, "host", ""), "rig-7");
    assert_true(live_json_int(event, "liverig__index__timestamp", 0) > 0);
    agent_bench_free(bench);
}

static void its_type_is_a_setting(void **unused)
{
    agent_bench *bench = start("\"event_type\": \"box\", ");

    (void)unused;
    agent_bench_poll(bench, 0);
    assert_string_equal(live_json_str(bench_event(bench), "__type", ""), "box");
    agent_bench_free(bench);
}

static void what_needs_no_second_sample_is_in_the_first(void **unused)
{
    agent_bench *bench = start("");

    (void)unused;
    agent_bench_poll(bench, 0);
    assert_figure(bench, "load1", 0.57);
    assert_figure(bench, "load5", 0.17);
    assert_figure(bench, "load15", 0.05);
    assert_figure(bench, "tasks_running", 2);
    assert_figure(bench, "tasks", 97);
    assert_figure(bench, "uptime_s", 6194.46);
    assert_figure(bench, "cpu_count", 2);
    assert_figure(bench, "memory_total_bytes", 1000 * 1024);
    assert_figure(bench, "memory_available_bytes", 750 * 1024);
    assert_figure(bench, "memory_used_bytes", 250 * 1024);
    assert_figure(bench, "memory_used_percent", 25);
    assert_figure(bench, "swap_used_bytes", 100 * 1024);
    assert_figure(bench, "swap_used_percent", 25);
    agent_bench_free(bench);
}

static void rates_wait_for_the_second_sample(void **unused)
{
    agent_bench *bench = start("");

    (void)unused;
    agent_bench_poll(bench, 0);
    assert_absent(bench, "cpu_percent");
    assert_absent(bench, "disk_read_bytes_per_s");
    assert_absent(bench, "network_sent_bytes_per_s");
    agent_bench_poll(bench, 1000);
    assert_figure(bench, "disk_read_bytes_per_s", 0);
    assert_figure(bench, "network_sent_bytes_per_s", 0);
    agent_bench_free(bench);
}

static void a_machine_without_swap_uses_none(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"memory\"], ");

    (void)unused;
    put("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 350 kB\n");
    agent_bench_poll(bench, 0);
    assert_figure(bench, "swap_used_percent", 0);
    assert_figure(bench, "memory_available_bytes", 500 * 1024); // an old kernel's sum
    agent_bench_free(bench);
}

static void processor_time_is_split_in_all_and_per_core(void **unused)
{
    agent_bench *bench = start("");

    (void)unused;
    agent_bench_poll(bench, 0);
    put("proc/stat", "cpu  120 10 120 940 4 3 2 1 99 99\n"
                     "cpu0 70 10 70 450 0 0 0 0 0 0\n"
                     "cpu1 50 0 50 490 0 0 0 0 0 0\n");
    agent_bench_poll(bench, 1000);
    assert_figure(bench, "cpu_percent", 28);          // 20 + 10 + 20 + 3 + 2 + 1 of 200
    assert_figure(bench, "cpu_user_percent", 15);     // 20 + 10
    assert_figure(bench, "cpu_system_percent", 12.5); // 20 + 3 + 2
    assert_figure(bench, "cpu_iowait_percent", 2);
    assert_figure(bench, "cpu_steal_percent", 0.5);
    assert_figure(bench, "cpus/cpu0", 100 * 50.0 / 100);
    assert_figure(bench, "cpus/cpu1", 0);
    agent_bench_free(bench);
}

static void a_core_may_go_and_come_back(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"cpu\"], ");

    (void)unused;
    agent_bench_poll(bench, 0);
    put("proc/stat", "cpu  110 0 100 890 0 0 0 0\ncpu0 60 0 50 490 0 0 0 0\n");
    agent_bench_poll(bench, 1000);
    assert_figure(bench, "cpu_count", 1);
    assert_figure(bench, "cpus/cpu0", 10);
    assert_absent(bench, "cpus/cpu1");
    put("proc/stat",
        "cpu  120 0 100 980 0 0 0 0\ncpu0 70 0 50 580 0 0 0 0\ncpu1 1 0 1 1 0 0 0 0\n");
    agent_bench_poll(bench, 1000);
    assert_figure(bench, "cpu_count", 2);
    assert_absent(bench, "cpus/cpu1");
    agent_bench_free(bench);
}

static void only_drives_are_sampled_unless_others_are_named(void **unused)
{
    agent_bench *usual = start("");
    agent_bench *named = start("\"disks\": {\"include\": [\"sda1\", \"loop*\"]}, ");
    agent_bench *without = start("\"disks\": {\"exclude\": [\"sd*\"]}, ");

    (void)unused;
    for (int i = 0; i < 2; i++) {
        agent_bench_poll(usual, 1000);
        agent_bench_poll(named, 1000);
        agent_bench_poll(without, 1000);
    }
    assert_figure(usual, "disks/sda/busy_percent", 0);
    assert_absent(usual, "disks/sda1/busy_percent");
    assert_absent(usual, "disks/loop0/busy_percent");
    assert_absent(named, "disks/sda/busy_percent");
    assert_figure(named, "disks/sda1/busy_percent", 0);
    assert_figure(named, "disks/loop0/busy_percent", 0);
    assert_absent(without, "disks/sda/busy_percent");
    assert_absent(without, "disk_read_bytes_per_s");
    agent_bench_free(usual);
    agent_bench_free(named);
    agent_bench_free(without);
}

static void a_disks_traffic_is_per_second(void **unused)
{
    agent_bench *bench = start("");

    (void)unused;
    agent_bench_poll(bench, 0);
    put("proc/diskstats", "   8       0 sda 14 0 120 26 11 0 90 22 0 530 30\n");
    agent_bench_poll(bench, 2000);
    assert_figure(bench, "disks/sda/read_bytes_per_s", 20 * 512 / 2.0);
    assert_figure(bench, "disks/sda/written_bytes_per_s", 40 * 512 / 2.0);
    assert_figure(bench, "disks/sda/reads_per_s", 2);
    assert_figure(bench, "disks/sda/writes_per_s", 3);
    assert_figure(bench, "disks/sda/busy_percent", 25);
    assert_figure(bench, "disks/sda/wait_ms", 1.8);
    assert_figure(bench, "disk_read_bytes_per_s", 20 * 512 / 2.0);
    assert_figure(bench, "disk_max_busy_percent", 25);
    put("proc/diskstats", "   8       0 sda 14 0 120 26 11 0 90 22 0 2550 30\n");
    agent_bench_poll(bench, 2000);
    assert_figure(bench, "disk_max_busy_percent", 100); // 2020 ms of 2000
    agent_bench_free(bench);
}

static void a_disks_clock_wraps_at_32_bits_after_49_days(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"disks\"], ");

    (void)unused;
    put("proc/diskstats", "   8       0 sda 10 0 100 20 5 0 50 10 0 4294967200 30\n");
    agent_bench_poll(bench, 0);
    put("proc/diskstats", "   8       0 sda 11 0 101 21 5 0 50 10 0 404 30\n");
    agent_bench_poll(bench, 1000);
    assert_figure(bench, "disks/sda/busy_percent", 50);
    assert_figure(bench, "disks/sda/reads_per_s", 1);
    agent_bench_free(bench);
}

static void a_disk_that_was_replaced_begins_anew(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"disks\"], ");

    (void)unused;
    agent_bench_poll(bench, 0);
    put("proc/diskstats", "   8       0 sda 1 0 2 2 0 0 0 0 0 3 3\n");
    agent_bench_poll(bench, 1000);
    assert_absent(bench, "disks/sda/read_bytes_per_s");
    put("proc/diskstats", "   8       0 sda 2 0 4 2 0 0 0 0 0 3 3\n");
    agent_bench_poll(bench, 1000);
    assert_figure(bench, "disks/sda/read_bytes_per_s", 1024);
    agent_bench_free(bench);
}

static void an_interfaces_traffic_goes_on_over_a_wrap(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"network\"], ");

    (void)unused;
    put("proc/net/dev", "  eth0:4294967000 10 1 0 0 0 0 0 2000 20 0 2 0 0 0 0\n"
                        "  wlan0: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n");
    agent_bench_poll(bench, 0);
    put("proc/net/dev", "  eth0: 704 30 3 0 0 0 0 0 3000 24 1 5 0 0 0 0\n"
                        "  wlan0: 9 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n");
    agent_bench_poll(bench, 1000);
    assert_figure(bench, "interfaces/eth0/received_bytes_per_s", 1000);
    assert_figure(bench, "interfaces/eth0/sent_bytes_per_s", 1000);
    assert_figure(bench, "interfaces/eth0/received_packets_per_s", 20);
    assert_figure(bench, "interfaces/eth0/sent_packets_per_s", 4);
    assert_figure(bench, "interfaces/eth0/errors_per_s", 3);
    assert_figure(bench, "interfaces/eth0/drops_per_s", 3);
    assert_figure(bench, "network_received_bytes_per_s", 1004);
    assert_figure(bench, "network_sent_bytes_per_s", 1000);
    agent_bench_free(bench);
}

static void inner_interfaces_are_left_out_unless_they_are_named(void **unused)
{
    agent_bench *usual = start("");
    agent_bench *named = start("\"interfaces\": {\"include\": [\"lo\"]}, ");

    (void)unused;
    for (int i = 0; i < 2; i++) {
        agent_bench_poll(usual, 1000);
        agent_bench_poll(named, 1000);
    }
    assert_figure(usual, "interfaces/eth0/sent_bytes_per_s", 0);
    assert_absent(usual, "interfaces/lo/sent_bytes_per_s");
    assert_absent(usual, "interfaces/docker0/sent_bytes_per_s");
    assert_figure(named, "interfaces/lo/sent_bytes_per_s", 0);
    assert_absent(named, "interfaces/eth0/sent_bytes_per_s");
    agent_bench_free(usual);
    agent_bench_free(named);
}

static const cJSON *filesystem(const agent_bench *bench, const char *point)
{
    return live_json_get(live_json_get(bench_event(bench), "filesystems"), point);
}

static void local_filesystems_are_measured_once_each(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"filesystems\"], ");

    (void)unused;
    put("data disk/x", "");
    put("bound/x", "");
    put("nfs/x", "");
    put("hidden/x", "");
    put("file", "");
    put("proc/self/mountinfo", "22 27 0:21 / /proc rw - proc proc rw\n"
                               "27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                               "30 27 8:17 / /data\\040disk rw - xfs /dev/sdb1 rw\n"
                               "31 27 8:1 /home /bound rw - ext4 /dev/sda1 rw\n"
                               "32 27 0:50 / /nfs rw - nfs4 server:/x rw\n"
                               "33 27 8:33 / /hidden rw - vfat /dev/sdc1 rw\n"
                               "34 27 0:51 / /hidden rw - tmpfs none rw\n"
                               "35 27 8:49 / /gone rw - ext4 /dev/sdd1 rw\n"
                               "36 27 8:50 / /file rw - ext4 /dev/sdd2 rw\n"
                               "no mount at all\n");
    agent_bench_poll(bench, 0);
    assert_int_equal(cJSON_GetArraySize(live_json_get(bench_event(bench), "filesystems")), 2);
    assert_string_equal(live_json_str(filesystem(bench, "/"), "source", ""), "/dev/sda1");
    assert_string_equal(live_json_str(filesystem(bench, "/data disk"), "type", ""), "xfs");
    assert_true(live_json_real(filesystem(bench, "/"), "size_bytes", 0) > 0);
    double percent = live_json_real(filesystem(bench, "/"), "used_percent", -1);
    assert_true(percent >= 0 && percent <= 100);
    assert_figure(bench, "filesystem_max_used_percent", percent);
    agent_bench_free(bench);
}

static void a_network_filesystem_is_measured_when_it_is_named(void **unused)
{
    agent_bench *bench = start("\"filesystems\": {\"include\": [\"/nfs\"]}, ");

    (void)unused;
    put("nfs/x", "");
    put("proc/self/mountinfo", "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                               "32 27 0:50 / /nfs rw - nfs4 server:/x rw\n");
    agent_bench_poll(bench, 0);
    assert_non_null(filesystem(bench, "/nfs"));
    assert_null(filesystem(bench, "/"));
    agent_bench_free(bench);
}

static void a_containers_root_counts_although_it_is_an_overlay(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"filesystems\"], ");

    (void)unused;
    put("other/x", "");
    put("proc/self/mountinfo", "27 1 0:60 / / rw - overlay overlay rw,lowerdir=/a:/b\n"
                               "28 27 0:61 / /other rw - overlay overlay rw\n");
    agent_bench_poll(bench, 0);
    assert_non_null(filesystem(bench, "/"));
    assert_null(filesystem(bench, "/other"));
    agent_bench_free(bench);
}

static void only_what_is_collected_is_in_the_event(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"load\", \"uptime\"], ");

    (void)unused;
    agent_bench_poll(bench, 0);
    assert_figure(bench, "load1", 0.57);
    assert_figure(bench, "uptime_s", 6194.46);
    assert_absent(bench, "memory_used_percent");
    assert_absent(bench, "cpu_count");
    agent_bench_free(bench);
}

static void an_unknown_family_is_refused(void **unused)
{
    agent_bench *bench =
        agent_bench_new(&agent_module_v1, "host", "{\"collect\": [\"load\", \"gpu\"]}");

    (void)unused;
    assert_non_null(agent_bench_error(bench));
    assert_int_equal(agent_bench_error(bench)->code, LIVE_E_INVALID);
    assert_string_equal(agent_bench_error(bench)->text,
                        "/collect: 'gpu' is none of load, uptime, cpu, "
                        "memory, disks, filesystems, network");
    agent_bench_free(bench);
}

static void a_family_that_cannot_be_read_does_not_cost_the_others(void **unused)
{
    agent_bench *bench = start("");

    (void)unused;
    drop("proc/diskstats");
    put("proc/loadavg", "rubbish\n");
    put("proc/meminfo", "");
    agent_bench_poll(bench, 0);
    assert_absent(bench, "load1");
    assert_absent(bench, "memory_used_percent");
    assert_figure(bench, "uptime_s", 6194.46);
    put("proc/loadavg", "1.5 1 1 1/1 1\n");
    agent_bench_poll(bench, 1000);
    assert_figure(bench, "load1", 1.5);
    agent_bench_free(bench);
}

static int warnings;

static void count_warning(const live_log_record *record, void *user)
{
    (void)user;
    warnings += strcmp(record->event, "host.missing") == 0;
}

static void what_is_missing_is_said_once(void **unused)
{
    agent_bench *bench = start("");

    (void)unused;
    warnings = 0;
    live_log_to(LIVE_LOG_WARN, count_warning, NULL);
    drop("proc/diskstats");
    for (int i = 0; i < 3; i++)
        agent_bench_poll(bench, 1000);
    live_log_to(LIVE_LOG_WARN, NULL, NULL);
    assert_int_equal(warnings, 1);
    agent_bench_free(bench);
}

static void nothing_at_all_is_an_error_that_is_tried_again(void **unused)
{
    agent_bench *bench = start("\"collect\": [\"load\"], ");

    (void)unused;
    drop("proc/loadavg");
    agent_bench_poll(bench, 0);
    const live_error *error = agent_bench_error(bench);
    assert_non_null(error);
    assert_int_equal(error->code, LIVE_E_SYSTEM);
    assert_true(error->retry);
    assert_non_null(strstr(error->text, "proc/loadavg"));
    assert_null(bench_event(bench));
    agent_bench_free(bench);
}

static void broken_files_break_nothing(void **unused)
{
    static const char *const files[] = { "proc/loadavg",       "proc/uptime",    "proc/stat",
                                         "proc/meminfo",       "proc/diskstats", "proc/net/dev",
                                         "proc/self/mountinfo" };
    static const char *const texts[] = { "",
                                         "\n\n\n",
                                         ":",
                                         "cpu",
                                         "cpu0 x y z\ncpu 1",
                                         "eth0: 1 2",
                                         "MemTotal: x",
                                         "8 0 sda 1 2 3",
                                         "- - -",
                                         " - ",
                                         "1 2 3 4 /a\\0\\777\\ - ext4" };
    char longest[9000];

    (void)unused;
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        agent_bench *bench = start("");
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            put(files[i], texts[j]);
            agent_bench_poll(bench, 1000);
        }
        put(files[i], longest);
        agent_bench_poll(bench, 1000);
        agent_bench_free(bench);
    }
}

static void this_machine_can_be_sampled(void **unused)
{
    agent_bench *bench = agent_bench_new(&agent_module_v1, "host", "{}");

    (void)unused;
    assert_null(agent_bench_error(bench));
    agent_bench_poll(bench, 0);
    assert_true(bench_figure(bench, "memory_total_bytes") > 0);
    assert_true(bench_figure(bench, "uptime_s") > 0);
    assert_true(bench_figure(bench, "cpu_count") >= 1);
    agent_bench_free(bench);
}

#define on_a_tree(test) cmocka_unit_test_setup_teardown(test, plant, uproot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_a_tree(a_sample_says_whose_it_is_and_when),
        on_a_tree(its_type_is_a_setting),
        on_a_tree(what_needs_no_second_sample_is_in_the_first),
        on_a_tree(rates_wait_for_the_second_sample),
        on_a_tree(a_machine_without_swap_uses_none),
        on_a_tree(processor_time_is_split_in_all_and_per_core),
        on_a_tree(a_core_may_go_and_come_back),
        on_a_tree(only_drives_are_sampled_unless_others_are_named),
        on_a_tree(a_disks_traffic_is_per_second),
        on_a_tree(a_disks_clock_wraps_at_32_bits_after_49_days),
        on_a_tree(a_disk_that_was_replaced_begins_anew),
        on_a_tree(an_interfaces_traffic_goes_on_over_a_wrap),
        on_a_tree(inner_interfaces_are_left_out_unless_they_are_named),
        on_a_tree(local_filesystems_are_measured_once_each),
        on_a_tree(a_network_filesystem_is_measured_when_it_is_named),
        on_a_tree(a_containers_root_counts_although_it_is_an_overlay),
        on_a_tree(only_what_is_collected_is_in_the_event),
        cmocka_unit_test(an_unknown_family_is_refused),
        on_a_tree(a_family_that_cannot_be_read_does_not_cost_the_others),
        on_a_tree(what_is_missing_is_said_once),
        on_a_tree(nothing_at_all_is_an_error_that_is_tried_again),
        on_a_tree(broken_files_break_nothing),
        cmocka_unit_test(this_machine_can_be_sampled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
