// SPDX-License-Identifier: Apache-2.0
// Questions to a person, where there is one.
#include "ask.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

bool ask_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool ask_line(const char *question, char *out, size_t size)
{
    fprintf(stderr, "%s ", question);
    fflush(stderr);
    if (!fgets(out, (int)size, stdin))
        return false;
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

bool ask_yes(const char *question)
{
    char answer[16];

    return ask_line(question, answer, sizeof answer) &&
           (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
}
