"""Attacks on a running gateway while an honest logger goes on reporting: each is refused, flagged or counted as
docs/security.md says. Part of the security trial, which starts the gateway."""

import random
import re
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

from trial_parts import ROOT, check, wait_until

sys.path.append(str(ROOT / "tests/oracle"))
from intake import frame  # noqa: E402

HOST = "127.0.0.1"
CONNECTIONS_MAX = 120
PER_ADDRESS_MAX = 20
# What the gateway is told for the suite: the same bounds as in operation, reached within seconds.
SETTINGS = {"gateway.connections_max": CONNECTIONS_MAX, "gateway.connections_per_address_max": PER_ADDRESS_MAX,
            "gateway.first_frame_timeout_ms": 3000, "gateway.frame_timeout_ms": 2000}


def local_time(seconds):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds + 8 * 3600))


def report(mn, seconds, command=2011, value="12.5", password="123456", qn=None, answered=True):
    """An intact frame of HJ 212-2017 about this moment."""
    kind = "Rtd" if command == 2011 else "Avg"
    items = ";".join(f"{factor}-{kind}={number},{factor}-Flag=N" for factor, number in
                     (("a21002", value), ("a21005", value), ("a19001", "12.5"), ("a00000", "300")))
    return frame((f"QN={qn or local_time(seconds) + '000'};ST=31;CN={command};PW={password};MN={mn};"
                  f"Flag={5 if answered else 4};CP=&&DataTime={local_time(seconds)};{items}&&").encode())


def broken(intact):
    """The same frame with another checksum."""
    return intact[:-6] + (b"0000" if intact[-6:-2] != b"0000" else b"FFFF") + b"\r\n"


