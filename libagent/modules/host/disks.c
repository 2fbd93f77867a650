// SPDX-License-Identifier: Apache-2.0
// Filesystems and what they hold; disks and what they read and write.
#include <inttypes.h>
#include <mntent.h>
#include <string.h>
#include <sys/statvfs.h>

#include "sample.h"

enum { SECTOR_BYTES = 512 };

// Those of the kernel itself hold no data of ours.
static bool holds_data(const struct mntent *mount)
{
    return strncmp(mount->mnt_fsname, "/dev/", 5) == 0 && strcmp(mount->mnt_type, "squashfs") != 0;
}

static cJSON *measure(const struct mntent *mount)
{
    struct statvfs usage;

    if (statvfs(mount->mnt_dir, &usage) != 0 || usage.f_blocks == 0)
        return NULL;
    double total = (double)usage.f_blocks * (double)usage.f_frsize;
    double left = (double)usage.f_bavail * (double)usage.f_frsize;
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "mount", mount->mnt_dir);
    cJSON_AddStringToObject(entry, "device", mount->mnt_fsname);
    cJSON_AddNumberToObject(entry, "total_bytes", total);
    cJSON_AddNumberToObject(entry, "free_bytes", left);
    cJSON_AddNumberToObject(entry, "used_percent", 100 * (total - left) / total);
    return entry;
}

static bool has_device(const cJSON *list, const char *device)
{
    const cJSON *entry;

    cJSON_ArrayForEach (entry, list) {
        if (strcmp(live_json_str(entry, "device", ""), device) == 0)
            return true;
    }
    return false;
}

void sample_filesystems(const sample *sample)
{
    FILE *mounts = sample_open(sample, "proc/mounts");
    cJSON *list = cJSON_AddArrayToObject(sample->event, "filesystems");
    struct mntent mount;
    char texts[4096];

    while (mounts && getmntent_r(mounts, &mount, texts, sizeof texts)) {
        if (!holds_data(&mount) || has_device(list, mount.mnt_fsname))
            continue;
        cJSON *entry = measure(&mount);
        if (entry)
            cJSON_AddItemToArray(list, entry);
        if (entry && strcmp(mount.mnt_dir, "/") == 0)
            cJSON_AddNumberToObject(sample->event, "disk_used_percent",
                                    live_json_real(entry, "used_percent", 0));
    }
    if (mounts)
        fclose(mounts);
}

// Loops and RAM disks are other devices' or nobody's.
static bool is_disk(const char *name)
{
    return strncmp(name, "loop", 4) != 0 && strncmp(name, "ram", 3) != 0 &&
           strncmp(name, "zram", 4) != 0;
}

static void add_disk(const sample *sample, cJSON *list, const char *name, const uint64_t growth[])
{
    cJSON *entry = cJSON_CreateObject();
    double busy = (double)growth[2] / (sample->seconds * 10); // ms of busy time to percent

    cJSON_AddStringToObject(entry, "name", name);
    cJSON_AddNumberToObject(entry, "read_bytes_s",
                            (double)growth[0] * SECTOR_BYTES / sample->seconds);
    cJSON_AddNumberToObject(entry, "written_bytes_s",
                            (double)growth[1] * SECTOR_BYTES / sample->seconds);
    cJSON_AddNumberToObject(entry, "busy_percent", busy > 100 ? 100 : busy);
    cJSON_AddItemToArray(list, entry);
}

void sample_disks(const sample *sample)
{
    FILE *file = sample_open(sample, "proc/diskstats");
    cJSON *list = cJSON_CreateArray();
    char line[256], name[COUNTER_NAME_BYTES];

    while (file && fgets(line, sizeof line, file)) {
        uint64_t values[COUNTER_FIELDS] = { 0 }, growth[COUNTER_FIELDS];
        // major minor name reads merged SECTORS ms writes merged SECTORS ms inflight BUSY-MS …
        int read = sscanf(
            line, "%*u %*u %31s %*u %*u %" SCNu64 " %*u %*u %*u %" SCNu64 " %*u %*u %" SCNu64, name,
            &values[0], &values[1], &values[2]);
        if (read != 4 || !is_disk(name) || !sample_wants(&sample->config->disks, name))
            continue;
        if (counters_step(&sample->state->disks, name, values, growth) && sample->seconds > 0)
            add_disk(sample, list, name, growth);
    }
    if (file)
        fclose(file);
    counters_sweep(&sample->state->disks);
    cJSON_AddItemToObject(sample->event, "disks", list);
}
