// SPDX-License-Identifier: Apache-2.0
// What a platform says of a query, as the data of its channel.
#ifndef QUERY_SAID_H
#define QUERY_SAID_H

#define START        "{\"type\":\"start\"}"
#define REAL_TIME    "{\"type\":\"startRealTime\"}"
#define DESTROY      "{\"type\":\"destroy\"}"
#define ROW(time, n) "{\"timestamp\":" #time ",\"n\":" #n "}"
#define EVENT(rows)  "{\"type\":\"event\",\"content\":[" rows "]}"

#endif
