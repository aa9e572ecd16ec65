#!/usr/bin/env python3
"""Who gets in, who does not, what is said of it, and what is never shown; see run_security.sh.

Logger, gateway, topic, worker and store, with TLS, passwords, ACLs and database roles between them. Each case of the matrix
is a process of its own with one thing wrong. What it says must name what, where and what to do; when the cause goes away
it goes on, by itself or, where a setting was wrong, when it is started again.
"""

import dataclasses
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

from gateway_attacks import SETTINGS, Attacks, Connection, Counters, fetch, report
from security_parts import ADDRESS, Authority, Canaries, SecuredBroker, SecuredPostgres, openssl
from trial_parts import (INPUT, ROOT, Failed, Stage, arguments_of, check, checks, folder_of, free_port, skip, stop_parts,
                         summary, utc, wait_until, whole_hour)

GROUP = "parkwatch"
VERDICTS = "parkwatch.verdicts.v1"
MN = "DE320703000000000000A001"
OUTLET = "lyg-power-da001"
PATHS = ("/", "/metrics", "/healthz", "/readyz", "/startupz", "/version", "/api/v1/parks", "/api/v1/clusters",
         "/api/v1/episodes?state=all", f"/api/v1/windows?outlet={OUTLET}", f"/api/v1/verdicts?outlet={OUTLET}",
         "/api/v1/verdicts?outlet=none", "/nothing")
NO_SASL = {"kafka.security_protocol": "ssl", "kafka.sasl_mechanism": "", "kafka.sasl_username": ""}
PLAINTEXT = {**NO_SASL, "kafka.security_protocol": "plaintext"}
UNREADY = None
# Users of the broker who lack a right or several; the others get what `parkwatch topics acls` prints.
LACKING = {
    "stranger": [],
    "reader": [("READ", "TOPIC", INPUT), ("READ", "GROUP", f"{GROUP}-reader")],
    "groupless": [("READ", "TOPIC", INPUT), ("WRITE", "TOPIC", INPUT)],
    "writer": [("WRITE", "TOPIC", INPUT), ("READ", "GROUP", f"{GROUP}-writer")],
}
USERS = ("gateway", "worker", "keeper", *LACKING)


@dataclasses.dataclass
class Case:
    """A process with one thing wrong, and what must be said of it."""
    name: str
    words: tuple  # one line or reason has them all
    settings: dict
    ends: tuple  # exit codes that are right; UNREADY: it may also go on and say so in its readiness
    roles: str = "park,cluster,web"
    secrets: dict = dataclasses.field(default_factory=dict)


