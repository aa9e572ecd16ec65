#!/usr/bin/env bash
# The chart: lint, what it makes of the sets of values against the committed manifests and the schemas of Kubernetes, and
# what it refuses. Builds helm and kubeconform the first time, which takes some minutes.
# timeout: 900
#
# usage: tests/integration/run_helm.sh [--write]      --write: makes deploy/kubernetes/*.yaml anew
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh

chart=deploy/helm/parkwatch
sets=(default minimal secure)
refusals=12
checks=$((5 * ${#sets[@]} + refusals + 3))
program=${PARKWATCH_BIN:-build/parkwatch}
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip_all() {
  echo "helm: skipped: $1"
  echo "helm: 0 passed, 0 failed, $checks skipped"
  exit 0
}
command -v go >/dev/null && python3 -c "import yaml" 2>/dev/null || need_packages helm
tools=$(tools/kubernetes-tools 2>"$work/tools") || skip_all "$(tail -n 1 "$work/tools")"

# Helm tells of the link to Prometheus's rules each time.
helm() {
  local status=0
  "$tools/bin/helm" "$@" 2>"$work/errors" || status=$?
  grep -v 'found symbolic link in path' "$work/errors" >&2
  return "$status"
}
render() {  # SET [OPTION...]
  helm template parkwatch "$chart" --namespace parkwatch --kube-version 1.34.0 \
    --values "deploy/helm/values/$1.yaml" "${@:2}"
}

if [[ ${1:-} = --write ]]; then
  for set in "${sets[@]}"; do
    render "$set" >"$work/$set.yaml" && mv "$work/$set.yaml" "deploy/kubernetes/$set.yaml" || exit 1
  done
  chmod 644 deploy/kubernetes/*.yaml
  exit 0
fi

equal() { diff -u "deploy/kubernetes/$1.yaml" "$work/$1.yaml"; }
valid() {  # OPTION... FILE...
  "$tools/bin/kubeconform" -strict -summary -schema-location "$tools/schemas/{{.ResourceKind}}{{.KindSuffix}}.json" "$@"
}
taken() {  # SET : the program, by its own check, takes the configuration that the chart writes
  python3 - "deploy/kubernetes/$1.yaml" >"$work/$1.toml" <<'PY'
import sys, yaml
for resource in yaml.safe_load_all(open(sys.argv[1], encoding="utf-8")):
    if resource["kind"] == "ConfigMap" and "parkwatch.toml" in resource["data"]:
        print(resource["data"]["parkwatch.toml"])
PY
  [[ -s "$work/$1.toml" ]] && "$program" check --config "$work/$1.toml" --registry deploy/demo/registry --rules rules --keys deploy/demo/keys
}
for set in "${sets[@]}"; do
  if [[ -x $program ]]; then
    try "$set: the program takes its configuration" taken "$set"
  else
    echo "skipped: $set: the program takes its configuration: $program is not built"
  fi
  try "$set: helm lint" helm lint --strict "$chart" --values "deploy/helm/values/$set.yaml"
  render "$set" >"$work/$set.yaml"
  try "$set: it makes the committed manifests" equal "$set"
  try "$set: the manifests fit the schemas of Kubernetes" valid -skip ServiceMonitor,PrometheusRule "$work/$set.yaml"
  try "$set: a release of another name" render "$set" --set fullnameOverride=watch
done
# The installation as docs/kubernetes.md has it.
documented() {
  local options=() option
  while read -r option; do options+=(--set "${option//\'/}"); done < <(sed -n '/^helm upgrade --install/,/[^\\]$/p' docs/kubernetes.md | grep -o -- '--set [^ ]*' | sed 's/^--set //')
  ((${#options[@]})) && render secure "${options[@]}" >"$work/documented.yaml" && grep -q 'image: "registry.example/' "$work/documented.yaml"
}
try "the documented installation" documented
# Custom resources have no schema here; the rest of the examples has.
try "the examples are manifests" valid -ignore-missing-schemas deploy/kubernetes/examples/*.yaml
# An unknown member is found, so the schemas are strict.
sed 's/^  replicas: 2$/  replica: 2/' "$work/default.yaml" >"$work/broken.yaml"
broken_is_found() { ! valid "$work/broken.yaml"; }
try "the schemas refuse an unknown member" broken_is_found

refuses() {  # EXPECTED OPTION...
  local expected=$1
  shift
  if render default "$@" >/dev/null 2>"$work/refusal"; then
    echo "it was taken"
    return 1
  fi
  grep -F -e "$expected" "$work/refusal" || { cat "$work/refusal"; return 1; }
}
try "refused: SQLite" refuses "SQLite takes one process" --set store.url=sqlite:parkwatch.db
try "refused: no store" refuses "store.url must be postgresql://" --set store.url=
try "refused: a password in the store's URL" refuses "store.url holds a password" --set store.url=postgresql://u:p@h/d
try "refused: a password behind the URL" refuses "store.url holds a password" --set 'store.url=postgresql://u@h/d?password=p'
try "refused: no brokers" refuses "kafka.bootstrap is needed" --set kafka.bootstrap=
try "refused: no registry" refuses "give exactly one of registry" --set registry.existingConfigMap=
try "refused: two registries" refuses "give exactly one of registry" --set registry.existingClaim=other
try "refused: two sets of rules" refuses "give at most one of rules" --set rules.existingClaim=a --set rules.existingConfigMap=b
try "refused: SASL without a user" refuses "needs kafka.sasl.mechanism" --set kafka.securityProtocol=sasl_ssl
try "refused: certificates without TLS" refuses "need kafka.securityProtocol ssl" --set kafka.ca.secret=ca
try "refused: an unknown value" refuses "worker" --set worker.replica=3
try "refused: an unknown setting" refuses "config" --set config.worker.rows=3
echo "helm: $passed passed, $failed failed, $((checks - passed - failed)) skipped"
((failed == 0))
