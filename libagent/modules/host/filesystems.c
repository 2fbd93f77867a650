// SPDX-License-Identifier: Apache-2.0
// How full the mounted filesystems are.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "host.h"

// Those that lie on a disk of this machine. Others are looked at only when they are named: asking a
// network filesystem whose server is gone would block for minutes.
static const char *const local[] = {
    "btrfs", "exfat", "ext2",     "ext3",  "ext4", "f2fs", "jfs",
    "ntfs",  "ntfs3", "reiserfs", "ubifs", "vfat", "xfs",  "zfs",
};

typedef struct mount {
    char point[HOST_LINE_BYTES], type[32], source[256];
} mount;

// Blanks in a mount point are written as "\040".
static void decode(char *text)
{
    char *to = text;
    unsigned code;

    for (const char *from = text; *from;) {
        if (from[0] == '\\' && sscanf(from + 1, "%3o", &code) == 1 && code > 0 && code < 256) {
            *to++ = (char)code;
            from += 4;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

// A line such as "36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/sda1 rw,errors=continue".
static bool read_mount(const char *line, mount *ret_mount)
{
    const char *rest = strstr(line, " - ");

    if (!rest || sscanf(line, "%*u %*u %*s %*s %2047s", ret_mount->point) != 1 ||
        sscanf(rest, " - %31s %255s", ret_mount->type, ret_mount->source) != 2)
        return false;
    decode(ret_mount->point);
    decode(ret_mount->source);
    return true;
}

// A root that is an overlay is that of a container: there is nothing else to watch.
static bool is_local(const mount *mount)
{
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (strcmp(mount->type, local[i]) == 0)
            return true;
    return strcmp(mount->type, "overlay") == 0 && strcmp(mount->point, "/") == 0;
}

// Bind mounts and subvolumes show the same space again.
static bool is_known(const cJSON *filesystems, const char *source)
{
    const cJSON *known;

    cJSON_ArrayForEach (known, filesystems)
        if (strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(known, "source")), source) == 0)
            return true;
    return false;
}

static void add_line(host_sampler *host, cJSON *filesystems, const char *line)
{
    const host_selection *selection = &host->config->filesystems;
    mount mount;

    if (!read_mount(line, &mount))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(filesystems, mount.point); // the later one hides it
    if (!host_selected(selection, mount.point, is_local(&mount)) ||
        (!selection->include.count && is_known(filesystems, mount.source)))
        return;
    cJSON *filesystem = cJSON_AddObjectToObject(filesystems, mount.point);
    cJSON_AddStringToObject(filesystem, "type", mount.type);
    cJSON_AddStringToObject(filesystem, "source", mount.source);
}

// False: it is gone, no directory, or without space of its own.
static bool measure(const host_source *source, cJSON *filesystem, double *ret_percent)
{
    char path[HOST_PATH_BYTES];
    struct stat file;
    struct statvfs space;

    if (!host_path(source, filesystem->string, path) || stat(path, &file) != 0 ||
        !S_ISDIR(file.st_mode) || source->statvfs(path, &space) != 0 || space.f_blocks == 0)
        return false;
    double unit = (double)space.f_frsize, used = (double)(space.f_blocks - space.f_bfree);

    // As df counts: what is kept for root is neither used nor there for anybody.
    *ret_percent = host_percent(used, used + (double)space.f_bavail);
    host_add(filesystem, "size_bytes", (double)space.f_blocks * unit);
    host_add(filesystem, "used_bytes", used * unit);
    host_add(filesystem, "available_bytes", (double)space.f_bavail * unit);
    host_add(filesystem, "used_percent", *ret_percent);
    if (space.f_files > 0)
        host_add(filesystem, "inodes_used_percent",
                 host_percent((double)(space.f_files - space.f_ffree), (double)space.f_files));
    return true;
}

static double measure_all(const host_source *source, cJSON *filesystems)
{
    double fullest = 0, percent = 0;

    for (cJSON *next, *filesystem = filesystems ? filesystems->child : NULL; filesystem;
         filesystem = next) {
        next = filesystem->next;
        if (!measure(source, filesystem, &percent))
            cJSON_Delete(cJSON_DetachItemViaPointer(filesystems, filesystem));
        else if (percent > fullest)
            fullest = percent;
    }
    return fullest;
}

live_err host_filesystems(host_sampler *host, cJSON *event, live_error *error)
{
    const char *text = NULL;
    char line[HOST_LINE_BYTES];
    live_err err = host_read(&host->source, "proc/self/mountinfo", &text, error);

    if (err)
        return err;
    cJSON *filesystems = cJSON_CreateObject();
    while (host_line(&text, line))
        add_line(host, filesystems, line);
    double fullest = measure_all(&host->source, filesystems);

    if (!filesystems || !filesystems->child) {
        cJSON_Delete(filesystems);
        return LIVE_OK;
    }
    host_add(event, "filesystem_max_used_percent", fullest);
    cJSON_AddItemToObject(event, "filesystems", filesystems);
    return LIVE_OK;
}
