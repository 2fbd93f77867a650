// SPDX-License-Identifier: Apache-2.0
// live-pages: writes what is made of the commands' tables, in the shape of a prefix. Part of the build.
//
//   live-pages FOLDER
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "pages/page.h"

enum { PATH_BYTES = 4096 };

#define ALL(name, summary) { #name, summary, &name##_argp, name##_run },

static const command table[] = { COMMANDS(ALL, ALL){ 0 } };

static const struct {
    const char *path;
    void (*print)(FILE *out, const command *table);
} pages[] = {
    { "share/doc/live/cli.md", page_markdown },
    { "share/doc/live/probe.md", page_facts },
    { "share/bash-completion/completions/live", page_bash },
    { "share/zsh/site-functions/_live", page_zsh },
    { "share/fish/vendor_completions.d/live.fish", page_fish },
};

static FILE *open_page(const char *folder, const char *path)
{
    char whole[PATH_BYTES];

    snprintf(whole, sizeof whole, "%s/%s", folder, path);
    for (char *at = whole + 1; (at = strchr(at, '/')); *at++ = '/') {
        *at = '\0';
        mkdir(whole, 0777);
    }
    FILE *out = fopen(whole, "w");
    if (!out)
        fprintf(stderr, "live-pages: %s: %s\n", whole, strerror(errno));
    return out;
}

static bool close_page(FILE *out)
{
    bool written = !ferror(out);

    return fclose(out) == 0 && written;
}

static bool write_pages(const char *folder)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        FILE *out = open_page(folder, pages[i].path);
        if (!out)
            return false;
        pages[i].print(out, table);
        if (!close_page(out))
            return false;
    }
    return true;
}

static bool write_man(const char *folder, const command *command)
{
    char name[COMMAND_NAME_BYTES], path[COMMAND_NAME_BYTES + 32] = "share/man/man1/live.1";

    if (command)
        snprintf(path, sizeof path, "share/man/man1/live-%s.1", command_typed(command->name, name));
    FILE *out = open_page(folder, path);
    if (!out)
        return false;
    page_man(out, table, command);
    return close_page(out);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return EXIT_USAGE;
    bool written = write_pages(argv[1]) && write_man(argv[1], NULL);
    for (const command *command = table; written && command->name; command++)
        written = write_man(argv[1], command);
    return written ? EXIT_DONE : EXIT_FAILED;
}
