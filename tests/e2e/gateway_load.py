#!/usr/bin/env python3
"""Thousands of simulated loggers on one gateway over a real broker. The gateway is killed and started
again: all reconnect soon, each sends a backlog, everything is answered and in the topic, and
slow-loris and half-open connections do not stop the others.
"""

import argparse
import hashlib
import json
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECONNECT_SECONDS = 10
BACKLOG = 200
NAME = "gateway_load"

passed = failed = 0


def check(name, holds, figure=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"{'ok' if holds else 'FAILED'}: {name}{f' ({figure})' if figure else ''}", flush=True)


def wait_for(what, predicate, seconds):
    """Asks until yes; the last answer after `seconds`."""
    end = time.monotonic() + seconds
    while not predicate():
        if time.monotonic() > end:
            raise SystemExit(f"{NAME}: gave up waiting: {what}")
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Kafka:
    def __init__(self, folder):
        self.folder = folder
        run = subprocess.run([ROOT / "tools/kafka-up", "start", folder, "--port", "0"],
                             capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(f"{NAME}: no broker: {run.stderr.strip()}")
        env = (folder / "env").read_text()
        self.bootstrap = re.search(r"KAFKA_BOOTSTRAP='?\"?([^'\"\n]+)", env).group(1)

    def stop(self):
        subprocess.run([ROOT / "tools/kafka-up", "stop", self.folder, "--wipe"], check=False,
                       capture_output=True)


class Gateway:
    def __init__(self, program, folder, bootstrap, port):
        self.command = [program, "run", "--roles", "gateway", "--set", f"kafka.bootstrap={bootstrap}",
                        "--set", f"registry.dir={folder / 'registry'}",
                        "--set", f"rules.dir={ROOT / 'rules'}",
                        "--set", f"store.url=sqlite:{folder / 'store.db'}",
                        "--set", "gateway.listen=127.0.0.1", "--set", f"gateway.port={port}",
                        "--set", f"gateway.spool_file={folder / 'spool'}",
                        "--set", "gateway.frame_timeout_ms=8000",
                        "--set", "gateway.first_frame_timeout_ms=8000"]
        self.log = open(folder / "gateway.log", "ab")
        self.port = port
        self.memory_kib = 0
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)

    def ready(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{NAME}: the gateway ended: see {self.log.name}")
        return port_open(self.port)

    def note_memory(self):
        try:
            text = Path(f"/proc/{self.process.pid}/status").read_text()
        except FileNotFoundError:
            return
        match = re.search(r"VmHWM:\s+(\d+)", text)
        self.memory_kib = max(self.memory_kib, int(match.group(1)) if match else 0)

    def kill(self):
        self.note_memory()
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.note_memory()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


class Loggers:
    """`parkwatch simulate`, its progress read line by line."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        self.connected = self.answered = self.reconnects = 0
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def follow(self):
        pattern = re.compile(r"connected (\d+) of \d+  answered (\d+) of \d+ .* reconnects (\d+)")
        for line in self.process.stderr:
            match = pattern.search(line)
            if match:
                self.connected, self.answered, self.reconnects = map(int, match.groups())

    def finish(self, seconds):
        try:
            out, _ = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            out, _ = self.process.communicate(timeout=60)
        return json.loads(out.strip().splitlines()[-1]) if out.strip() else {}


class Nuisance:
    """Connections that say nothing, and some that drip one byte of a frame a second."""

    def __init__(self, port, silent, slow):
        self.sockets, self.slow = [], []
        self.closed = 0
        self.selector = selectors.DefaultSelector()
        for i in range(silent + slow):
            one = socket.socket()
            one.bind((f"127.3.{i // 200}.{i % 200 + 1}", 0))
            one.connect(("127.0.0.1", port))
            one.setblocking(False)
            self.selector.register(one, selectors.EVENT_READ)
            self.sockets.append(one)
            if i >= silent:
                self.slow.append(one)
        self.running = True
        self.thread = threading.Thread(target=self.drip, daemon=True)
        self.thread.start()

    def drip(self):
        frame = b"##0200QN=20260315093000125;ST=31;CN=2011;PW=123456;" + b"x" * 4000
        at = 0
        while self.running:
            for one in list(self.slow):
                try:
                    one.send(frame[at:at + 1])
                except OSError:
                    self.slow.remove(one)
            at += 1
            end = time.monotonic() + 1
            while time.monotonic() < end:
                for key, _ in self.selector.select(timeout=0.1):
                    try:
                        gone = not key.fileobj.recv(1)
                    except OSError:
                        gone = True
                    if gone:
                        self.selector.unregister(key.fileobj)
                        self.closed += 1

    def stop(self):
        self.running = False
        self.thread.join()
        for one in self.sockets:
            one.close()


def digests(capture):
    """SHA-256 of the payload of every record of a capture."""
    found = set()
    with open(capture, "rb") as lines:
        for line in lines:
            payload = json.loads(line)["payload"]
            if isinstance(payload, str):
                found.add(hashlib.sha256(payload.encode()).hexdigest())
    return found


def ledger_lines(path):
    with open(path, "rb") as lines:
        for line in lines:
            yield json.loads(line)


def trial(options, folder, kafka):
    program, loggers = options.program, options.loggers
    subprocess.run([program, "topics", "create", "--bootstrap", kafka.bootstrap, "--input-only",
                    "--partitions", "8", "--replication", "1"], check=True, capture_output=True)
    population = ["--loggers", str(loggers), "--seed", "8"]
    subprocess.run([program, "simulate", *population, "--registry-out", folder / "registry"],
                   check=True, capture_output=True)
    port = free_port()
    gateway = Gateway(program, folder, kafka.bootstrap, port)
    try:
        wait_for("the gateway listens", gateway.ready, 60)
        fleet = Loggers([program, "simulate", *population, "--to", f"127.0.0.1:{port}",
                         "--addresses", str(max(loggers // 100, 1)), "--reports", "realtime",
                         "--for", str(options.minutes * 60), "--speed", str(options.speed),
                         "--backlog", str(BACKLOG), "--ledger", folder / "ledger"])
        wait_for("all loggers connect", lambda: fleet.connected == loggers, 120)
        nuisance = Nuisance(port, options.nuisance, options.nuisance)
        wait_for("every logger has reported", lambda: fleet.answered >= loggers, 180)
        time_before, answered_before = time.monotonic(), fleet.answered
        # The nuisance is still there while the others are served: frames go on being answered.
        wait_for("the gateway ends slow and silent connections",
                 lambda: nuisance.closed == 2 * options.nuisance, 60)
        check("slow-loris and half-open connections are ended", True,
              f"{nuisance.closed} of {2 * options.nuisance}")
        wait_for("frames go on being answered", lambda: fleet.answered > answered_before, 90)
        check("the others are served meanwhile", True,
              f"{fleet.answered - answered_before} answers in {time.monotonic() - time_before:.0f} s")
        nuisance.stop()

        gateway.kill()
        gateway.start()
        wait_for("the gateway listens again", gateway.ready, 60)
        listening = time.monotonic()
        wait_for("all loggers are back",
                 lambda: fleet.reconnects >= loggers and fleet.connected == loggers, 120)
        taken = time.monotonic() - listening
        check(f"all reconnect within {RECONNECT_SECONDS} s", taken <= RECONNECT_SECONDS,
              f"{taken:.1f} s for {loggers}")
        backlog_begin, answered_before = listening, fleet.answered
        while fleet.process.poll() is None and fleet.answered < answered_before + loggers * BACKLOG:
            gateway.note_memory()
            if time.monotonic() - backlog_begin > options.patience:
                break
            time.sleep(0.2)
        seconds = time.monotonic() - backlog_begin
        print(f"backlog: {fleet.answered - answered_before} answers in {seconds:.0f} s", flush=True)
        totals = fleet.finish(options.patience)
        check("every frame is answered", totals.get("unanswered") == 0,
              f"{totals.get('answered')} of {totals.get('frames')}")
        backlog = totals.get("by_trouble", {}).get("backlog", 0)
        check(f"each logger sent {BACKLOG} frames again", backlog >= loggers * BACKLOG, str(backlog))
        gateway.note_memory()
        check(f"memory within {options.memory_mib} MiB",
              gateway.memory_kib <= options.memory_mib * 1024, f"{gateway.memory_kib // 1024} MiB")
        code = gateway.stop()
        check("SIGTERM drains and ends with 0", code == 0, f"exit {code}")
    finally:
        if gateway.process.poll() is None:
            gateway.process.kill()
    subprocess.run([program, "capture", "--bootstrap", kafka.bootstrap, "--until-end", "--output",
                    folder / "capture"], check=True, capture_output=True)
    in_topic = digests(folder / "capture")
    missing = sum(1 for line in ledger_lines(folder / "ledger")
                  if line["answered"] and line["sha256"] not in in_topic)
    check("every answered frame is in the topic", missing == 0 and in_topic, f"{missing} missing")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.environ.get("PARKWATCH_BIN", "build/parkwatch"))
    parser.add_argument("--full", action="store_true", help="5,000 loggers at a report a minute")
    parser.add_argument("--loggers", type=int)
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    options = parser.parse_args()
    full = options.full
    options.loggers = options.loggers or (5000 if full else 500)
    options.minutes = 5 if full else 10
    options.speed = 1 if full else 10
    options.nuisance = 200 if full else 50
    options.patience = 600 if full else 240
    options.memory_mib = 384 if full else 256
    folder = Path(tempfile.mkdtemp(prefix="parkwatch-load-"))
    kafka = None
    try:
        kafka = Kafka(folder / "kafka")
        trial(options, folder, kafka)
    except SystemExit as given_up:
        check(str(given_up), False)
    finally:
        if kafka:
            kafka.stop()
        if options.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{NAME}: {passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
