#!/usr/bin/env python3
"""Thousands of simulated loggers on one gateway over a real broker. The gateway is killed and started
again: all reconnect soon, each sends a backlog, everything is answered and in the topic, and
slow-loris and half-open connections do not stop the others.
"""

import hashlib
import json
import re
import selectors
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from trial_parts import (Failed, Stage, arguments_of, check, folder_of, free_port, start_broker, stop_parts, summary,
                         wait_until)

RECONNECT_SECONDS = 10
BACKLOG = 200


def port_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Gateway(Stage):
    def __init__(self, program, folder):
        super().__init__(program, folder)
        self.port = free_port()
        self.memory_kib = 0

    def settings(self):
        return {**super().settings(), "gateway.listen": "127.0.0.1", "gateway.port": self.port,
                "gateway.spool_file": self.folder / "spool", "gateway.frame_timeout_ms": 8000,
                "gateway.first_frame_timeout_ms": 8000}

    @property
    def process(self):
        return self.workers["gateway"]

    def ready(self):
        if self.process.poll() is not None:
            raise Failed(f"the gateway ended: {(self.folder / 'gateway.log').read_text(errors='replace')[-2000:]}")
        return port_open(self.port)

    def note_memory(self):
        try:
            text = Path(f"/proc/{self.process.pid}/status").read_text()
        except FileNotFoundError:
            return
        match = re.search(r"VmHWM:\s+(\d+)", text)
        self.memory_kib = max(self.memory_kib, int(match.group(1)) if match else 0)

    def kill(self, name):
        self.note_memory()
        super().kill(name)

    def end(self, name):
        self.note_memory()
        return super().end(name)


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


def ledger_lines(path):
    with open(path, "rb") as lines:
        for line in lines:
            yield json.loads(line)


def trial(options, gateway):
    folder, loggers = gateway.folder, options.loggers
    gateway.call("topics", "create", "--bootstrap", gateway.bootstrap, "--input-only", "--partitions", 8)
    population = ["--loggers", str(loggers), "--seed", "8"]
    gateway.call("simulate", *population, "--registry-out", gateway.registry)
    gateway.start("gateway", "gateway")
    wait_until("the gateway to listen", gateway.ready, 60)
    fleet = Loggers([gateway.program, "simulate", *population, "--to", f"127.0.0.1:{gateway.port}",
                     "--addresses", str(max(loggers // 100, 1)), "--reports", "realtime",
                     "--for", str(options.minutes * 60), "--speed", str(options.speed),
                     "--backlog", str(BACKLOG), "--ledger", folder / "ledger"])
    wait_until("all loggers to connect", lambda: fleet.connected == loggers, 120)
    nuisance = Nuisance(gateway.port, options.nuisance, options.nuisance)
    wait_until("a report of every logger", lambda: fleet.answered >= loggers, 180)
    time_before, answered_before = time.monotonic(), fleet.answered
    # The nuisance is still there while the others are served: frames go on being answered.
    wait_until("the end of slow and silent connections",
               lambda: nuisance.closed == 2 * options.nuisance, 60)
    check("slow-loris and half-open connections are ended", True,
          f"{nuisance.closed} of {2 * options.nuisance}")
    wait_until("further answers", lambda: fleet.answered > answered_before, 90)
    check("the others are served meanwhile", True,
          f"{fleet.answered - answered_before} answers in {time.monotonic() - time_before:.0f} s")
    nuisance.stop()

    gateway.kill("gateway")
    gateway.start("gateway", "gateway")
    wait_until("the gateway to listen again", gateway.ready, 60)
    listening = time.monotonic()
    wait_until("all loggers to be back",
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
    code = gateway.end("gateway")
    check("SIGTERM drains and ends with 0", code == 0, f"exit {code}")
    in_topic = {hashlib.sha256(record["payload"].encode()).hexdigest() for record, _ in gateway.captured()
                if isinstance(record["payload"], str)}
    missing = sum(1 for line in ledger_lines(folder / "ledger")
                  if line["answered"] and line["sha256"] not in in_topic)
    check("every answered frame is in the topic", missing == 0 and in_topic, f"{missing} missing")


def main():
    parser = arguments_of(__doc__)
    parser.add_argument("--full", action="store_true", help="5,000 loggers at a report a minute")
    parser.add_argument("--loggers", type=int)
    options = parser.parse_args()
    full = options.full
    options.loggers = options.loggers or (5000 if full else 500)
    options.minutes = 5 if full else 10
    options.speed = 1 if full else 10
    options.nuisance = 200 if full else 50
    options.patience = 600 if full else 240
    options.memory_mib = 384 if full else 256
    with folder_of("load", options) as folder:
        gateway = Gateway(options.program, folder)
        try:
            gateway.bootstrap = start_broker(folder)
            trial(options, gateway)
        except Failed as given_up:
            check(str(given_up), False)
        finally:
            gateway.close()
            stop_parts(folder)
    return summary("gateway_load")


if __name__ == "__main__":
    sys.exit(main())