def fetch(address, path):
    try:
        with urllib.request.urlopen(address + path, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Counters:
    """A process's /metrics, by family and labels."""

    def __init__(self, address):
        self.address = address

    def of(self, family, **labels):
        """The sum of the series that have these labels."""
        wanted = [f'{name}="{value}"' for name, value in labels.items()]
        return sum(float(value) for series, value in
                   re.findall(rf"^{family}(\{{.*\}})? (\S+)$", fetch(self.address, "/metrics")[1], re.M)
                   if all(each in series for each in wanted))

    def grows(self, what, least, before, family, **labels):
        """Waits until the series has grown by so much; by how much it has grown then."""
        wait_until(what, lambda: self.of(family, **labels) >= before + least, 40)
        return self.of(family, **labels) - before


class Connection:
    """A peer of the gateway from an address of its own."""

    def __init__(self, port, address):
        self.socket = socket.socket()
        self.socket.settimeout(20)
        self.socket.bind((address, 0))
        self.socket.connect((HOST, port))
        self.rest = b""

    def send(self, data):
        """False when the gateway has hung up."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def answer(self):
        """The next whole answer; nothing when the gateway hung up instead."""
        while b"\r\n" not in self.rest:
            part = self.socket.recv(4096)
            if not part:
                return b""
            self.rest += part
        line, _, self.rest = self.rest.partition(b"\r\n")
        return line

    def ended(self, seconds=20):
        """Whether the gateway hangs up within this time."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(4096):
                pass
            return True
        except TimeoutError:
            return False
        except OSError:
            return True

    def close(self):
        self.socket.close()


class HonestLogger(threading.Thread):
    """Reports five times a second over one connection and waits for each answer."""

    def __init__(self, port, mn, address):
        super().__init__(daemon=True)
        self.connection = Connection(port, address)
        self.mn = mn
        self.over = threading.Event()
        self.answered = self.lost = 0
        self.slowest = 0.0
        self.start()

    def run(self):
        while not self.over.wait(0.2) and not self.lost:
            begin = time.monotonic()
            try:
                good = self.connection.send(report(self.mn, time.time())) and b"CN=9014" in self.connection.answer()
            except OSError:
                good = False
            self.answered += good
            self.lost += not good
            self.slowest = max(self.slowest, time.monotonic() - begin)

    def end(self):
        self.over.set()
        self.join(30)
        self.connection.close()


class Attacks:
    HONEST = "127.9.0.1"

    def __init__(self, port, gateway, worker, mn, password, log):
        """Addresses of the pages of gateway and worker; a registered MN; a password that nobody may see; the gateway's log."""
        self.port = port
        self.gateway = Counters(gateway)
        self.worker = Counters(worker)
        self.mn = mn
        self.password = password
        self.log = log
        self.next_address = 1

    def connect(self, address=None):
        if address is None:
            self.next_address += 1
            address = f"127.9.1.{self.next_address}"
        return Connection(self.port, address)

    def finding(self, name):
        return self.gateway.of("parkwatch_gateway_findings_total", finding=name)

    def run(self):
        self.honest = HonestLogger(self.port, self.mn, self.HONEST)
        wait_until("the honest logger", lambda: self.honest.answered, 20)
        for attack in (self.unregistered, self.spoofed, self.other_password, self.unknown_command, self.out_of_time,
                       self.broken_checksums, self.rubbish, self.slow_loris, self.flood_of_one_address, self.flood_of_many):
            attack()
        self.honest.end()
        check("the honest logger was answered all the time", not self.honest.lost and self.honest.answered > 20,
              f"{self.honest.answered} frames, slowest answer {self.honest.slowest:.2f} s")

    def unregistered(self):
        """Evidence up to 120 a minute of one MN, then counted and dropped."""
        count = 400
        before = self.gateway.of("parkwatch_gateway_frames_total", outcome="not_monitored")
        limited = self.finding("unregistered_limited")
        peer = self.connect()
        peer.send(b"".join(report("NOBODYKNOWS0001", time.time() - i, answered=False) for i in range(count)))
        taken = self.gateway.grows("the flood of an unknown device", count, before, "parkwatch_gateway_frames_total",
                                   outcome="not_monitored")
        dropped = self.finding("unregistered_limited") - limited
        # A minute may have begun in between.
        check("a flood of an unregistered MN is counted and dropped beyond its budget",
              taken == count and dropped in (count - 120, count - 240), f"{taken:.0f} counted, {dropped:.0f} dropped")
        peer.close()

    def spoofed(self):
        peer = self.connect()
        before = self.finding("twin_addresses")
        peer.send(report(self.mn, time.time()))
        found = self.gateway.grows("the finding of a spoofed MN", 1, before, "parkwatch_gateway_findings_total",
                                   finding="twin_addresses")
        line = next((one for one in self.log.read_text(errors="replace").splitlines() if f"MN {self.mn} is used" in one), "")
        check("an MN that somebody else uses too is a finding and a line with both addresses",
              found == 1 and self.HONEST in line and "127.9.1." in line, line)
        peer.close()

    def other_password(self):
        """The registry has no password of a device, so that none is wrong."""
        peer = self.connect(self.HONEST)
        before = self.finding("wrong_password")
        peer.send(report(self.mn, time.time(), password=self.password))
        check("a frame's password is not compared, as the document says",
              b"CN=9014" in peer.answer() and self.finding("wrong_password") == before)
        peer.close()

    def unknown_command(self):
        peer = self.connect(self.HONEST)
        before = self.finding("unknown_command")
        peer.send(report(self.mn, time.time(), command=7777))
        found = self.gateway.grows("the finding of an unknown command", 1, before, "parkwatch_gateway_findings_total",
                                   finding="unknown_command")
        check("a command that no edition knows is a finding", found == 1)
        peer.close()

    def out_of_time(self):
        """Data time is judged, QN is not."""
        peer = self.connect(self.HONEST)
        before = {reason: self.worker.of("parkwatch_dead_letters_total", reason=reason)
                  for reason in ("beyond_retention", "future_data_time")}
        for seconds in (-500 * 86400, 7200):
            peer.send(report(self.mn, time.time() + seconds, answered=False))
        for reason, then in before.items():
            grown = self.worker.grows(reason, 1, then, "parkwatch_dead_letters_total", reason=reason)
            check(f"a data time out of bounds is quarantined as {reason}", grown >= 1, f"{grown:.0f}")
        peer.send(report(self.mn, time.time(), qn="20010203040506000"))
        answer = peer.answer()
        check("a stale QN is taken, as the document says", b"QN=20010203040506000" in answer and b"CN=9014" in answer, answer)
        peer.close()

    def broken_checksums(self):
        """Of a registered MN they are evidence without a budget, of any other within one; none is answered."""
        count = 50
        for mn, known in ((self.mn, True), ("NOBODYKNOWS0002", False)):
            peer = self.connect()
            before = self.gateway.of("parkwatch_gateway_rejected_total", reason="crc_mismatch")
            dead = self.worker.of("parkwatch_dead_letters_total", reason="crc_mismatch")
            rubbish = self.gateway.of("parkwatch_gateway_connections_closed_total", reason="rubbish")
            data = broken(report(mn, time.time())) * (count if known else 200)
            peer.send(data)
            if known:
                found = self.gateway.grows("broken frames", count, before, "parkwatch_gateway_rejected_total",
                                           reason="crc_mismatch")
                kept = self.worker.grows("their evidence", count, dead, "parkwatch_dead_letters_total",
                                         reason="crc_mismatch")
                peer.send(report(self.mn, time.time()))
                check("broken frames of a registered MN are counted, kept and not answered",
                      found == count and kept == count and b"CN=9014" in peer.answer() and not peer.rest,
                      f"{found:.0f} counted, {kept:.0f} kept")
            else:
                check("a stream of broken frames of an unknown device ends its connection", peer.ended())
                self.gateway.grows("the end of broken frames", 1, rubbish, "parkwatch_gateway_connections_closed_total",
                                   reason="rubbish")
            peer.close()

    def rubbish(self):
        """Lengths that are not true, bytes of no protocol, and other protocols."""
        noise = random.Random(20260315)
        before = self.gateway.of("parkwatch_gateway_connections_closed_total", reason="rubbish")
        streams = {"a declared length that never comes true": b"##9999" + b"x" * 40_000,
                   "frames within frames without an end": b"##0500QN=1;" * 4_000,
                   "binary rubbish": noise.randbytes(40_000)}
        peers = {}
        for name, data in streams.items():
            peers[name] = self.connect()
            peers[name].send(data)
        for name, peer in peers.items():
            check(f"{name}: the connection ends", peer.ended())
            peer.close()
        self.gateway.grows("the end of rubbish", len(streams), before, "parkwatch_gateway_connections_closed_total",
                           reason="rubbish")
        before = self.gateway.of("parkwatch_gateway_connections_closed_total", reason="no_first_frame")
        peers = [self.connect(), self.connect()]
        peers[0].send(b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n")
        peers[1].send(b"\x16\x03\x01\x00\x75\x01\x00\x00\x71\x03\x03" + noise.randbytes(111))
        check("a browser and a TLS client are cut off", all(peer.ended() for peer in peers))
        self.gateway.grows("the end of other protocols", 2, before, "parkwatch_gateway_connections_closed_total",
                           reason="no_first_frame")

    def slow_loris(self):
        count = PER_ADDRESS_MAX
        before = self.gateway.of("parkwatch_gateway_connections_closed_total", reason="frame_timeout")
        address = "127.9.2.1"
        peers = [self.connect(address) for _ in range(count)]
        data = report(self.mn, time.time())
        begun = 10  # so that it is a frame that begins, and no greeting
        for peer in peers:
            peer.send(data[:begun])

        def dripped():
            nonlocal begun
            for peer in peers:
                peer.send(data[begun:begun + 1])
            begun += 1
            return self.gateway.of("parkwatch_gateway_connections_closed_total", reason="frame_timeout") >= before + count
        wait_until("the end of slow-loris", dripped, 40)
        check("connections that send a byte at a time are ended", all(peer.ended() for peer in peers), f"{count} connections")

    def flood_of_one_address(self):
        more = 40
        before = self.gateway.of("parkwatch_gateway_connections_refused_total", reason="per_address")
        peers = [self.connect("127.9.3.1") for _ in range(PER_ADDRESS_MAX + more)]
        refused = self.gateway.grows("the limit of one address", more, before,
                                     "parkwatch_gateway_connections_refused_total", reason="per_address")
        check("one address gets its number of connections and no more", refused == more, f"{refused:.0f} refused")
        for peer in peers:
            peer.close()

    def flood_of_many(self):
        """While it lasts nobody else gets in; who is in stays, and silent peers are gone soon."""
        open_now = "parkwatch_gateway_connections"
        wait_until("the former peers to be gone", lambda: self.gateway.of(open_now) == 1, 40)
        before = self.gateway.of("parkwatch_gateway_connections_refused_total", reason="in_all")
        count = CONNECTIONS_MAX + 60
        peers = [self.connect(f"127.9.4.{i // PER_ADDRESS_MAX + 1}") for i in range(count)]
        answered = self.honest.answered
        refused = self.gateway.grows("the limit in all", count - CONNECTIONS_MAX + 1, before,
                                     "parkwatch_gateway_connections_refused_total", reason="in_all")
        check("there are never more connections than allowed in all", refused == count - CONNECTIONS_MAX + 1,
              f"{refused:.0f} of {count} refused")
        wait_until("answers during the flood", lambda: self.honest.answered > answered or self.honest.lost, 40)
        wait_until("the end of silent peers", lambda: self.gateway.of(open_now) == 1, 40)
        late = self.connect()
        late.send(report(self.mn, time.time(), answered=True))
        check("after the flood a logger gets in again", b"CN=9014" in late.answer())
        for peer in (*peers, late):
            peer.close()
