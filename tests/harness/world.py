# SPDX-License-Identifier: Apache-2.0
"""A broker, the sluice binary and a folder of one's own for a suite; everything stops with the `with` block."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = os.path.join(ROOT, "tests", "peers")
BUILD = os.path.join(ROOT, "build", os.environ.get("SLUICE_PRESET", "release"))
SLUICE = os.environ.get("SLUICE_BINARY", os.path.join(BUILD, "sluice"))


def free_ports(count):
    """`count` neighbouring free ports on loopback."""
    for _ in range(200):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        held = []
        try:
            for port in range(first, first + count):
                s = socket.socket()
                s.bind(("127.0.0.1", port))
                held.append(s)
            return first
        except OSError:
            continue
        finally:
            for s in held:
                s.close()
    raise RuntimeError("no free ports")


class World:
    """One Kafka broker on a free port and a temporary folder; `with World() as world:`."""

    def __init__(self, kafka=True):
        self.folder = tempfile.mkdtemp(prefix="sluice-test-")
        self.kafka = kafka
        self.port = free_ports(2)
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.env = dict(os.environ, KAFKA_PORT=str(self.port),
                        SLUICE_PEERS_DATA=os.path.join(self.folder, "peers"))
        self.env.pop("SLUICE_KILL_AT", None)

    def __enter__(self):
        if self.kafka:
            self.peer("kafka.sh", "start")
        return self

    def __exit__(self, *_):
        if self.kafka:
            self.peer("kafka.sh", "stop")
        if os.environ.get("SLUICE_KEEP"):
            print("kept:", self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def peer(self, script, *args):
        done = subprocess.run([os.path.join(PEERS, script), *args], env=self.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"{script} {' '.join(args)}: {done.stdout[-2000:]}")
        return done.stdout

    def topic(self, name, partitions):
        self.peer("kafka.sh", "topic", name, str(partitions))

    def produce(self, topic, partition, lines, options=()):
        """Sends lines (bytes) to one partition in order; returns when the broker has them all."""
        subprocess.run(["kcat", "-P", "-b", self.bootstrap, "-t", topic, "-p", str(partition),
                        "-X", "enable.idempotence=true", "-X", "linger.ms=5", *options],
                       input=b"\n".join(lines) + b"\n", check=True)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def catalog_sql(self, name="lake"):
        """The CREATE CATALOG text that sluice, Flink, Java and PyIceberg agree on."""
        return (f"CREATE CATALOG {name} WITH ('type'='iceberg', "
                "'catalog-impl'='org.apache.iceberg.jdbc.JdbcCatalog', "
                f"'uri'='jdbc:sqlite:{self.path('catalog.db')}', 'jdbc.schema-version'='V1', "
                f"'warehouse'='file://{self.path('warehouse')}');\n")

    def sluice(self, *args, env=None, cwd=None, timeout=120):
        """Runs sluice to its end."""
        return subprocess.run([SLUICE, *args], env=dict(self.env, **(env or {})), cwd=cwd or self.folder,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)

    def iceberg(self, identifier, name="lake"):
        """The table as PyIceberg sees it."""
        from pyiceberg.catalog.sql import SqlCatalog
        catalog = SqlCatalog(name, uri=f"sqlite:///{self.path('catalog.db')}",
                             warehouse=f"file://{self.path('warehouse')}")
        return catalog.load_table(identifier)


def threads_of(pid):
    """Each thread of a process and where in the kernel it waits: what is known of one that does not end."""
    threads = []
    for task in sorted(os.listdir(f"/proc/{pid}/task")):
        try:
            name, wait, call = (open(f"/proc/{pid}/task/{task}/{what}", encoding="utf-8").read().split("\n")[0]
                                for what in ("comm", "wchan", "syscall"))
            threads.append(f"{name}: {wait} ({call.split(' ')[0]})")
        except OSError:
            pass  # it has ended
    return threads


class Running:
    """`sluice run` as a child whose JSON lines are gathered with the time they came."""

    def __init__(self, world, *args, env=None):
        self.started = time.monotonic()
        self.events = []
        self.process = subprocess.Popen([SLUICE, "run", *args], env=dict(world.env, **(env or {})),
                                        cwd=world.folder, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.errors = ""
        self.stuck_in = []
        self._readers = [threading.Thread(target=self._read_events), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read_events(self):
        for line in self.process.stdout:
            try:
                self.events.append((time.monotonic(), json.loads(line)))
            except json.JSONDecodeError:
                pass

    def _read_errors(self):
        self.errors = self.process.stderr.read()

    def commits(self):
        return [event for _, event in self.events if event.get("event") == "commit"]

    def first_commit_after_s(self):
        for at, event in self.events:
            if event.get("event") == "commit":
                return at - self.started
        return None

    def wait_for_commit(self, timeout_s=30, count=1):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if len(self.commits()) >= count:
                return True
            if self.process.poll() is not None:
                return len(self.commits()) >= count
            time.sleep(0.005)
        return False

    def kill(self, number=signal.SIGKILL):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def wait(self, timeout_s=60):
        try:
            code = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.stuck_in = threads_of(self.process.pid)
            self.process.kill()
            code = self.process.wait()
            self.errors += "\n(did not end in time and was killed)"
        for reader in self._readers:
            reader.join()
        return code


class Score:
    """Counts cases and prints the closing line that ./dev test adds up."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def check(self, ok, what, detail=""):
        if ok:
            self.passed += 1
            print(f"ok    {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL  {what}  {detail}", flush=True)
        return ok

    def skip(self, what, why):
        self.skipped += 1
        print(f"skip  {what}: {why}", flush=True)

    def close(self):
        tail = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{tail}")
        return 1 if self.failed else 0
