// SPDX-License-Identifier: Apache-2.0
// The programs that a package is built with.
#include "rpm/tools.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *program, *apt, *dnf;
} tools[] = {
    { "rpmbuild", "rpm", "rpm-build" },
    { "eu-strip", "elfutils", "elfutils" }, // which it separates the debug information with
    { "file", "file", "file" },             // and finds the programs by
    { "cmake", "cmake", "cmake" },
    { "cc", "gcc", "gcc" },
    { "make", "make", "make" },
    { "tar", "tar", "tar" },
    { "gzip", "gzip", "gzip" },
};

static bool is_program(const char *name)
{
    char path[PATH_MAX];

    for (const char *list = getenv("PATH"); list && *list;) {
        size_t length = strcspn(list, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, list, name);
        if (access(path, X_OK) == 0)
            return true;
        list += length + (list[length] == ':');
    }
    return false;
}

live_err tools_check(live_error *error)
{
    char names[80] = "", apts[80] = "", dnfs[80] = "";
    size_t name = 0, apt = 0, dnf = 0;

    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        if (is_program(tools[i].program))
            continue;
        name += (size_t)snprintf(names + name, sizeof names - name, " %s", tools[i].program);
        apt += (size_t)snprintf(apts + apt, sizeof apts - apt, " %s", tools[i].apt);
        dnf += (size_t)snprintf(dnfs + dnf, sizeof dnfs - dnf, " %s", tools[i].dnf);
    }
    return *names ? live_fail(error, LIVE_E_NOTFOUND,
                              "not installed:%s; apt-get install%s, or dnf install%s", names, apts,
                              dnfs)
                  : LIVE_OK;
}
