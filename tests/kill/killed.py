# SPDX-License-Identifier: Apache-2.0
"""What the kill loops share: a producer that keeps writing, and a run that ends by SIGKILL."""
import argparse
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "harness"))
from world import Running  # noqa: E402


class Producer:
    """Bursts of records from a thread of its own, until stopped. What a burst is, and its log, is the subclass's."""

    def __init__(self, world, rng, records_max, pause_s):
        self.world, self.rng = world, rng
        self.records_max, self.pause_s = records_max, pause_s
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def burst(self, count):
        """Sends so many records to each partition; logged before they are sent."""
        raise NotImplementedError

    def _run(self):
        while not self.stopped.is_set():
            self.burst(self.rng.randrange(50, self.records_max))
            self.stopped.wait(self.pause_s)

    def start(self):
        self.thread.start()

    def stop(self):
        self.stopped.set()
        self.thread.join()


def run_until_killed(world, script, at, patience_s):
    """(run, exit code): it kills itself at `at` ("state:n"; None: nowhere), or is killed when patience ends."""
    run = Running(world, script, env={"SLUICE_KILL_AT": at} if at else {})
    deadline = time.monotonic() + patience_s
    while run.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    run.kill()
    return run, run.wait()


def parse(kills, kills_long):
    """The options of a loop: `long`, `kills`, `seed`; says what it will do."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    options.kills = options.kills or (kills_long if options.long else kills)
    print(f"seed {options.seed}, {options.kills} kills")
    return options
