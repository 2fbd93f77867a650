// SPDX-License-Identifier: Apache-2.0
// The programs beside this one, found from where it lies: a prefix may be moved.
#include "libexec.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

int libexec_run(const char *program, char **argv)
{
    char self[PATH_MAX], path[PATH_MAX + 128];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

    if (length < 0) {
        fprintf(stderr, "live: /proc/self/exe: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    self[length] = '\0';
    snprintf(path, sizeof path, "%s/%s/%s", dirname(self), LIVE_LIBEXEC_FROM_BIN, program);

    argv[0] = path;
    execv(path, argv);
    fprintf(stderr, "live: %s: %s; is this part of the toolkit installed?\n", path,
            strerror(errno));
    return EXIT_FAILED;
}
