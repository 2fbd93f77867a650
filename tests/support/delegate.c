// SPDX-License-Identifier: Apache-2.0
// A control group as a service manager delegates one, for tests.
//
//   delegate make            makes one and prints its folder; 77: not on this machine, with the reason on standard error
//   delegate run GROUP WORD… becomes the program, in it
//   delegate drop GROUP      ends who is in it and removes it
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { SKIPPED = 77, PATH_BYTES = 4096 };

static bool put(const char *folder, const char *file, const char *text)
{
    char path[PATH_BYTES + 64];

    snprintf(path, sizeof path, "%s/%s", folder, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    int failed = errno;
    if (fd >= 0)
        close(fd);
    errno = failed;
    return done;
}

// The mount of version 2.
static bool find_mount(char mount[PATH_BYTES])
{
    FILE *list = fopen("/proc/self/mounts", "re");
    char line[PATH_BYTES], type[64] = "";

    while (list && strcmp(type, "cgroup2") != 0 && fgets(line, sizeof line, list))
        if (sscanf(line, "%*s %4095s %63s", mount, type) != 2)
            type[0] = '\0';
    if (list)
        fclose(list);
    return strcmp(type, "cgroup2") == 0;
}

static int make(void)
{
    char mount[PATH_BYTES], folder[PATH_BYTES + 64];

    if (!find_mount(mount)) {
        fputs("there are no control groups of version 2\n", stderr);
        return SKIPPED;
    }
    snprintf(folder, sizeof folder, "%s/live-test-%d", mount, (int)getpid());
    if (mkdir(folder, 0755) || setxattr(folder, "user.delegate", "1", 1, 0)) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        rmdir(folder);
        return SKIPPED;
    }
    puts(folder);
    return EXIT_SUCCESS;
}

static int run(const char *folder, char **words)
{
    static const char *const controllers[] = { "-memory", "-cpu", "-pids" };

    // One that was killed has left them reaching down; systemd makes a new group in this case.
    for (size_t i = 0; i < sizeof controllers / sizeof *controllers; i++)
        put(folder, "cgroup.subtree_control", controllers[i]);
    if (!put(folder, "cgroup.procs", "0")) {
        perror(folder);
        return EXIT_FAILURE;
    }
    execvp(words[0], words);
    perror(words[0]);
    return EXIT_FAILURE;
}

static int drop(const char *folder)
{
    DIR *list = opendir(folder);
    struct dirent *entry;
    char path[PATH_BYTES + 512];

    put(folder, "cgroup.kill", "1");
    usleep(200000);
    while (list && (entry = readdir(list))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (*entry->d_name != '.')
            rmdir(path);
    }
    if (list)
        closedir(list);
    return rmdir(folder) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "make") == 0)
        return make();
    if (argc > 3 && strcmp(argv[1], "run") == 0)
        return run(argv[2], argv + 3);
    if (argc == 3 && strcmp(argv[1], "drop") == 0)
        return drop(argv[2]);
    fputs("Usage: delegate make | run GROUP WORD... | drop GROUP\n", stderr);
    return 2;
}
