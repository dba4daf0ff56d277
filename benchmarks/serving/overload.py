"""Ask the service for four times what it can do, and print what it answers and how its probes fare meanwhile.

Usage: overload.py [FAMILY [SECONDS]]. Rows come a thousand a request; the project and its model are those of run.py.
"""

import asyncio
import json
import os
import subprocess
import sys
import time

import process
import run

from tests import load, servers

TIMES = 4
PROMISED = 0.05  # seconds, for 99 of 100 answers of a probe


def main() -> int:
    """Serve, ask, print."""
    seconds = float(sys.argv[2]) if sys.argv[2:] else 10.0
    ours = run.ours(run.BUILD / (sys.argv[1] if sys.argv[1:] else run.BEST))
    port, admin = servers.two_free_ports()
    command = [ours.command[0], "serve", "--port", str(port), "--admin-port", str(admin), *ours.command[-2:]]
    log = ours.folder / "overload.log"
    with log.open("wb") as file:
        running = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, stderr=file)
    server = servers.Server(port, admin, running, log)
    try:
        while not server.ready():
            time.sleep(0.05)
        return told(server, load.request((json.loads(ours.many)["rows"] * 1000)[:1000]), seconds)
    finally:
        process.end(running, 20)


def told(server: servers.Server, sent: bytes, seconds: float) -> int:
    """Measure what it can do, ask for more, and print."""
    can = asyncio.run(load.closed(server.port, sent, 4, load.for_seconds(3))).codes[200] / 3
    probes = servers.Probes(server)
    probes.start()
    over = asyncio.run(load.opened(server.port, sent, TIMES * can, seconds))
    probes.stopped.set()
    probes.join()
    print(f"{can:.0f} requests of 1,000 rows a second are answered; {TIMES} times as many were sent for {seconds:g} s")
    print(f"answers: {dict(over.codes)}, lost: {len(over.lost)}, 503 without Retry-After: {over.mute}")
    p50, p99 = (load.quantile(probes.seconds, share) for share in (0.5, 0.99))
    print(f"{len(probes.seconds)} probes: {probes.codes}, p50 {1000 * p50:.1f} ms, p99 {1000 * p99:.1f} ms")
    kept = set(over.codes) <= {200, 503} and not over.lost and not over.mute and probes.codes == {200}
    return 0 if kept and p99 < PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())
