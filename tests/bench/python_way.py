#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Python original's way to send events: a post of `requests` each, or a TCP connection each.

    python_way.py REST-INPUT TCP-PORT COUNT

Prints processor time and time that passed, in microseconds an event, for REST and for TCP.
"""
import json
import resource
import socket
import sys
import time

import requests

EVENT = {
    "__type": "bench",
    "liverig__index__timestamp": 1700000000000,
    "SPP": {"value": 2310.5, "uom": "psi"},
    "RPM": {"value": 120.0, "uom": "rpm"},
    "HKLD": {"value": 180.25, "uom": "klbf"},
    "ROP": {"value": 31.5, "uom": "ft/h"},
    "BPOS": {"value": 12.75, "uom": "m"},
    "note": "an event of some three hundred bytes, as rigs send them",
}


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(send, count):
    began, used = time.monotonic(), processor()
    for _ in range(count):
        send()
    return (processor() - used) * 1e6 / count, (time.monotonic() - began) * 1e6 / count


def main():
    url, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    session = requests.Session()
    session.auth = ("bench", "bench")

    def post():
        session.post(url, json=EVENT, timeout=(3.05, 5)).raise_for_status()

    def write():
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(json.dumps(EVENT).encode() + b"\n")

    print(*measure(post, count), *measure(write, count))


main()
