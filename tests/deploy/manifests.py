#!/usr/bin/env python3
"""The manifests of Kubernetes as they are committed, held against the program's documents and code.

Needs Python with PyYAML; neither helm nor a cluster. tests/integration/run_helm.sh holds them against the chart.
"""

import json
import re
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
EXAMPLES = sorted((ROOT / "deploy/kubernetes/examples").glob("*.yaml"))
CHART = ROOT / "deploy/helm/parkwatch"
RULES = ROOT / "deploy/prometheus/parkwatch.rules.yml"

# What the chart decides: these settings stand in no values under `config`.
CHARTS_OWN = {
    "kafka": {"bootstrap", "group_id", "group_instance_id", "security_protocol", "ssl_ca_location", "sasl_mechanism",
              "sasl_username", "sasl_password", "client_file"},
    "store": {"url", "password"},
    "registry": {"dir", "keys_file"},
    "rules": {"dir"},
    "run": {"roles"},
    "gateway": {"listen", "port", "spool_file"},
    "web": {"listen", "port"},
}
POD_KINDS = ("Deployment", "StatefulSet", "Job")
PROBES = {"startupProbe": "/startupz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}

passed = failed = 0


def check(name, faults):
    """One test: passed when nothing was found."""
    global passed, failed
    faults = list(faults)
    if faults:
        failed += 1
        print(f"FAILED {name}")
        for fault in faults:
            print(f"  {fault}")
    else:
        passed += 1


def settings():
    """section -> key -> what the documentation says is allowed."""
    found, section = {}, None
    for line in (ROOT / "docs/configuration.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## \[(\w+)\]", line):
            section = heading.group(1)
        elif row := re.match(r"\| `(\w+)` \| .*? \| (.*?) \| ", line):
            found.setdefault(section, {})[row.group(1)] = row.group(2)
    return found


SETTINGS = settings()


def documents(path):
    return [d for d in yaml.safe_load_all(path.read_text(encoding="utf-8")) if d]


def pods(resources):
    for resource in resources:
        if resource["kind"] in POD_KINDS:
            yield resource, resource["spec"]["template"]


def containers(pod):
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def name_of(resource):
    return f"{resource['kind']} {resource['metadata']['name']}"


def security_faults(resources):
    for resource, pod in pods(resources):
        where = name_of(resource)
        own = pod["spec"].get("securityContext", {})
        wanted = {"runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001, "fsGroup": 10001,
                  "seccompProfile": {"type": "RuntimeDefault"}}
        for key, value in wanted.items():
            if own.get(key) != value:
                yield f"{where}: {key} is {own.get(key)}, not {value}"
        if pod["spec"].get("automountServiceAccountToken") is not False:
            yield f"{where}: a token of the cluster is mounted"
        for key in ("hostNetwork", "hostPID", "hostIPC"):
            if key in pod["spec"]:
                yield f"{where}: {key}"
        for container in containers(pod):
            context = container.get("securityContext", {})
            if context.get("allowPrivilegeEscalation") is not False:
                yield f"{where}: {container['name']} may escalate privileges"
            if context.get("readOnlyRootFilesystem") is not True:
                yield f"{where}: {container['name']} may write its root file system"
            if context.get("capabilities") != {"drop": ["ALL"]}:
                yield f"{where}: {container['name']} keeps capabilities"
            if context.get("privileged"):
                yield f"{where}: {container['name']} is privileged"
        for volume in pod["spec"].get("volumes", []):
            if "hostPath" in volume:
                yield f"{where}: volume {volume['name']} is a path of the host"


def probe_faults(resources):
    served = (ROOT / "web/server.cc").read_text(encoding="utf-8")
    for resource, pod in pods(resources):
        if resource["kind"] == "Job":
            continue
        where = name_of(resource)
        if pod["spec"].get("terminationGracePeriodSeconds") != 30:
            yield f"{where}: terminationGracePeriodSeconds is not 30"
        for container in pod["spec"]["containers"]:
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            for probe, path in PROBES.items():
                call = container.get(probe, {}).get("httpGet", {})
                if call.get("path") != path or f'route("{path}"' not in served:
                    yield f"{where}: {probe} asks {call.get('path')}, not {path} of web/server.cc"
                if ports.get(call.get("port")) != 9464:
                    yield f"{where}: {probe} asks another port than 9464"


def resource_faults(resources):
    for resource, pod in pods(resources):
        for container in containers(pod):
            amounts = container.get("resources", {})
            if set(amounts.get("requests", {})) != {"cpu", "memory"} or "memory" not in amounts.get("limits", {}):
                yield f"{name_of(resource)}: {container['name']}: requests of cpu and memory, a limit of memory"


def image_faults(resources):
    for resource, pod in pods(resources):
        for container in containers(pod):
            name, _, tag = container["image"].rpartition(":")
            if not name or "/" in tag or tag in ("", "latest"):
                yield f"{name_of(resource)}: image {container['image']} has no tag of a version"


def command_faults(resources):
    allowed = set(SETTINGS["run"]["roles"].split(", "))
    for resource, pod in pods(resources):
        for container in pod["spec"]["containers"]:
            args, where = container["args"], name_of(resource)
            if args[0] == "run":
                if args[1:3] != ["--config", "/etc/parkwatch/config/parkwatch.toml"] or args[3] != "--roles":
                    yield f"{where}: {args}"
                elif not set(args[4].split(",")) <= allowed or "web" not in args[4].split(","):
                    yield f"{where}: roles {args[4]}: only documented ones, and web, which answers the probes"
            elif args[:3] != ["store", "init", "--store"]:
                yield f"{where}: {args}"


def environment_faults(resources):
    for resource, pod in pods(resources):
        mounts_of = {c["name"]: [m["mountPath"] for m in c.get("volumeMounts", [])] for c in containers(pod)}
        for container in containers(pod):
            for variable in container.get("env", []):
                where = f"{name_of(resource)}: {variable['name']}"
                if "valueFrom" in variable:
                    yield f"{where}: a secret comes as a file"
                elif not any(variable["value"].startswith(m + "/") for m in mounts_of[container["name"]]):
                    yield f"{where}: {variable['value']} is mounted nowhere"
                if variable["name"] == "PGPASSFILE":
                    continue
                match = re.fullmatch(r"PARKWATCH_([A-Z0-9]+)__([A-Z0-9_]+)_FILE", variable["name"])
                keys = SETTINGS.get(match.group(1).lower(), {}) if match else {}
                if not match or "secret" not in keys.get(match.group(2).lower(), ""):
                    yield f"{where}: no file of a secret in docs/configuration.md"


def configuration_faults(resources):
    for resource in resources:
        text = (resource.get("data") or {}).get("parkwatch.toml") if resource["kind"] == "ConfigMap" else None
        if text is None:
            continue
        for section, keys in tomllib.loads(text).items():
            for key, value in keys.items():
                where = f"{section}.{key}"
                if where == "kafka.client":
                    continue
                allowed = SETTINGS.get(section, {}).get(key)
                if allowed is None:
                    yield f"{where}: not in docs/configuration.md"
                elif "secret" in allowed:
                    yield f"{where}: a secret in a ConfigMap"
                elif (wanted := {"true, false": bool}.get(allowed, int if " to " in allowed else str)) != type(value):
                    yield f"{where}: {value!r} is no {wanted.__name__}"


def secret_faults(resources):
    for resource in resources:
        if resource["kind"] == "Secret":
            yield f"{name_of(resource)}: secrets are not committed"
        for url in re.findall(r"\w+://[^\s\"']*", json.dumps(resource)):
            if re.match(r"\w+://[^/@]*:[^/@]*@", url) or "password=" in url:
                yield f"{name_of(resource)}: a password in {url}"


def mount_faults(resources):
    for resource, pod in pods(resources):
        volumes = {volume["name"] for volume in pod["spec"].get("volumes", [])}
        volumes |= {claim["metadata"]["name"] for claim in resource["spec"].get("volumeClaimTemplates", [])}
        mounted = {mount["name"] for c in containers(pod) for mount in c.get("volumeMounts", [])}
        for name in sorted(volumes ^ mounted):
            yield f"{name_of(resource)}: volume {name} is {'not mounted' if name in volumes else 'not there'}"


def selector_faults(resources):
    labels = [pod["metadata"]["labels"] for _, pod in pods(resources)]

    def selects(selector):
        return any(selector.items() <= own.items() for own in labels)

    for resource in resources:
        spec = resource.get("spec", {})
        kind = resource["kind"]
        selector = {"Service": spec.get("selector"), "NetworkPolicy": spec.get("podSelector", {}).get("matchLabels")}.get(
            kind, (spec.get("selector") or {}).get("matchLabels"))
        if kind == "ServiceMonitor":
            services = [r["metadata"]["labels"] for r in resources if r["kind"] == "Service"]
            if not any(selector.items() <= own.items() for own in services):
                yield f"{name_of(resource)}: selects no Service"
        elif selector and not selects(selector):
            yield f"{name_of(resource)}: selects no pod"
    policies = [r["spec"] for r in resources if r["kind"] == "NetworkPolicy"]
    for own in labels:
        if not any(p["podSelector"]["matchLabels"].items() <= own.items() and set(p["policyTypes"]) == {"Ingress", "Egress"}
                   and "ingress" not in p and "egress" not in p for p in policies):
            yield f"no policy denies by default for {own['app.kubernetes.io/component']}"


def member_faults(resources):
    config = "".join((r.get("data") or {}).get("parkwatch.toml", "") for r in resources if r["kind"] == "ConfigMap")
    kafka = tomllib.loads(config)["kafka"]
    if kafka.get("group_instance_id") != "@hostname":
        yield "a worker has no name that survives its restart"
    workers = [r for r, _ in pods(resources) if r["metadata"]["labels"]["app.kubernetes.io/component"] == "worker"]
    if [r["kind"] for r in workers] != ["StatefulSet"]:
        yield "workers are no StatefulSet: their names change at each start"
    url = tomllib.loads(config)["store"]["url"]
    if not url.startswith("postgresql://"):
        yield f"workers can not share {url}"


def rule_faults(resources):
    """The alerts in the cluster are those that the tests of the rules know."""
    for resource in resources:
        if resource["kind"] == "PrometheusRule" and resource["spec"] != yaml.safe_load(RULES.read_text(encoding="utf-8")):
            yield f"{name_of(resource)}: other rules than {RULES.relative_to(ROOT)}"


def dropped_metric_faults(resources):
    """What is dropped at scraping is a metric that docs/metrics.md lists."""
    listed = re.findall(r"^\| `(parkwatch_\w+)`", (ROOT / "docs/metrics.md").read_text(encoding="utf-8"), re.M)
    for resource in resources:
        if resource["kind"] != "ServiceMonitor":
            continue
        for endpoint in resource["spec"]["endpoints"]:
            for rule in endpoint.get("metricRelabelings", []):
                for branch in re.search(r"\((.*)\)", rule["regex"]).group(1).split("|"):
                    if not any(re.fullmatch("parkwatch_" + branch, name) for name in listed):
                        yield f"{name_of(resource)}: parkwatch_{branch} is no metric"


def schema_of(section, allowed):
    """What values.schema.json says of a setting."""
    if allowed == "text" or section == "topics" and allowed.startswith("none"):
        return {"type": "string"}
    if allowed == "true, false":
        return {"type": "boolean"}
    if bounds := re.fullmatch(r"(\d+) to (\d+)", allowed):
        return {"type": "integer", "minimum": int(bounds.group(1)), "maximum": int(bounds.group(2))}
    return {"enum": allowed.split(", ")}


def schema_faults():
    config = json.loads((CHART / "values.schema.json").read_text())["properties"]["config"]["properties"]
    wanted = {}
    for section, keys in SETTINGS.items():
        for key, allowed in keys.items():
            if key not in CHARTS_OWN.get(section, ()):
                wanted.setdefault(section, {})[key] = schema_of(section, allowed)
    for section in sorted(set(wanted) | set(config)):
        ours = config.get(section, {}).get("properties", {})
        for key in sorted(set(wanted.get(section, {})) | set(ours)):
            if ours.get(key) != wanted.get(section, {}).get(key):
                yield f"config.{section}.{key}: {ours.get(key)}, docs/configuration.md: {wanted.get(section, {}).get(key)}"


def open_schema_faults(schema, where=""):
    """Every object with named properties refuses others."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("additionalProperties") is not False and where.split("/")[-1] != "properties":
            yield f"{where or '/'}: takes unknown keys"
        for key, value in schema.items():
            yield from open_schema_faults(value, f"{where}/{key}")


def version_faults():
    """Chart, program and schema have one version; every value has a place in the schema."""
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    program = re.search(r"project\(\s*parkwatch\s+VERSION\s+([\d.]+)", (ROOT / "CMakeLists.txt").read_text(), re.I)
    if not program or program.group(1) != chart["appVersion"]:
        yield f"appVersion {chart['appVersion']}, the program's: {program.group(1) if program else 'not found'}"

    def unknown(values, schema, where):
        for key, value in values.items():
            if key not in schema.get("properties", {}):
                if "properties" in schema:
                    yield f"values.yaml: {where}{key} is not in the schema"
            elif isinstance(value, dict):
                yield from unknown(value, schema["properties"][key], f"{where}{key}.")

    yield from unknown(yaml.safe_load((CHART / "values.yaml").read_text()),
                       json.loads((CHART / "values.schema.json").read_text()), "")


def example_faults():
    """Names and numbers of the examples are those of the values that go with them."""
    resources = [r for path in EXAMPLES for r in documents(path)]
    topics = {r["metadata"]["name"]: r["spec"] for r in resources if r["kind"] == "KafkaTopic"}
    source = (ROOT / "docs/topics.md").read_text(encoding="utf-8")
    for name in topics:
        if name != "parkwatch.input.v1" and name not in source:
            yield f"{name}: not in docs/topics.md"
    manifests = documents(ROOT / "deploy/kubernetes/secure.yaml")
    workers = sum(r["spec"]["replicas"] for r, _ in pods(manifests) if r["metadata"]["name"].endswith("-worker"))
    if topics.get("parkwatch.input.v1", {}).get("partitions", 0) < workers:
        yield "the input topic has fewer partitions than there are workers"
    if topics.get("parkwatch.input.v1", {}).get("config", {}).get("message.timestamp.type") != "LogAppendTime":
        yield "the input topic does not stamp records with LogAppendTime"
    scaled = [r["spec"] for r in resources if r["kind"] == "ScaledObject"]
    if [s["maxReplicaCount"] for s in scaled] != [topics["parkwatch.input.v1"]["partitions"]]:
        yield "the greatest number of workers is not that of partitions"
    for name in re.findall(r"[\w:]+:[\w:]+", " ".join(t["metadata"]["query"] for s in scaled for t in s["triggers"])):
        if f"record: {name}\n" not in RULES.read_text(encoding="utf-8"):
            yield f"{name} is no recording rule"
    # What the operators make, the values use.
    names = {r["kind"]: r["metadata"]["name"] for r in resources if r["kind"] in ("Kafka", "Cluster", "KafkaUser")}
    made = (f"{names['Kafka']}-kafka-bootstrap:9093", f"{names['Kafka']}-cluster-ca-cert", f"secret: {names['KafkaUser']},",
            f"@{names['Cluster']}-rw:5432/", f"{names['Cluster']}-app", f"{names['Cluster']}-ca")
    values = (ROOT / "deploy/helm/values/secure.yaml").read_text(encoding="utf-8")
    for name in made:
        if name not in values:
            yield f"deploy/helm/values/secure.yaml does not name {name}"
    yield from secret_faults(resources)


def main():
    check("one manifest for each set of values", (
        f"{name}" for name in {p.stem for p in MANIFESTS} ^ {p.stem for p in (ROOT / "deploy/helm/values").glob("*.yaml")}))
    for path in MANIFESTS:
        resources = documents(path)
        name = path.stem
        check(f"{name}: pods are restricted", security_faults(resources))
        check(f"{name}: probes ask what the program answers", probe_faults(resources))
        check(f"{name}: resources are asked for", resource_faults(resources))
        check(f"{name}: images have a tag", image_faults(resources))
        check(f"{name}: commands are the program's", command_faults(resources))
        check(f"{name}: the environment names secret files", environment_faults(resources))
        check(f"{name}: the configuration is documented", configuration_faults(resources))
        check(f"{name}: no secret in plain text", secret_faults(resources))
        check(f"{name}: volumes and mounts", mount_faults(resources))
        check(f"{name}: selectors, default deny", selector_faults(resources))
        check(f"{name}: workers are static members on PostgreSQL", member_faults(resources))
        check(f"{name}: the rules are those of Prometheus", rule_faults(resources))
        check(f"{name}: dropped metrics exist", dropped_metric_faults(resources))
    check("settings in the schema of values", schema_faults())
    check("the schema of values is strict", open_schema_faults(json.loads((CHART / "values.schema.json").read_text())))
    check("versions and values", version_faults())
    check("examples", example_faults())
    print(f"manifests: {passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