class Trial(Stage):
    def __init__(self, options, folder):
        super().__init__(options.program, folder)
        self.registry = ROOT / "deploy/demo/registry"
        self.canaries = Canaries(folder)
        self.port = free_port()
        self.pages = {}  # name of a process: where its pages are

    def start_parts(self):
        self.authority = Authority(self.folder / "authority", "trial authority")
        self.stranger = Authority(self.folder / "stranger", "another authority")
        for user in (*USERS, "wrong-kafka", "owner", "monitor", "looker", "wrong-store", "logger"):
            self.canaries.plant(user)
        self.keys = self.canaries.plant("sm4", os.urandom(16).hex())
        self.keys.write_text(f"demo-key = {self.canaries.tokens['sm4']}\n")
        token = self.canaries.tokens
        self.broker = SecuredBroker(self.folder, self.authority, {user: token[user] for user in USERS})
        self.postgres = SecuredPostgres(self.folder, self.authority, {user: token[user] for user in ("owner", "monitor", "looker")})
        self.bootstrap = self.broker.at("sasl")
        self.url = self.store_url("monitor")
        for user, rights in LACKING.items():
            for right in rights:
                self.broker.allow(user, *right)
        self.allow_as_printed()

    def allow_as_printed(self):
        """The rights that the program asks for, and no others; those of the result topics but one come later."""
        code, text = self.say("topics acls", "topics", "acls", "--set", "topics.publish=verdicts", "--gateway",
                              "User:gateway", "--worker", "User:worker", "--admin", "User:keeper")
        for line in text.splitlines():
            words = line.split()
            if line.startswith("#") or (VERDICTS in words and "User:worker" in words):
                continue
            user = words[words.index("--allow-principal") + 1].partition(":")[2]
            if "--cluster" in words:
                kind, name = "CLUSTER", "kafka-cluster"
            else:
                kind = "GROUP" if "--group" in words else "TOPIC"
                name = words[words.index(f"--{kind.lower()}") + 1]
            for operation in (after for word, after in zip(words, words[1:]) if word == "--operation"):
                self.broker.allow(user, re.sub("(?<=[a-z])(?=[A-Z])", "_", operation).upper(), kind, name)

    def store_url(self, user, ca=None, host=ADDRESS):
        return self.postgres.url(user, f"sslmode=verify-full&sslrootcert={ca or self.authority.file}&hostaddr={ADDRESS}", host)

    def settings(self):
        return {**super().settings(), "kafka.security_protocol": "sasl_ssl", "kafka.ssl_ca_location": self.authority.file,
                "kafka.sasl_mechanism": "PLAIN", "kafka.sasl_username": "worker", "kafka.start_timeout_ms": 4000,
                "kafka.delivery_timeout_ms": 4000, "registry.keys_file": self.keys, "gateway.listen": ADDRESS,
                "gateway.port": 0, "gateway.spool_file": self.folder / "spool"}

    # The program, and all that it says

    def environment(self, secrets):
        return {f"PARKWATCH_{name}_FILE": str(self.canaries.file(file)) for name, file in
                {"KAFKA__SASL_PASSWORD": "worker", "STORE__PASSWORD": "monitor", **secrets}.items()}

    def say(self, name, *arguments, **environment):
        """Runs to its end; exit code and all that it printed."""
        done = subprocess.run([self.program, *map(str, arguments)], text=True, errors="replace", timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **environment})
        self.canaries.search(f"command: {name}", done.stdout)
        return done.returncode, done.stdout

    def start(self, name, roles, settings=None, secrets=None):
        web = free_port()
        words = self.words(**{"web.port": web, **(settings or {})})
        process = self.spawn(name, "run", "--roles", roles, *words, **self.environment(secrets or {}))
        self.workers[name], self.pages[name] = process, f"http://{ADDRESS}:{web}"
        return process

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def reasons(self, name):
        """Why it is not ready; nothing while its pages do not answer."""
        try:
            status, body = fetch(self.pages[name], "/readyz")
        except OSError:
            return []
        return [] if status == 200 else json.loads(body).get("reasons", [])

    def ready(self, name):
        try:
            return fetch(self.pages[name], "/readyz")[0] == 200
        except OSError:
            return False

    def wait_ready(self, name, seconds=60):
        def good():
            if self.workers[name].poll() is not None:
                raise Failed(f"{name} ended with {self.workers[name].returncode}: {self.log(name)[-1500:]}")
            return self.ready(name)
        wait_until(f"{name} to be ready", good, seconds)

    # What is right works

    def start_right(self):
        """Gateway and worker as in operation: users of their own, the least rights, a reader's view of the store."""
        self.start("gateway", "gateway,web", {"gateway.port": self.port, "store.url": self.store_url("looker"),
                                              "kafka.sasl_username": "gateway", **SETTINGS},
                   {"KAFKA__SASL_PASSWORD": "gateway", "STORE__PASSWORD": "looker"})
        self.start("worker", "park,cluster,web", {"topics.publish": "verdicts"})
        for name in ("gateway", "worker"):
            self.wait_ready(name)

    def make_store(self):
        """Topics and tables as their owners make them, without any password on a command line."""
        client = self.canaries.write("client", "\n".join(
            ["security.protocol=sasl_ssl", f"ssl.ca.location={self.authority.file}", "sasl.mechanism=PLAIN",
             "sasl.username=keeper", f"sasl.password={self.canaries.tokens['keeper']}"]))
        code, text = self.say("topics", "topics", "create", "--bootstrap", self.bootstrap, "--client-config", client,
                              "--partitions", 2)
        check("topics are made over TLS by a user with a password", code == 0, text.splitlines()[-1:])
        passwords = "".join(f"{ADDRESS}:{self.postgres.port}:parkwatch:{user}:{self.canaries.tokens[user]}\n"
                            for user in ("owner", "monitor", "looker"))
        self.passfile = self.canaries.write("pgpass", passwords.rstrip())
        code, text = self.say("store init", "store", "init", "--store", self.store_url("owner"),
                              PGPASSFILE=str(self.passfile))
        check("the owner makes the tables over TLS, its password in a file", code == 0, text[-300:])
        code, roles = self.say("store roles", "store", "roles")
        done = subprocess.run(["psql", "-X", "-q", self.postgres.super_user.rsplit("/", 1)[0] + "/parkwatch"], text=True,
                              input=roles + "grant parkwatch_writer to monitor; grant parkwatch_reader to looker;",
                              capture_output=True)
        check("the roles are made", code == 0 and done.returncode == 0, done.stderr[-300:])

    def rows(self, table, *options):
        done = subprocess.run([self.program, "export", table, "--store", self.store_url("owner"), "--format", "jsonl", *options],
                              text=True, capture_output=True, env={**os.environ, "PGPASSFILE": str(self.passfile)})
        if done.returncode:
            raise Failed(f"export {table}: {done.stderr[-500:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def settled(self, begin):
        """The outlet's rows of this hour once nothing is owed."""
        wait_until("the cluster step", lambda: not self.rows("dirty"), 60)
        return [row for table in ("outlet_window", "verdict") for row in self.rows(table)
                if row["outlet"] == OUTLET and row["start"] == utc(begin) and row["span"] == "hour"]

    def send_hour(self, peer, begin):
        return [peer.answer() for minute in range(60) if peer.send(report(MN, begin + minute * 60, 2051, "40.5"))]

    def check_right(self):
        begin = whole_hour(4)
        peer = Connection(self.port, "127.9.8.1")
        answers = self.send_hour(peer, begin)
        check("a logger's frames are answered", len(answers) == 60 and all(b"CN=9014" in one for one in answers))
        peer.send(report(MN, whole_hour(2), 2051, "40.5"))
        wait_until("the hour in the store", lambda: any(
            row["outlet"] == OUTLET and row["phase"] == "closed" and row["start"] == utc(begin)
            for row in self.rows("outlet_window")), 60)
        check("gateway, topic, worker and store work with TLS, passwords and the least rights", True)
        self.check_replay(peer, begin)
        peer.close()
        code, text = self.say("doctor", "doctor", *self.words(**{"web.port": 0, "kafka.sasl_username": "keeper"}),
                              **self.environment({"KAFKA__SASL_PASSWORD": "keeper"}))
        bad = [line for line in text.splitlines() if re.match("FAULT|AWAY", line)]
        check("doctor finds broker, topic and store in order", not bad and code in (0, 3), bad)

    def check_replay(self, peer, begin):
        """Frames that are sent once more as they were change nothing, and are counted."""
        before = self.settled(begin)
        counters = self.counters("worker")
        duplicates = counters.of("parkwatch_records_total", **{"class": "duplicate"})
        self.send_hour(peer, begin)
        grown = counters.grows("the duplicates", 60, duplicates, "parkwatch_records_total", **{"class": "duplicate"})
        check("replayed frames are duplicates and change no result", grown == 60 and before and self.settled(begin) == before,
              f"{grown:.0f} duplicates, {len(before)} rows")

    # What is wrong is refused

    def broker_cases(self):
        """Ways of not getting in at Kafka, for worker and gateway."""
        at = self.broker.at
        certificate = ("certificate",)
        ways = [  # name, words, settings, password of, right ends of a worker and of a gateway; none: not tried
            ("a wrong password", (at("sasl"), "Invalid username or password"), {}, "wrong-kafka", (78, UNREADY), (75, 78)),
            ("an authority that nobody knows", (at("sasl"), *certificate),
             {"kafka.ssl_ca_location": self.stranger.file}, "worker", (75, 78, UNREADY), (75, 78)),
            ("an expired certificate", (at("expired"), *certificate), {"kafka.bootstrap": at("expired"), **NO_SASL},
             "worker", (75, 78, UNREADY), (75, 78)),
            ("a certificate of another host", (at("elsewhere"), *certificate),
             {"kafka.bootstrap": at("elsewhere"), **NO_SASL}, "worker", (75, 78, UNREADY), (75, 78)),
            ("no file of authorities", ("ssl.ca.location",), {"kafka.ssl_ca_location": "/nowhere.pem"}, "worker", (78,), (78,)),
            ("no certificate of the client", (at("clients"), "certificate"),
             {"kafka.bootstrap": at("clients"), **NO_SASL}, "worker", (75, 78, UNREADY), ()),
            ("plain text where TLS is spoken", (at("sasl"), "security.protocol"), PLAINTEXT, "worker", (75, UNREADY), ()),
            ("TLS where plain text is spoken", (at("plain"), "SSL"), {"kafka.bootstrap": at("plain"), **NO_SASL},
             "worker", (75, 78, UNREADY), ())]
        for name, words, settings, password, *ends in ways:
            for role, right in zip(("park", "gateway"), ends):
                if right:
                    yield self.broker_case(f"{name}: {role}", words, settings, "worker", password, right, role)
        denied = "authorization failed"
        for name, words, user, ends, role in (
                ("no right to the topic", (INPUT, "Topic " + denied), "stranger", (78, UNREADY), "park"),
                ("no right to the topic", (INPUT, "Topic " + denied), "stranger", (75, 78), "gateway"),
                ("no right to read the topic", ("Topic " + denied,), "writer", (78, UNREADY), "park"),
                ("no right to the group", ("Group " + denied,), "groupless", (78, UNREADY), "park")):
            yield self.broker_case(f"{name}: {role}", words, {}, user, user, ends, role)

    def broker_case(self, name, words, settings, user, password, ends, role):
        own = self.folder / name.replace(" ", "-").replace(":", "")
        return Case(name, words, {"store.url": f"sqlite:{own}.db", "gateway.spool_file": f"{own}.spool",
                                  "kafka.group_id": f"{GROUP}-{user}", "kafka.sasl_username": user, **settings},
                    ends, f"{role},web", {"KAFKA__SASL_PASSWORD": password})

    def store_cases(self):
        for name, words, url, password, ends in (
                ("a wrong password", ("the password is wrong", "28P01"), self.store_url("monitor"), "wrong-store", (78,)),
                ("a user that is not there", ("nobody", "28P01"), self.store_url("nobody"), "monitor", (78,)),
                ("a user who may only read", ("the user lacks a right", "parkwatch store roles"), self.store_url("looker"),
                 "looker", (78,)),
                ("no TLS where it is asked for", ("pg_hba.conf", "no encryption"),
                 self.postgres.url("monitor", "sslmode=disable"), "monitor", (78,)),
                ("an authority that nobody knows", ("certificate verify failed",),
                 self.store_url("monitor", ca=self.stranger.file), "monitor", (75, 78)),
                ("no file of authorities", ('root certificate file "/nowhere.pem"',),
                 self.store_url("monitor", ca="/nowhere.pem"), "monitor", (75, 78)),
                ("a certificate of another host", ("does not match host name",),
                 self.store_url("monitor", host="postgres.invalid"), "monitor", (75, 78))):
            yield Case(f"{name}: store", (f":{self.postgres.port}/parkwatch", *words), {"store.url": url}, ends,
                       secrets={"STORE__PASSWORD": password})

    def check_refusals(self):
        cases = [*self.broker_cases(), *self.store_cases()]
        at_once = 6
        for first in range(0, len(cases), at_once):
            batch = [(f"refused-{first + i}", case) for i, case in enumerate(cases[first:first + at_once])]
            for name, case in batch:
                self.start(name, case.roles, case.settings, case.secrets)
            for name, case in batch:
                self.check_refusal(name, case)

    def check_refusal(self, name, case):
        process = self.workers[name]

        def saying(lines):
            return next((line for line in lines if all(word in line for word in case.words)), "")

        def went_on():
            reasons = self.reasons(name)
            ending = "program: draining" in reasons or "worker ended" in self.log(name)
            return UNREADY in case.ends and saying(reasons) and not ending
        wait_until(f"{case.name} to be refused", lambda: process.poll() is not None or went_on(), 60)
        code = process.poll()
        said = saying(self.log(name).splitlines()[::-1])
        check(f"refused and said: {case.name}", code in case.ends and said,
              f"{'not ready' if code is None else f'exit {code}'}: {(said or self.log(name)[-300:])[:300]}")
        self.canaries.search_process(process, name)
        if code is None:
            self.kill(name)

    # What goes away by itself

    def check_recovery(self):
        self.recover_from_mistyped_password()
        self.recover_at_broker()
        self.recover_at_store()

    def recover_from_mistyped_password(self):
        """A supervisor starts it again and again; nothing but the file is touched."""
        self.canaries.write("mistyped", self.canaries.tokens["wrong-kafka"])
        # A SQLite store and a group of its own: the topic's records are in the other one already.
        settings = {"store.url": f"sqlite:{self.folder}/mistyped.db", "kafka.sasl_username": "reader",
                    "kafka.group_id": f"{GROUP}-reader"}

        def start():
            return self.start("mistyped", "park,cluster,web", settings, {"KAFKA__SASL_PASSWORD": "mistyped"})
        process = start()
        wait_until("the refusal", lambda: process.poll() is not None or self.reasons("mistyped"), 60)
        self.canaries.write("mistyped", self.canaries.tokens["reader"])
        if process.poll() is None:
            self.kill("mistyped")
        start()
        # Its user may not write yet: what would say the time to silent parks is missing.
        wait_until("the missing right to write", lambda: any("authorization failed" in reason
                                                             for reason in self.reasons("mistyped")), 60)
        self.broker.allow("reader", "WRITE", "TOPIC", INPUT)
        self.wait_ready("mistyped")
        check("with its password file corrected it gets in when started again, with the right granted by itself", True)
        check("and drains", self.end("mistyped") == 0)

    def recover_at_broker(self):
        """Rights at the broker that were taken or are granted while the program runs."""
        right = ("gateway", "WRITE", "TOPIC", INPUT)
        self.broker.forbid(*right)
        peer = Connection(self.port, "127.9.8.2")
        peer.send(report(MN, time.time()))
        reason = wait_until("the gateway to notice", lambda: self.reasons("gateway"), 60)
        check("a gateway that may not write any more says so and keeps the frame",
              "frames in the spool: 1" in reason[0], reason)
        self.broker.allow(*right)
        self.wait_ready("gateway")
        check("with the right again the frame is delivered and answered", b"CN=9014" in peer.answer())
        peer.close()
        check("a worker says which result topic it may not write", any(
            VERDICTS in line and "authorization failed" in line for line in self.log("worker").splitlines()))
        self.broker.allow("worker", "WRITE", "TOPIC", VERDICTS)
        wait_until("the verdicts", lambda: OUTLET in self.consumed(VERDICTS), 90)
        check("with the right its results are told, those of before too", True)

    def recover_at_store(self):
        for which in ("expired", "elsewhere"):
            self.postgres.show(which)
            reason = wait_until("the worker to notice", lambda: next(
                (one for one in self.reasons("worker") if one.startswith("worker: store:") and "certificate" in one), ""), 60)
            check(f"a store that shows the {which} certificate makes the worker unready", True, reason[:300])
            self.postgres.show("good")
            self.wait_ready("worker")
            check("with a good certificate it goes on", True)

    # What a process shows

    def counters(self, name):
        return Counters(self.pages[name])

    def check_secrets(self):
        """Every place where a secret could stand, after all that has happened."""
        canaries = self.canaries
        for name, process in self.workers.items():
            if process.poll() is None:
                canaries.search_process(process, name)
                for path in PATHS:
                    canaries.search(f"page: {path} of {name}", fetch(self.pages[name], path)[1])
        for log in sorted(self.folder.glob("*.log")):
            canaries.search(f"log: {log.name}", log.read_text(errors="replace"))
        for words in (("config", "print", "--effective", "--origins"), ("check", "--format", "json"), ("doctor",)):
            self.say(" ".join(words), *words, *self.words(), **self.environment({}))
        self.check_bundle()
        stored = self.postgres.dump() + self.say("export all", "export", "all", "--audit", "--store", self.store_url("owner"),
                                                 PGPASSFILE=str(self.passfile))[1]
        canaries.search("store: dump and export", stored, "logger")
        for topic in (INPUT, VERDICTS):
            canaries.search(f"topic: {topic}", self.consumed(topic), "logger")
        for place in sorted(canaries.seen):
            found = [leak for leak in canaries.leaks if f" in {place}" in leak]
            check(f"no secret in any {place}", not found and canaries.seen[place] > 100,
                  found or f"{canaries.seen[place]} characters")
        check("the search finds what is there", all(
            any(form in file.read_text() for form in canaries.forms(canaries.tokens[file.name]))
            for file in canaries.folder.iterdir() if file.name in canaries.tokens))

    def consumed(self, topic):
        return subprocess.run(["kcat", "-C", "-q", "-e", "-b", self.broker.at("plain"), "-t", topic, "-o", "beginning"],
                              text=True, errors="replace", check=True, capture_output=True, timeout=60).stdout

    def check_bundle(self):
        bundle = self.folder / "bundle"
        settings = {"web.port": self.pages["worker"].rpartition(":")[2]}
        code, text = self.say("bundle", "debug", "bundle", bundle, *self.words(**settings), **self.environment({}))
        files = sorted(bundle.iterdir())
        for file in files:
            self.canaries.search(f"bundle: {file.name}", file.read_text(errors="replace"))
        check("a debug bundle is written", code == 0 and len(files) >= 7, text[-300:])

    def check_core(self):
        """As the unit of systemd starts it, a process that crashes leaves nothing of its memory."""
        unit = (ROOT / "deploy/systemd/parkwatch.service").read_text()
        limit = int(re.search(r"^LimitCORE=(\d+)$", unit, re.M).group(1))
        worker = self.workers["worker"]
        resource.prlimit(worker.pid, resource.RLIMIT_CORE, (limit, limit))
        worker.send_signal(signal.SIGABRT)
        _, status = os.waitpid(worker.pid, 0)
        worker.returncode = -os.WTERMSIG(status)
        check("a crash leaves no core", os.WTERMSIG(status) == signal.SIGABRT and not os.WCOREDUMP(status), status)

    # Further ways in

    def doctor(self, name, settings, config="", secrets=None):
        """Its exit code and the lines about the broker."""
        code, text = self.say(f"doctor {name}", "doctor", *(["--config", config] if config else []),
                              *self.words(**{"web.port": 0, **settings}), **self.environment(secrets or {}))
        return code, [line for line in text.splitlines() if line.split()[1:2] in (["kafka"], ["topic"], ["library"])]

    def check_client_certificate(self):
        """The broker asks for one; its key is encrypted, the password of it in a file."""
        self.canaries.plant("key")
        for operation in ("DESCRIBE", "DESCRIBE_CONFIGS"):
            self.broker.allow("CN=client", operation, "TOPIC", INPUT)
        for authority, right in ((self.authority, True), (self.stranger, False)):
            pem = authority.sign("client", "client")
            key = pem.with_suffix(".locked")
            openssl("pkcs8", "-topk8", "-v2", "aes256", "-passout", f"file:{self.canaries.file('key')}", "-in",
                    pem.with_suffix(".key"), "-out", key)
            client = self.canaries.write("client-key", f"ssl.key.password={self.canaries.tokens['key']}")
            config = self.folder / "client.toml"
            config.write_text(f'[kafka]\nclient_file = "{client}"\n[kafka.client]\n"ssl.certificate.location" = '
                              f'"{pem.with_suffix(".crt")}"\n"ssl.key.location" = "{key}"\n')
            code, lines = self.doctor("client certificate", {"kafka.bootstrap": self.broker.at("clients"), **NO_SASL},
                                      config)
            good = any(re.match("ok +topic", line) for line in lines)
            check("a client's certificate lets it in" if right else "one of another authority does not",
                  good if right else not good and code in (75, 78), lines)

    def check_scram(self):
        """With SCRAM no password travels."""
        settings = {"kafka.sasl_mechanism": "SCRAM-SHA-512", "kafka.sasl_username": "keeper"}
        code, lines = self.doctor("SCRAM", settings, secrets={"KAFKA__SASL_PASSWORD": "keeper"})
        library = next((line for line in lines if "library" in line), "")
        if library.startswith("WARNING"):
            check("SCRAM with a library that cannot do it is named", "2.6.1" in library and code != 0, library)
            skip("SCRAM lets the right password in", library)
            return
        check("SCRAM lets the right password in", any(re.match("ok +topic", line) for line in lines), lines)
        code, lines = self.doctor("SCRAM, wrong password", settings, secrets={"KAFKA__SASL_PASSWORD": "wrong-kafka"})
        check("SCRAM refuses a wrong password", code in (75, 78) and not any(re.match("ok +topic", line) for line in lines), lines)

    def run(self):
        self.make_store()
        self.start_right()
        self.check_right()
        self.check_client_certificate()
        self.check_scram()
        self.check_refusals()
        self.check_recovery()
        attacks = Attacks(self.port, self.pages["gateway"], self.pages["worker"], MN, self.canaries.tokens["logger"],
                          self.folder / "gateway.log")
        attacks.run()
        self.check_secrets()
        check("the gateway drains", self.end("gateway") == 0)
        self.check_core()


def main():
    options = arguments_of(__doc__).parse_args()
    with folder_of("security", options) as folder:
        trial = Trial(options, folder)
        try:
            trial.start_parts()
            trial.run()
        except Failed as given_up:
            check(str(given_up), False)
        finally:
            trial.close()
            stop_parts(folder)
            if checks["failed"]:
                for name in ("gateway", "worker"):
                    log = folder / f"{name}.log"
                    print(log.read_text(errors="replace")[-3000:] if log.exists() else f"no {log}")
    return summary("security")


if __name__ == "__main__":
    sys.exit(main())
