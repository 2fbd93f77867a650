// SPDX-License-Identifier: Apache-2.0
// What supervisor, worker and gateway do with settings, state, a link and its events, without a look at what fails:
// whatever does, nothing may be left at the end.
#include <agent/module.h>
#include <live/live.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/peer.h"
#include "link/config.h"
#include "link/passing.h"
#include "platform.h"
#include "settings/setting.h"
#include "settings/settings.h"
#include "worker/link.h"
#include "worker/state.h"

typedef struct pump {
    const char *name;
    double litres;
} pump;

typedef struct config {
    const char *rig;
    int64_t every_ms;
    agent_strings rigs;
    agent_objects pumps;
} config;

static const agent_setting pump_rows[] = {
    AGENT_STRING(pump, name, NULL, "Name."),
    AGENT_REAL(pump, litres, "1.5", "Litres a stroke."),
    { 0 },
};

static const agent_setting rows[] = {
    AGENT_STRING(config, rig, "", "Rig."),
    AGENT_DURATION(config, every_ms, "2s", "Interval."),
    AGENT_STRINGS(config, rigs, "Names."),
    AGENT_OBJECTS(config, pumps, pump, pump_rows, "Structs."),
    { 0 },
};

static const ag_table table = { .rows = rows, .stride = sizeof *rows };

static const char process[] = "{\"rig\":\"RIG-1\",\"every\":\"5s\",\"rigs\":[\"a\",\"b\"],"
                              "\"pumps\":[{\"name\":\"p\",\"litres\":2}],\"rgi\":1}";

static void read_settings(const char *directory)
{
    char path[64];
    ag_settings *settings = NULL;

    snprintf(path, sizeof path, "%s/settings.json", directory);
    FILE *file = fopen(path, "we");
    if (file) {
        fprintf(file, "{\"processes\":{\"p\":%s},\"live\":{\"url\":\"http://x\"}}", process);
        fclose(file);
    }
    if (!ag_settings_read(path, &settings, NULL)) {
        const cJSON *finding;
        cJSON_ArrayForEach (finding, ag_settings_findings(settings))
            ag_settings_place(settings, finding);
    }
    ag_settings_free(settings);
}

static void fill_config(void)
{
    cJSON *json = NULL, *findings = cJSON_CreateArray(), *passed = NULL;
    ag_config *config = NULL;
    int fd = -1;

    if (!live_json_parse(process, strlen(process), &json, NULL)) {
        live_err err = ag_config_new(table, sizeof(struct config), json, "/p", &config, NULL);
        err = findings ? ag_config_check(table, sizeof(struct config), json, "/p", findings, NULL)
                       : err;
        if (!ag_config_write(json, &fd, NULL))
            err = ag_config_read(fd, &passed, NULL);
        (void)err;
    }
    ag_config_free(config);
    cJSON_Delete(passed);
    cJSON_Delete(findings);
    cJSON_Delete(json);
}

static void save_state(const char *directory)
{
    cJSON *value = cJSON_CreateString("a value"), *loaded = NULL;

    if (value && !ag_state_save(directory, "p", "k", value, NULL) &&
        !ag_state_load(directory, "p", "k", &loaded, NULL))
        cJSON_Delete(loaded);
    cJSON_Delete(value);
}

// A link

typedef struct ends {
    live_loop *loop;
    live_client *client;
    live_outbox *outbox;
    ag_peers *peers;
    ag_link *link;
    int control;
} ends;

static void on_row(const cJSON *row, void *user)
{
    ends *ends = user;

    if (live_json_int(row, "n", 0) == 2)
        live_loop_stop(ends->loop);
}

static void on_query_end(const live_error *why, void *user)
{
    (void)why;
    live_loop_stop(((ends *)user)->loop);
}

static void on_orphaned(void *user)
{
    live_loop_stop(((ends *)user)->loop);
}

static live_err open_ends(ends *ends, int port, const char *directory)
{
    char url[64], path[128];
    int control[2] = { -1, -1 };

    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    live_client_options options = {
        .url = url, .username = "u", .password = "p", .rest_input = "/in/"
    };
    live_err err = live_loop_new(&ends->loop, NULL);
    if (!err)
        err = live_client_new(ends->loop, &options, &ends->client, NULL);
    snprintf(path, sizeof path, "%s/outbox.db", directory);
    if (!err)
        err = live_outbox_open(path, NULL, &ends->outbox, NULL);
    if (!err)
        err = live_outbox_attach(ends->outbox, ends->client, NULL);
    if (!err)
        err = ag_peers_new(ends->loop, ends->client, &ends->peers, NULL);
    if (!err) {
        ag_peers_use(ends->peers, ends->outbox);
        err = ag_passing_pair(control, NULL);
    }
    ends->control = control[0];
    return err ? err : ag_link_new(ends->loop, control[1], on_orphaned, ends, &ends->link, NULL);
}

static void connect_ends(const ends *ends)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair))
        return;
    live_err err = ag_passing_send(ends->control, "gateway", pair[0], NULL);
    (void)err;
    close(pair[0]);
    ag_peers_add(ends->peers, "p", pair[1]);
}

static void carry(int port, const char *directory)
{
    static const char event[] = "{\"__type\":\"t\",\"n\":1}";
    static const ag_question_hooks hooks = { on_row, on_query_end };
    ends ends = { .control = -1 };

    if (!open_ends(&ends, port, directory)) {
        ag_question *question = NULL;
        live_err err = ag_link_ask(ends.link, AG_COLLECT, "{\"expression\":\"x\"}", &hooks, &ends,
                                   &question, NULL);
        connect_ends(&ends);
        err = ag_link_emit(ends.link, event, strlen(event), NULL);
        err = live_loop_run(ends.loop, 60, NULL);
        (void)err;
    }
    if (ends.control >= 0)
        close(ends.control);
    ag_link_free(ends.link);
    ag_peers_free(ends.peers);
    live_outbox_free(ends.outbox);
    live_client_free(ends.client);
    live_loop_free(ends.loop);
}

int main(void)
{
    char directory[] = "/tmp/torture-XXXXXX", command[64];
    int port = platform_start();

    if (!mkdtemp(directory))
        return EXIT_FAILURE;
    read_settings(directory);
    fill_config();
    save_state(directory);
    carry(port, directory);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command) ? EXIT_FAILURE : EXIT_SUCCESS;
}
