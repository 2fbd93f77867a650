// SPDX-License-Identifier: Apache-2.0
// Preloaded into a program: it is killed before the call number KILL_AT of those that change a folder.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void count(void)
{
    static long left;
    const char *at = getenv("KILL_AT");

    if (left == 0)
        left = at ? strtol(at, NULL, 10) : -1;
    if (left > 0 && --left == 0)
        kill(getpid(), SIGKILL);
}

#define NEXT(name) (*(__typeof__(&name) *)(void *[]){ dlsym(RTLD_NEXT, #name) })

static mode_t mode_of(int flags, va_list args)
{
    if (!(flags & O_CREAT))
        return 0;
    count();
    return va_arg(args, mode_t);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_of(flags, args);                                                        \
        va_end(args);                                                                              \
        return NEXT(name)(path, flags, mode);                                                      \
    }

#define OPENAT(name)                                                                               \
    int name(int folder, const char *path, int flags, ...)                                         \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_of(flags, args);                                                        \
        va_end(args);                                                                              \
        return NEXT(name)(folder, path, flags, mode);                                              \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define WRAP(name, parameters, arguments)                                                          \
    int name parameters                                                                            \
    {                                                                                              \
        count();                                                                                   \
        return NEXT(name) arguments;                                                               \
    }

WRAP(mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
WRAP(rename, (const char *from, const char *to), (from, to))
WRAP(renameat, (int from_folder, const char *from, int to_folder, const char *to),
     (from_folder, from, to_folder, to))
WRAP(renameat2, (int from_folder, const char *from, int to_folder, const char *to, unsigned flags),
     (from_folder, from, to_folder, to, flags))
WRAP(link, (const char *from, const char *to), (from, to))
WRAP(unlink, (const char *path), (path))
WRAP(unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
WRAP(rmdir, (const char *path), (path))
