// SPDX-License-Identifier: Apache-2.0
// Whose control group it is, by what the kernel tells; tests/scenario/groups.sh divides one.
#include "supervise/domain.h"

#include <string.h>

#include "cmocka_all.h"

#define MOUNTS(root, place)                                                                        \
    "25 30 0:23 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"                                      \
    "29 25 0:26 " root " " place " rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"           \
    "31 25 0:27 / /run rw - tmpfs tmpfs rw\n"

static const struct {
    const char *name, *mountinfo, *cgroup;
    const char *folder; // NULL: none
    size_t mount;
} rows[] = {
    { "a unit's", MOUNTS("/", "/sys/fs/cgroup"), "0::/system.slice/rig.service\n",
      "/sys/fs/cgroup/system.slice/rig.service", 14 },
    { "the root", MOUNTS("/", "/sys/fs/cgroup"), "0::/\n", "/sys/fs/cgroup", 14 },
    { "beside those of version 1",
      "33 25 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" MOUNTS(
          "/", "/sys/fs/cgroup/unified"),
      "4:memory:/elsewhere\n1:name=systemd:/x\n0::/a/b\n", "/sys/fs/cgroup/unified/a/b", 22 },
    { "of a mount that shows a part", MOUNTS("/box", "/sys/fs/cgroup"), "0::/box/rig\n",
      "/sys/fs/cgroup/rig", 14 },
    { "outside of that part", MOUNTS("/box", "/sys/fs/cgroup"), "0::/other\n", NULL, 0 },
    { "outside of the namespace", MOUNTS("/", "/sys/fs/cgroup"), "0::/../other\n", NULL, 0 },
    { "only of version 1", "33 25 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
      "4:memory:/\n", NULL, 0 },
    { "nothing at all", "", "", NULL, 0 },
};

static void its_folder_is_found(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char folder[AG_GROUP_BYTES];
        live_error error = { 0 };
        size_t mount = 0;
        live_err err = ag_domain_locate(rows[i].mountinfo, rows[i].cgroup, folder, &mount, &error);
        print_message("%s: %s\n", rows[i].name, err ? error.text : folder);
        assert_int_equal(err, rows[i].folder ? LIVE_OK : LIVE_E_NOTFOUND);
        if (err)
            continue;
        assert_string_equal(folder, rows[i].folder);
        assert_int_equal(mount, rows[i].mount);
    }
}

static void what_nobody_delegated_is_left_alone(void **unused)
{
    ag_domain *domain = NULL;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(ag_domain_take(&domain, &error), LIVE_E_NOTFOUND);
    assert_null(domain);
    assert_true(strlen(error.text) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_folder_is_found),
        cmocka_unit_test(what_nobody_delegated_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
