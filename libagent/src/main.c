// SPDX-License-Identifier: Apache-2.0
// live-agent: an agent whose modules are all loaded by name.
#include <agent/agent.h>

int main(int argc, char **argv)
{
    return agent_main(argc, argv, NULL);
}
