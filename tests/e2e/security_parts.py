"""Parts of the security trial: certificates, a broker with TLS, passwords and ACLs, a PostgreSQL server with TLS, and planted
secrets with the search for them."""

import base64
import collections
import os
import pathlib
import secrets
import shutil
import socket
import struct
import subprocess

from trial_parts import Failed, environment_of, start_postgres, tool

ADDRESS = "127.0.0.1"
HERE = f"DNS:localhost,IP:{ADDRESS}"


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], text=True, capture_output=True)
    if done.returncode:
        raise Failed(f"openssl {arguments[0]}: {done.stderr[-400:]}")


class Authority:
    """Signs certificates, good and expired ones."""

    def __init__(self, folder, name):
        folder.mkdir(parents=True)
        self.folder = folder
        self.file = folder / "ca.pem"
        self.key = folder / "ca.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2,
                "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.file)
        (folder / "index").touch()
        (folder / "config").write_text(
            f"[ca]\ndefault_ca = own\n[own]\ndatabase = {folder}/index\nnew_certs_dir = {folder}\nrand_serial = yes\n"
            "default_md = sha256\nunique_subject = no\ncopy_extensions = copy\npolicy = any\n[any]\ncommonName = supplied\n")

    def sign(self, name, subject, alternative=HERE, days=("20200101000000Z", "20491231000000Z")):
        """Key and certificate in NAME.key and NAME.crt; both and the authority's in NAME.pem."""
        key, request, certificate, all_in_one = (self.folder / f"{name}.{end}" for end in ("key", "csr", "crt", "pem"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={subject}",
                "-addext", f"subjectAltName={alternative}", "-keyout", key, "-out", request)
        openssl("ca", "-batch", "-notext", "-config", self.folder / "config", "-cert", self.file, "-keyfile", self.key,
                "-startdate", days[0], "-enddate", days[1], "-in", request, "-out", certificate)
        all_in_one.write_text(key.read_text() + certificate.read_text() + self.file.read_text())
        return all_in_one

    def sign_expired(self, name, subject):
        return self.sign(name, subject, days=("20200101000000Z", "20210101000000Z"))


# The broker

def free_ports(count):
    """The first of so many ports in a row that nobody has, below those that the system gives to others."""
    for _ in range(200):
        first = 20000 + secrets.randbelow(1180) * 10
        probes = []
        try:
            for port in range(first, first + count):
                probes.append(socket.socket())
                probes[-1].bind((ADDRESS, port))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise Failed("no free ports")


class SecuredBroker:
    """One broker with a listener for each trouble that a client can have with its certificate.

    plain: the super-user's, for the trial itself; sasl: as in operation; expired, elsewhere: the broker shows a
    certificate that is out of date or of another host; clients: asks for a certificate of the client.
    """

    LISTENERS = {"plain": ("PLAINTEXT", 0), "control": ("CONTROLLER", 1), "sasl": ("SASL_SSL", 2), "expired": ("EXPIRED", 3),
                 "elsewhere": ("ELSEWHERE", 4), "clients": ("CLIENTS", 5)}

    def __init__(self, folder, authority, passwords):
        self.folder = folder / "broker"
        stores = {"sasl": authority.sign("broker", "broker"), "expired": authority.sign_expired("expired", "broker"),
                  "elsewhere": authority.sign("elsewhere", "broker", "DNS:broker.invalid")}
        # Found there, kafka-up makes none of its own.
        (self.folder / "tls").mkdir(parents=True)
        shutil.copy(authority.file, self.folder / "tls/ca.pem")
        shutil.copy(stores["sasl"], self.folder / "tls/server.pem")
        first = free_ports(10)
        self.ports = {name: first + offset for name, (_, offset) in self.LISTENERS.items()}
        listeners = ",".join(f"{word}://{ADDRESS}:{first + offset}" for word, offset in self.LISTENERS.values())
        settings = {
            "listeners": listeners,
            "advertised.listeners": ",".join(one for one in listeners.split(",") if "CONTROLLER" not in one),
            "listener.security.protocol.map":
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,EXPIRED:SSL,ELSEWHERE:SSL,CLIENTS:SSL",
            "listener.name.expired.ssl.keystore.location": stores["expired"],
            "listener.name.elsewhere.ssl.keystore.location": stores["elsewhere"],
            "listener.name.clients.ssl.client.auth": "required"}
        users = [word for user, password in passwords.items() for word in ("--user", f"{user}:{password}")]
        sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        tool("kafka-up", "start", self.folder, "--port", first, "--timeout", 300, "--heap", "384m", "--tls", *users, *sets)

    def at(self, listener):
        return f"{ADDRESS}:{self.ports[listener]}"

    def allow(self, user, operation, kind, name):
        self.change(True, user, operation, kind, name)

    def forbid(self, user, operation, kind, name):
        self.change(False, user, operation, kind, name)

    def change(self, allowed, user, operation, kind, name):
        """Adds or removes one ACL by Kafka's own protocol (CreateAcls and DeleteAcls, version 1): Kafka's tool for it
        would take seconds a call, and its jar is not among those that a broker needs."""
        operations = {"READ": 3, "WRITE": 4, "CREATE": 5, "DESCRIBE": 8, "DESCRIBE_CONFIGS": 10}
        resource = struct.pack(">b", {"TOPIC": 2, "GROUP": 3, "CLUSTER": 4}[kind]) + text(name) + b"\x03"  # by its whole name
        body = struct.pack(">i", 1) + resource + text(f"User:{user}") + text("*") + bytes([operations[operation], 3])
        header = struct.pack(">hhi", 30 if allowed else 31, 1, 1) + text("security-trial")
        with socket.create_connection((ADDRESS, self.ports["plain"]), 30) as broker:
            broker.sendall(struct.pack(">i", len(header + body)) + header + body)
            answer = received(broker, struct.unpack(">i", received(broker, 4))[0])
        error = struct.unpack(">h", answer[12:14])[0]  # behind number, delay and count
        if error:
            raise Failed(f"the ACL of {user} for {operation} on {name}: Kafka's error {error}")


def text(word):
    return struct.pack(">h", len(word)) + word.encode()


def received(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise Failed("the broker hung up")
        data += part
    return data


# The database

class SecuredPostgres:
    """A server that lets nobody in without TLS and a password, but the super-user; its certificate can be changed."""

    def __init__(self, folder, authority, passwords):
        self.folder = folder / "pg"
        self.shown = folder / "pg-tls"
        self.certificates = {"good": authority.sign("postgres", "postgres"),
                             "expired": authority.sign_expired("postgres-expired", "postgres"),
                             "elsewhere": authority.sign("postgres-elsewhere", "postgres", "DNS:postgres.invalid")}
        self.shown.mkdir()
        self.place("good")
        self.super_user = start_postgres(folder, "--fast", "--set", "ssl=on", "--set",
                                         f"ssl_cert_file={self.shown}/pem", "--set", f"ssl_key_file={self.shown}/key")
        self.port = environment_of(self.folder)["POSTGRES_PORT"]
        (self.folder / "data/pg_hba.conf").write_text(
            f"host all postgres {ADDRESS}/32 trust\nhostssl all all {ADDRESS}/32 scram-sha-256\n")
        for user, password in passwords.items():
            self.sql(f"create role {user} login password '{password}'")
        self.sql("create database parkwatch owner owner", "select pg_reload_conf()")

    def url(self, user, more="", host=ADDRESS):
        return f"postgresql://{user}@{host}:{self.port}/parkwatch?{more}"

    def sql(self, *statements):
        done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", self.super_user], text=True,
                              input=";\n".join(statements) + ";\n", capture_output=True)
        if done.returncode:
            raise Failed(f"psql: {done.stderr[-400:]}")
        return done.stdout

    def place(self, which):
        source = self.certificates[which]
        for name, kind in (("key", ".key"), ("pem", ".crt")):
            target = self.shown / name
            target.unlink(missing_ok=True)
            shutil.copy(source.with_suffix(kind), target)
            target.chmod(0o600)
            if os.geteuid() == 0:
                shutil.chown(target, "postgres")

    def show(self, which):
        """From now on the server shows this certificate; connections that stand are ended."""
        self.place(which)
        self.sql("select pg_reload_conf()")
        self.end_connections()

    def end_connections(self):
        self.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parkwatch'")

    def dump(self):
        return subprocess.run(["pg_dump", "--dbname", self.super_user.rsplit("/", 1)[0] + "/parkwatch"], text=True,
                              check=True, capture_output=True).stdout


# Secrets

class Canaries:
    """Secrets that are nowhere else: whatever of the program's output holds one has leaked it."""

    def __init__(self, folder):
        self.folder = folder / "secrets"
        self.folder.mkdir()
        self.tokens = {}
        self.seen = collections.Counter()
        self.leaks = []

    def plant(self, name, token=None):
        """A new secret; the file that holds it."""
        self.tokens[name] = token or f"canary-{name}-{secrets.token_hex(8)}"
        return self.write(name, self.tokens[name])

    def write(self, name, content):
        file = self.folder / name
        file.write_text(f"{content}\n")
        file.chmod(0o600)
        return file

    def file(self, name):
        return self.folder / name

    @staticmethod
    def forms(token):
        """As it is, in a URL, in hexadecimal digits, and in base64 wherever it begins."""
        raw = token.encode()
        yield token
        yield "".join(f"%{byte:02X}" for byte in raw)
        yield raw.hex()
        for shift in range(3):
            yield base64.b64encode(b"x" * shift + raw).decode()[4 if shift else 0:-4]

    def search(self, where, content, but=None):
        """Notes each secret that stands in what the program has shown; `but` is one that belongs there."""
        self.seen[where.split(":")[0]] += len(content)
        lower = content.lower()
        for name, token in self.tokens.items():
            if name != but and any(form.lower() in lower for form in self.forms(token)):
                self.leaks.append(f"{name} in {where}")

    def search_process(self, process, name):
        """What others on the machine, or a dump of its environment, can see."""
        for part in ("cmdline", "environ"):
            file = pathlib.Path(f"/proc/{process.pid}/{part}")
            try:
                self.search(f"process: {part} of {name}", file.read_bytes().replace(b"\0", b"\n").decode(errors="replace"))
            except (FileNotFoundError, ProcessLookupError):
                pass  # it has ended; then its output is all that is left of it


