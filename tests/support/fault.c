// SPDX-License-Identifier: Apache-2.0
// Preloaded into a test: the Nth allocation of our own code fails.
//
// FAULT_AT=N says which; FAULT_REPORT names a file that is made when it failed. What cmocka and libuv allocate for
// themselves is left alone: they end the process where memory is out.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static long countdown;
static bool busy;

// dlsym() may allocate before there is anything to allocate with.
static char early[4096];
static size_t early_used;

static void *allocate_early(size_t size)
{
    void *memory = early + early_used;

    early_used += (size + 15) & ~(size_t)15;
    return early_used <= sizeof early ? memory : NULL;
}

static void find_real(void)
{
    if (real_malloc || busy)
        return;
    const char *at = getenv("FAULT_AT");
    busy = true;
    *(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
    countdown = at ? strtol(at, NULL, 10) : 0;
    busy = false;
}

static bool is_ours(void *caller)
{
    Dl_info info = { 0 };

    if (!dladdr(caller, &info) || !info.dli_fname)
        return false;
    return !strstr(info.dli_fname, "libcmocka") && !strstr(info.dli_fname, "libuv") &&
           !strstr(info.dli_fname, "libc.so") && !strstr(info.dli_fname, "ld-linux");
}

static bool fails(void *caller)
{
    const char *report = getenv("FAULT_REPORT");

    if (busy || countdown <= 0)
        return false;
    busy = true;
    bool ours = is_ours(caller);
    busy = false;
    if (!ours || --countdown > 0)
        return false;
    if (report)
        close(open(report, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    return true;
}

void *malloc(size_t size)
{
    find_real();
    if (!real_malloc)
        return allocate_early(size);
    return fails(__builtin_return_address(0)) ? NULL : real_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    find_real();
    if (!real_malloc)
        return allocate_early(count * size);
    return fails(__builtin_return_address(0)) ? NULL : real_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    find_real();
    return fails(__builtin_return_address(0)) ? NULL : real_realloc(memory, size);
}
