// SPDX-License-Identifier: Apache-2.0
// Preloaded into a test: the Nth allocation of our own code fails; what it did not free is counted.
//
// FAULT_AT=N says which one fails; FAULT_REPORT names a file that is made when it did. FAULT_LEAKS names one that gets
// a line for each block that the program itself, or cJSON for it, left at its end; FAULT_FOLDERS one for each folder that it
// made by mkdtemp(), which a test that fails does not remove. What cmocka and libuv allocate for
// themselves is left alone: they end the process where memory is out.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_BLOCKS = 1 << 16 };

typedef struct block {
    void *memory;
    void *caller;
} block;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);
static long countdown;
static bool counting;
static _Thread_local bool busy __attribute__((tls_model("initial-exec")));

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static block blocks[MOST_BLOCKS]; // by address, the next free place where that is taken

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
    *(void **)&real_free = dlsym(RTLD_NEXT, "free");
    *(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
    countdown = at ? strtol(at, NULL, 10) : 0;
    counting = getenv("FAULT_LEAKS") != NULL;
    busy = false;
}

// Whose code it is: its file, "" where that is not known.
static const char *file_of(void *caller)
{
    Dl_info info = { 0 };

    busy = true;
    bool found = dladdr(caller, &info) != 0;
    busy = false;
    return found && info.dli_fname ? info.dli_fname : "";
}

static bool is_ours(void *caller)
{
    const char *file = file_of(caller);

    return *file && !strstr(file, "libcmocka") && !strstr(file, "libuv") &&
           !strstr(file, "libc.so") && !strstr(file, "ld-linux");
}

static bool fails(void *caller)
{
    const char *report = getenv("FAULT_REPORT");

    if (busy || countdown <= 0 || !is_ours(caller) || --countdown > 0)
        return false;
    if (report)
        close(open(report, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    return true;
}

// Blocks

// Libraries keep things for the whole life of a process; our own code is in the program.
static bool counts(void *caller)
{
    const char *file = counting && !busy ? file_of(caller) : "";

    return *file && (strstr(file, ".so") == NULL || strstr(file, "libcjson") != NULL);
}

static size_t place_of(const void *memory)
{
    return ((size_t)memory >> 4) % MOST_BLOCKS;
}

static void *note(void *memory, void *caller)
{
    if (!memory || !counts(caller))
        return memory;
    pthread_mutex_lock(&mutex);
    size_t at = place_of(memory), tries = 0;
    while (blocks[at].memory && tries++ < MOST_BLOCKS)
        at = (at + 1) % MOST_BLOCKS;
    blocks[at] = (block){ memory, caller };
    pthread_mutex_unlock(&mutex);
    return memory;
}

// A place stays taken for the search of others behind it: the caller is kept.
static void forget(const void *memory)
{
    if (!counting || !memory)
        return;
    pthread_mutex_lock(&mutex);
    size_t at = place_of(memory);
    for (size_t tries = 0; blocks[at].caller && tries < MOST_BLOCKS; tries++) {
        if (blocks[at].memory == memory) {
            blocks[at].memory = NULL;
            break;
        }
        at = (at + 1) % MOST_BLOCKS;
    }
    pthread_mutex_unlock(&mutex);
}

static __attribute__((destructor)) void tell_leaks(void)
{
    const char *path = getenv("FAULT_LEAKS");
    FILE *file = NULL;

    counting = false;
    for (size_t i = 0; path && i < MOST_BLOCKS; i++) {
        Dl_info info = { 0 };
        if (!blocks[i].memory || !dladdr(blocks[i].caller, &info))
            continue;
        if (!file)
            file = fopen(path, "ae");
        if (file)
            fprintf(file, "%s %#zx\n", info.dli_fname,
                    (size_t)((char *)blocks[i].caller - (char *)info.dli_fbase));
    }
    if (file)
        fclose(file);
}

// In the place of the C library's

void *malloc(size_t size)
{
    void *caller = __builtin_return_address(0);

    find_real();
    if (!real_malloc)
        return allocate_early(size);
    return fails(caller) ? NULL : note(real_malloc(size), caller);
}

void *calloc(size_t count, size_t size)
{
    void *caller = __builtin_return_address(0);

    find_real();
    if (!real_malloc)
        return allocate_early(count * size);
    return fails(caller) ? NULL : note(real_calloc(count, size), caller);
}

void *realloc(void *memory, size_t size)
{
    void *caller = __builtin_return_address(0);

    find_real();
    if (fails(caller))
        return NULL;
    forget(memory);
    void *moved = real_realloc(memory, size);
    return note(moved ? moved : memory, caller) == memory && !moved ? NULL : moved;
}

static char *copy(const char *text, size_t length, void *caller)
{
    find_real();
    char *own = fails(caller) ? NULL : note(real_malloc(length + 1), caller);
    if (own) {
        memcpy(own, text, length);
        own[length] = '\0';
    }
    return own;
}

char *strdup(const char *text)
{
    return copy(text, strlen(text), __builtin_return_address(0));
}

char *strndup(const char *text, size_t most)
{
    return copy(text, strnlen(text, most), __builtin_return_address(0));
}

void free(void *memory)
{
    if ((char *)memory >= early && (char *)memory < early + sizeof early)
        return;
    find_real();
    forget(memory);
    if (real_free)
        real_free(memory);
}

char *mkdtemp(char *name)
{
    char *(*make)(char *) = NULL;
    const char *path = getenv("FAULT_FOLDERS");

    find_real();
    busy = true;
    *(void **)&make = dlsym(RTLD_NEXT, "mkdtemp");
    busy = false;
    char *made = make ? make(name) : NULL;
    int list = made && path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
    if (list >= 0) {
        dprintf(list, "%s\n", made);
        close(list);
    }
    return made;
}
