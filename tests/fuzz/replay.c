// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over files, where there is no libFuzzer: FILE…
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    enum { MAX_BYTES = 1 << 20 };
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(MAX_BYTES), *exact;

    if (!file || !data) {
        perror(path);
        return EXIT_FAILURE;
    }
    size_t size = fread(data, 1, MAX_BYTES, file);
    fclose(file);
    exact = realloc(data, size ? size : 1); // so that a sanitizer sees the first byte too far
    if (!exact) {
        free(data);
        return EXIT_FAILURE;
    }
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    int status = argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;

    for (int i = 1; i < argc; i++)
        status |= replay(argv[i]);
    return status;
}
