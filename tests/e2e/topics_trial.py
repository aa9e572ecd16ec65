#!/usr/bin/env python3
"""Result topics and redrive with the built program and a real broker; see run_topics.sh."""

import collections
import csv
import json
import random
import subprocess
import sys
import time

import contract
from trial_parts import (ROOT, Stage, arguments_of, check, checks, folder_of, start_broker, stop_parts, summary, utc,
                         wait_until)

MINUTE_MS = 60_000
DEVICES = ("DE320703000000000000A001", "DE320312000000000000A009", "DE320312000000000000A010")
# Message kind: the table that it tells of, how many columns are its key.
KINDS = {"window": ("outlet_window", 5), "verdict": ("verdict", 6), "alert": ("episode_event", 2),
         "contribution": ("contribution", 5), "cluster": ("cluster_window", 4), "violation": ("violation", 4),
         "quality": ("quality", 6), "mark": ("mark", 4), "dead": ("dead_letter", 2)}
ALWAYS_TOLD = ("violation",)  # a due date, whose phase is open, too


def sheet(name):
    with open(ROOT / "deploy/demo/registry" / name, encoding="utf-8") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def modbus_crc(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


class Trial(Stage):
    def __init__(self, options, folder):
        super().__init__(options.program, folder)
        self.random = random.Random(options.seed)
        self.hours = options.hours
        self.registry = ROOT / "deploy/demo/registry"
        hour = 60 * MINUTE_MS
        self.begin = int(time.time() * 1000) // hour * hour - (self.hours + 2) * hour
        outlet_of = {row["mn"]: row["outlet"] for row in sheet("devices.csv")}
        park_of = {row["id"]: row["park"] for row in sheet("enterprises.csv")}
        enterprise_of = {row["id"]: row["enterprise"] for row in sheet("outlets.csv")}
        self.devices = {mn: (park_of[enterprise_of[outlet_of[mn]]],
                             [row for row in sheet("factors.csv") if row["outlet"] == outlet_of[mn]])
                        for mn in DEVICES}

    def settings(self):
        return {**super().settings(), "registry.keys_file": ROOT / "deploy/demo/keys",
                "kafka.group_instance_id": "worker", "worker.batch_records_max": 500, "topics.publish": "all"}

    def start(self, settings=None, **environment):
        super().start("worker", "park,cluster,web", {"topics.open_windows": "true", **(settings or {})}, **environment)

    def end(self):
        check("the worker drains", super().end("worker") == 0)

    def send(self, park, payloads, content_type="application/json"):
        self.produce("".join(f"{park}\t{payload}\n" for payload in payloads), content_type)

    def reading(self, factors, mn, at, received):
        values = {}
        for row in factors:
            low, high = float(row["range_min"] or 0), float(row["range_max"] or 100)
            share = self.random.randrange(1, 600) / 1000
            values[row["factor"]] = {"value": f"{low + (high - low) * share:.3f}", "flag": "N"}
        if "a19001" in values:
            values["a19001"]["value"] = "12.5"
        return json.dumps({"mn": mn, "kind": "minute", "time": utc(at / 1000), "received": utc(received / 1000),
                           "factors": values})

    def send_history(self):
        count = 0
        for mn, (park, factors) in self.devices.items():
            payloads = [self.reading(factors, mn, self.begin + minute * MINUTE_MS,
                                     self.begin + (minute + 1) * MINUTE_MS)
                        for minute in range(self.hours * 60) if minute % 97 > 2]
            count += len(payloads)
            self.send(park, payloads)
        return count

    def send_documents(self):
        """A project built before its approval, and hours that are marked; then both corrected."""
        received = {"received": utc(self.begin / 1000 + 60)}
        for mn, (park, _) in self.devices.items():
            outlet = next(row["outlet"] for row in sheet("devices.csv") if row["mn"] == mn)
            for mark in ("stop", "fault"):
                self.send(park, [json.dumps({
                    "type": "mark", "source": "portal", "id": outlet, "park": park, "outlet": outlet,
                    "scheme": "thermal-power", "mark": mark, "author": "Li", "from": utc(self.begin / 1000 + 3600),
                    "to": utc(self.begin / 1000 + 7200)} | received)])
        project = sheet("projects.csv")[0]
        park = next(row["park"] for row in sheet("enterprises.csv") if row["id"] == project["enterprise"])
        for days, act in ((40, "construction_start"), (20, "eia_approval"), (30, "eia_approval")):
            self.send(park, [json.dumps({
                "type": "milestone", "source": "permits", "id": act, "park": park, "project": project["id"], "act": act,
                "time": utc(self.begin / 1000 - days * 86400)} | received)])

    def send_corrections(self):
        for mn, (park, factors) in self.devices.items():
            moments = [self.begin + self.random.randrange(self.hours * 60) * MINUTE_MS for _ in range(40)]
            self.send(park, [self.reading(factors, mn, at, self.begin + self.hours * 60 * MINUTE_MS)
                             for at in moments])

    def send_frame_with_plain_crc(self):
        """A frame that is refused until gateway.crc is `either`; its hour has no other data."""
        mn, (park, factors) = next(iter(self.devices.items()))
        local = time.strftime("%Y%m%d%H%M%S", time.gmtime((self.begin + 3 * MINUTE_MS) / 1000 + 8 * 3600))
        values = ";".join(f"{row['factor']}-Avg=11.5,{row['factor']}-Flag=N" for row in factors)
        segment = (f"QN={local}000;ST=31;CN=2051;PW=123456;MN={mn};Flag=4;"
                   f"CP=&&DataTime={local};{values}&&")
        frame = f"##{len(segment):04d}{segment}{modbus_crc(segment.encode()):04X}"
        self.send(park, [frame], "application/hj212")

    def settle(self):
        """All that is in the log now is in the store, summed and told."""
        ends = self.log_ends()

        def settled():
            return self.has_all(ends) and not self.rows("dirty") and not self.rows("outbox")
        wait_until("the store and the topics", settled, 180)

    def messages(self, topic):
        text = subprocess.run(["kcat", "-C", "-q", "-J", "-e", "-b", self.bootstrap, "-t", topic,
                               "-o", "beginning"], text=True, check=True, capture_output=True).stdout
        return [json.loads(line) for line in text.splitlines()]

    def rested(self, table, topic):
        """Rows and messages of one moment: ticks close windows at every minute, also while we look."""
        for _ in range(20):
            waiting, before, found = self.rows("outbox"), self.rows(table, "--audit"), self.messages(topic)
            if not waiting and before == self.rows(table, "--audit"):
                return before, found
            time.sleep(0.2)
        raise SystemExit(f"{table} never rests")

    def check_topics(self, name, open_rows):
        """Every message fits; the newest of each key are the rows of the store."""
        document = contract.load()
        for kind, (table, key_columns) in KINDS.items():
            topic = contract.address_of(document, kind)
            stored, found = self.rested(table, topic)
            faults = [fault for message in found for fault in contract.faults(document, kind, message)]
            check(f"{name}: messages of {topic} fit their schema", found and not faults,
                  f"{len(found)} messages {faults[:2]}")
            newest = contract.newest(found)
            told = {key: json.loads(message["payload"]) for key, message in newest.items()
                    if message["payload"] is not None}
            rows = {}
            for row in stored:
                if open_rows or table in ALWAYS_TOLD or row.get("phase") != "open":
                    rows["|".join(str(value) for value in list(row.values())[:key_columns])] = row
            again = len(found) - len({contract.headers_of(message)["ce_id"] for message in found})
            print(f"told more than once: {again}", flush=True)
            self.compare(f"{name}: the newest of {topic} are the rows of {table}", told, rows)

    def check_input(self):
        """What was sent to the input topic fits its schema, ticks of the program among it."""
        document = contract.load()
        kinds = collections.Counter()
        faults = []
        for message in self.messages(contract.address_of(document, "json")):
            headers = contract.headers_of(message)
            if headers.get("content-type") != "application/json" or "no document" in message["payload"]:
                continue
            content = json.loads(message["payload"])
            if "kind" in content or "type" in content:
                kinds[content.get("type", "reading")] += 1
                faults += contract.content_faults(document, "json", content)
        check("readings and ticks fit the schema of the input", kinds["reading"] and kinds["tick"] and not faults,
              f"{dict(kinds)} {faults[:2]}")

    def compare(self, name, told, rows):
        wrong = [key for key in rows.keys() | told.keys()
                 if key not in rows or key not in told or not same_row(told[key], rows[key])]
        detail = f"{len(rows)} rows"
        if wrong:
            detail += f", {len(wrong)} differ: {wrong[0]} {told.get(wrong[0])} {rows.get(wrong[0])}"
        check(name, bool(rows) and not wrong, detail)

    def redrive(self, *options, code=0, **settings):
        return self.call("topics", "redrive", *self.words(**settings), *options, code=code)

    def check_redrive(self):
        refused = self.redrive("--reason", "crc_mismatch", "--dry-run", code=3)
        check("what would end the same way is refused", "would send 0 " in refused
              and "crc_mismatch: 1" in refused, refused)
        either = {"gateway.crc": "either"}
        helped = self.redrive("--dry-run", "--reason", "crc_mismatch", **either)
        check("after the fix it would help", "would send 1 " in helped, helped)
        self.end()
        sent = self.redrive("--reason", "crc_mismatch", **either)
        check("it is sent", "sent 1 dead letters" in sent, sent)
        again = self.redrive("--reason", "crc_mismatch", **either)
        check("but once", "sent 0 " in again and "left out 1" in again, again)
        self.start(either)
        self.settle()
        dead = [row for row in self.rows("dead_letter", "--audit") if row["reason"] == "crc_mismatch"]
        check("the dead letter says where its copy is", len(dead) == 1 and dead[0]["redriven"]
              and dead[0]["times"] == 1, dead)
        later = self.redrive("--reason", "crc_mismatch", **either)
        check("nothing is left to send", "sent 0 " in later and "left out" not in later, later)
        self.end()

    def check_import(self):
        """A clerk's sheet becomes documents, once; with one bad row nothing is sent."""
        sheet = self.folder / "acts.csv"
        park = self.rows("park")[0]["park"]
        good = f"milestone,sheet-1,{park},project-x,completion,2026-03-01T00:00:00+08:00\n"
        bad = f"milestone,sheet-2,{park},project-x,completion,2026-02-30\n"
        sheet.write_text("type,id,park,project,act,time\n" + good + bad)
        self.call("import", sheet, *self.words(), code=3)
        sheet.write_text("type,id,park,project,act,time\n" + good)
        for _ in range(2):
            sent = self.call("import", sheet, *self.words())
            check("the sheet is sent", "sent 1 records" in sent, sent)
        self.settle()
        found = [row["id"] for row in self.rows("document") if row["source"] == "import"]
        check("an imported act is one document", found == ["sheet-1"], found)

    def compare_replay(self):
        """A program that had the fix from the beginning has the same results."""
        self.cut_log()
        tables = ("outlet_window", "verdict", "contribution", "cluster_window", "episode", "device_hour", "park")
        for table, rows, same in self.replayed(tables, "--keys", ROOT / "deploy/demo/keys", "--crc-either"):
            check(f"{table} equals a replay that had the fix at once", same and rows > 0, f"{rows} rows")

    def run(self):
        document = contract.load()
        check("the document is sound", not contract.document_faults(document), contract.document_faults(document))
        created = self.call("topics", "create", "--bootstrap", self.bootstrap, "--partitions", 4)
        names = {line.split(":")[0] for line in created.splitlines()}
        check("topics create makes what the document names", names == contract.addresses(document), created)
        self.start()
        print(f"{self.send_history()} readings", flush=True)
        park = self.devices[DEVICES[0]][0]
        self.send(park, ["no document", '{"mn":"X"}', "no document"])
        self.send_frame_with_plain_crc()
        self.send_documents()
        self.settle()
        self.check_topics("all told", True)
        self.check_input()
        self.end()
        # Killed at a commit: of a batch, or between the acknowledgement and the deletion.
        for nth in range(1, 5):
            self.send_corrections()
            self.start(PARKWATCH_TEST_KILL_AT_COMMIT=str(nth * 2))
            wait_until("the end of the worker", lambda: self.workers["worker"].poll() is not None, 120)
        self.start()
        self.settle()
        self.check_topics("after kill -9", True)
        self.check_import()
        self.check_redrive()
        self.check_topics("after redrive", True)
        self.compare_replay()


def same_row(told, row):
    """What is told equals the row; of packed bytes the export prints length and digest."""
    return all(told.get(name) == value for name, value in row.items()
               if not name.endswith(("_bytes", "_sha256")))


def main():
    parser = arguments_of(__doc__)
    parser.add_argument("--hours", type=int, default=27)
    parser.add_argument("--seed", type=int, default=20260315)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with folder_of("topics", options) as folder:
        trial = Trial(options, folder)
        try:
            trial.bootstrap = start_broker(folder)
            trial.run()
        finally:
            trial.close()
            stop_parts(folder)
            if checks["failed"]:
                print((folder / "worker.log").read_text(errors="replace")[-3000:])
    return summary("topics")


if __name__ == "__main__":
    sys.exit(main())
