#!/usr/bin/env python3
"""deploy/compose: what docker-compose itself does not look at. Rights, limits, start order, secrets, and that its parts fit.

Needs Python with PyYAML; the built program, where there is one, reads the configuration.
"""

import re
import subprocess
import sys
import tomllib

import yaml

from counted import ROOT, Tally, program, settings, text

FOLDER = ROOT / "deploy/compose"
COMPOSE = yaml.safe_load((FOLDER / "compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
PROMETHEUS = yaml.safe_load(text("deploy/prometheus/prometheus.yml"))
PROVISIONING = ROOT / "deploy/grafana/provisioning"

WRITES_ITS_ROOT = {"kafka"}  # compose.yml says why
USER_OF_IMAGE = {"parkwatch": "Dockerfile", "apache/kafka": "appuser"}  # images that name a user without rights themselves


def image(service):
    return service["image"].rpartition(":")


def is_task(service):
    """Runs and ends, before others or beside them."""
    return service["restart"] != "unless-stopped"


def image_faults():
    version = re.search(r"project\(parkwatch VERSION ([\d.]+)", text("CMakeLists.txt")).group(1)
    for name, service in SERVICES.items():
        repository, _, tag = image(service)
        if not repository or not re.search(r"\d", tag):
            yield f"{name}: {service['image']} has no tag of a version"
        if "." in repository.split("/")[0]:
            yield f"{name}: {service['image']} names a host"
        if repository == "parkwatch" and (tag != version or service["build"]["context"] != "../.."):
            yield f"{name}: {service['image']} is not {version} built from this repository"


def right_faults():
    for name, service in SERVICES.items():
        if service.get("cap_drop") != ["ALL"] or service.get("security_opt") != ["no-new-privileges:true"]:
            yield f"{name}: has capabilities, or may get new privileges"
        if service.get("privileged") or service.get("cap_add") or service.get("network_mode"):
            yield f"{name}: has more rights than a service needs"
        if service.get("read_only") is not True and name not in WRITES_ITS_ROOT:
            yield f"{name}: writes its own root"
        user = str(service.get("user", ""))
        if user.startswith(("0", "root")) or not user and image(service)[0] not in USER_OF_IMAGE:
            yield f"{name}: runs as root"


def limit_faults():
    for name, service in SERVICES.items():
        for key in ("mem_limit", "pids_limit", "cpus"):
            if not service.get(key):
                yield f"{name}: no {key}"
        if "max-size" not in service.get("logging", {}).get("options", {}):
            yield f"{name}: its log grows without end"


def order_faults():
    for name, service in SERVICES.items():
        if not is_task(service) and "healthcheck" not in service:
            yield f"{name}: no health check"
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if is_task(SERVICES[other]) else "service_healthy"
            if how["condition"] != wanted:
                yield f"{name}: waits for {other} by {how['condition']}, not {wanted}"
            if "profiles" in SERVICES[other]:
                yield f"{name}: waits for {other}, which is only in a profile"
    for name in ("gateway", "worker-1", "worker-2"):
        if set(SERVICES[name]["depends_on"]) != {"topics", "roles", "setup"}:
            yield f"{name}: starts before topics, store or registry are there"


def secret_faults():
    known, made = settings(), re.search(r"for name in ([\w ]+);", text("deploy/compose/secrets.sh")).group(1).split()
    if sorted(made) != sorted(COMPOSE["secrets"]):
        yield f"secrets.sh makes {made}, compose.yml has {sorted(COMPOSE['secrets'])}"
    for name, secret in COMPOSE["secrets"].items():
        if secret != {"file": f"./secrets/{name}"}:
            yield f"{name}: is {secret}"
    for name, service in SERVICES.items():
        mounted = set(service.get("secrets", []))
        used = set(re.findall(r"/run/secrets/(\w+)", str(service)))
        if name == "roles":
            used |= set(re.findall(r"/run/secrets/(\w+)", text("deploy/compose/user.sql")))
        if used != mounted:
            yield f"{name}: has the secrets {sorted(mounted)} and names {sorted(used)}"
        for variable in service.get("environment", {}):
            if "PASSWORD" in variable and not variable.endswith("_FILE"):
                yield f"{name}: {variable} is no file"
            own = re.fullmatch(r"PARKWATCH_([A-Z0-9]+)__([A-Z0-9_]+)_FILE", variable)
            if variable.startswith("PARKWATCH_") and (
                    not own or "secret" not in known.get(".".join(own.groups()).lower(), ("", ""))[1]):
                yield f"{name}: {variable}: no secret of docs/configuration.md"
    if (FOLDER / ".gitignore").read_text(encoding="utf-8").split() != ["/secrets/"]:
        yield "deploy/compose/.gitignore lets secrets be committed"


def mount_faults():
    used = set()
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", mount).split(":")[0]
            if source.startswith("."):
                if not (FOLDER / source).exists():
                    yield f"{name}: no {source}"
                if not mount.endswith(":ro"):
                    yield f"{name}: can write {source}"
            else:
                used.add(source)
    for volume in sorted(used ^ set(COMPOSE["volumes"])):
        yield f"volume {volume}: {'not declared' if volume in used else 'not used'}"
    for variable in set(re.findall(r"\$\{(\w+)", text("deploy/compose/compose.yml"))):
        if variable not in text("deploy/compose/.env") or variable not in text("docs/compose.md"):
            yield f"{variable}: not explained in .env and docs/compose.md"


def network_faults():
    if COMPOSE["networks"]["data"] != {"internal": True}:
        yield "the network of the data leads out"
    for name, service in SERVICES.items():
        if service.get("ports") and "watch" not in service["networks"]:
            yield f"{name}: publishes a port into a network that leads nowhere"
    for name in ("kafka", "postgres", "worker-1", "worker-2"):
        if SERVICES[name]["networks"] != ["data"] or SERVICES[name].get("ports"):
            yield f"{name}: can be reached from outside"


def configuration_faults():
    known = settings()
    for section, keys in tomllib.loads(text("deploy/compose/parkwatch.toml")).items():
        for key in keys:
            if f"{section}.{key}" not in known or "secret" in known[f"{section}.{key}"][1]:
                yield f"{section}.{key}: not in docs/configuration.md, or a secret"
    roles = set()
    for name in ("gateway", "worker-1", "worker-2"):
        command = SERVICES[name]["command"]
        if command[:4] != ["run", "--config", "/etc/parkwatch/parkwatch.toml", "--roles"] or "web" not in command[4].split(","):
            yield f"{name}: {command}: the role web answers its health check"
        roles |= set(command[4].split(","))
    if roles != {"gateway", "park", "cluster", "web"}:
        yield f"nobody has every role: {sorted(roles)}"
    for name in ("worker-1", "worker-2"):
        if SERVICES[name]["hostname"] != name:
            yield f"{name}: its name in the consumer group is another one"


def program_faults():
    done = subprocess.run([program(), "check", "--config", FOLDER / "parkwatch.toml", "--registry", ROOT / "deploy/demo/registry",
                           "--rules", ROOT / "rules", "--keys", ROOT / "deploy/demo/keys"], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        yield done.stdout + done.stderr


def dropped(pattern):
    return sorted(re.search(r"parkwatch_\((.*)\)", pattern).group(1).split("|"))


def prometheus_faults():
    job = next(job for job in PROMETHEUS["scrape_configs"] if job["job_name"] == "parkwatch")
    targets = [target for entry in job["static_configs"] for target in entry["targets"]]
    if targets != ["gateway:9464", "worker-1:9464", "worker-2:9464"]:
        yield f"scrapes {targets}"
    # The same as in Kubernetes, where a test holds them against docs/metrics.md.
    chart = re.findall(r"regex: (parkwatch_\(.*\))", text("deploy/helm/parkwatch/templates/monitoring.yaml"))
    ours = [rule["regex"].removeprefix("worker-.+;") for rule in job["metric_relabel_configs"]]
    if [dropped(pattern) for pattern in ours] != [dropped(pattern) for pattern in chart]:
        yield f"drops {ours}, the chart {chart}"
    managers = PROMETHEUS["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    if managers != ["alertmanager:9093"]:
        yield f"tells {managers}"


def grafana_faults():
    source = yaml.safe_load((PROVISIONING / "datasources/prometheus.yml").read_text(encoding="utf-8"))["datasources"][0]
    if (source["url"], source["isDefault"]) != ("http://prometheus:9090", True):
        yield f"asks {source['url']}, default: {source['isDefault']}"
    if source["jsonData"]["timeInterval"] != PROMETHEUS["global"]["scrape_interval"]:
        yield "timeInterval is not the scrape_interval of Prometheus"
    provider = yaml.safe_load((PROVISIONING / "dashboards/parkwatch.yml").read_text(encoding="utf-8"))["providers"][0]
    path = provider["options"]["path"]
    if f"../grafana/dashboards:{path}:ro" not in SERVICES["grafana"]["volumes"]:
        yield f"{path} is not where the dashboards are mounted"
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    if not (ROOT / "deploy/grafana/dashboards" / home.removeprefix(path + "/")).exists():
        yield f"no {home}"


def page_faults():
    page = text("docs/compose.md")
    for name in SERVICES:
        if f"`{name}`" not in page:
            yield f"docs/compose.md does not say what {name} is"
    for name in re.findall(r"`((?:deploy|tests)/[\w./-]+)`", page):
        secret = name.removeprefix("deploy/compose/secrets/")
        if secret not in COMPOSE["secrets"] and not (ROOT / name).exists():
            yield f"docs/compose.md: no {name}"


def main():
    tally = Tally("compose")
    tally.check("images have a version and no host", image_faults())
    tally.check("services have no rights", right_faults())
    tally.check("services have limits", limit_faults())
    tally.check("start order", order_faults())
    tally.check("secrets are files", secret_faults())
    tally.check("mounts and volumes", mount_faults())
    tally.check("networks", network_faults())
    tally.check("configuration and roles", configuration_faults())
    tally.check("what Prometheus scrapes and drops", prometheus_faults())
    tally.check("Grafana's provisioning", grafana_faults())
    tally.check("docs/compose.md", page_faults())
    if program():
        tally.check("the program takes the configuration", program_faults())
    else:
        tally.skip("the program takes the configuration", "build/parkwatch is not built")
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
