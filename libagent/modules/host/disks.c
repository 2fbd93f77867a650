// SPDX-License-Identifier: Apache-2.0
// Traffic of block devices since the sample before.
#include <stdio.h>
#include <string.h>

#include "host.h"

// Of /proc/diskstats, in the kernel's own sectors of 512 bytes, whatever the disk's are.
enum { READS, READ_SECTORS, READ_MS, WRITES, WRITE_SECTORS, WRITE_MS, BUSY_MS, COUNTERS };
enum { SECTOR_BYTES = 512, COLUMNS = 10 };

_Static_assert((int)COUNTERS <= (int)METER_VALUES, "a disk's counters fit a meter");

static const size_t columns[COUNTERS] = {
    [READS] = 0,         [READ_SECTORS] = 2, [READ_MS] = 3, [WRITES] = 4,
    [WRITE_SECTORS] = 6, [WRITE_MS] = 7,     [BUSY_MS] = 9,
};

typedef struct totals {
    size_t disks;
    double read_bytes, written_bytes, busiest;
} totals;

// A drive has a device behind it; partitions, loops, RAID and mapped volumes, which would be counted
// twice, have none.
static bool is_drive(const host_source *source, const char *name)
{
    char path[2 * METER_NAME_BYTES];

    snprintf(path, sizeof path, "sys/block/%s/device", name);
    for (char *slash = path + strlen("sys/block/"); *slash && strcmp(slash, "/device") != 0;
         slash++)
        if (*slash == '/')
            *slash = '!'; // as sysfs writes "cciss/c0d0"
    return host_exists(source, path);
}

static void add_disk(cJSON *disks, const char *name, const uint64_t spent[COUNTERS], double seconds,
                     totals *totals)
{
    cJSON *disk = cJSON_AddObjectToObject(disks, name);
    double operations = (double)(spent[READS] + spent[WRITES]);
    double read_bytes = (double)spent[READ_SECTORS] * SECTOR_BYTES / seconds;
    double written_bytes = (double)spent[WRITE_SECTORS] * SECTOR_BYTES / seconds;
    double busy = host_percent((double)spent[BUSY_MS], seconds * 1000);

    busy = busy > 100 ? 100 : busy; // its clock and ours are read one after the other
    host_add(disk, "read_bytes_per_s", read_bytes);
    host_add(disk, "written_bytes_per_s", written_bytes);
    host_add(disk, "reads_per_s", (double)spent[READS] / seconds);
    host_add(disk, "writes_per_s", (double)spent[WRITES] / seconds);
    host_add(disk, "busy_percent", busy);
    if (operations > 0)
        host_add(disk, "wait_ms", (double)(spent[READ_MS] + spent[WRITE_MS]) / operations);

    totals->disks++;
    totals->read_bytes += read_bytes;
    totals->written_bytes += written_bytes;
    totals->busiest = busy > totals->busiest ? busy : totals->busiest;
}

// A line such as " 254       0 vda 103650 15648 11668370 56539 28145 13711 2474792 4273 0 9676 …".
static void add_line(host_sampler *host, cJSON *disks, const char *line, totals *totals)
{
    char name[METER_NAME_BYTES];
    uint64_t numbers[COLUMNS], values[METER_VALUES] = { 0 }, spent[METER_VALUES];
    int at = 0;

    if (sscanf(line, "%*u %*u %63s%n", name, &at) != 1 ||
        !host_selected(&host->config->disks, name, is_drive(&host->source, name)) ||
        host_numbers(line + at, numbers, COLUMNS) < COLUMNS)
        return;
    for (size_t i = 0; i < COUNTERS; i++)
        values[i] = numbers[columns[i]];
    if (meters_advance(&host->disks, name, values, spent) && host->disks.seconds > 0)
        add_disk(disks, name, spent, host->disks.seconds, totals);
}

live_err host_disks(host_sampler *host, cJSON *event, live_error *error)
{
    const char *text = NULL;
    char line[HOST_LINE_BYTES];
    totals totals = { 0 };
    live_err err = host_read(&host->source, "proc/diskstats", &text, error);

    if (err)
        return err;
    cJSON *disks = cJSON_CreateObject();
    meters_begin(&host->disks, host->now_ms);
    while (host_line(&text, line))
        add_line(host, disks, line, &totals);
    meters_end(&host->disks);

    if (!totals.disks) {
        cJSON_Delete(disks);
        return LIVE_OK;
    }
    host_add(event, "disk_read_bytes_per_s", totals.read_bytes);
    host_add(event, "disk_written_bytes_per_s", totals.written_bytes);
    host_add(event, "disk_max_busy_percent", totals.busiest);
    cJSON_AddItemToObject(event, "disks", disks);
    return LIVE_OK;
}
