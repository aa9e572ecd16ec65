#!/usr/bin/env bash
# deploy/compose brought up for real, by hand: it is no stage of ./dev test. Takes about five minutes the first time.
#
# Where no registry of images can be reached, the images of others cannot be had. So this makes stand-ins for them under the same
# names, users and paths out of Debian's packages (Kafka: its jars, by tools/kafka-up) and the program as it was built on this
# machine, in a docker engine of its own inside a network namespace of its own. What is tried is therefore compose.yml: start
# order, health, secrets, users, read-only roots, limits, networks, what Prometheus scrapes, the queries of the dashboards, a
# killed worker. What is not tried: the real images of Kafka, PostgreSQL, Prometheus and Alertmanager, and Grafana altogether.
#
# Needs root, Debian, and a program built on the same release (PARKWATCH_BIN, or build/parkwatch).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
: "${PARKWATCH_BIN:=$PWD/build/parkwatch}"
[[ $(id -u) = 0 && -x $PARKWATCH_BIN ]] || { echo "compose_trial: skipped: needs root and a built program"; exit 1; }
need_packages kafka deploy
install_missing() {
  local package missing=()
  for package in "$@"; do dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing+=("$package"); done
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}
install_missing runc iptables iproute2 mmdebstrap

work=$(mktemp -d /var/tmp/parkwatch-compose.XXXXXX)
space=parkwatch-$$
within() { nsenter --net="/run/netns/$space" "$@"; }
clean_up() {
  if [[ -e $work/d.pid ]]; then
    within docker-compose -f deploy/compose/compose.yml --profile demo down -t 1 --volumes >/dev/null 2>&1 || true
    kill "$(cat "$work/d.pid")" 2>/dev/null || true
    wait
  fi
  umount "$work"/exec/netns/* 2>/dev/null || true
  ip netns del "$space" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

# One base for all stand-ins, kept for the next time.
# shellcheck disable=SC1091
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
libraries=$(ldd "$PARKWATCH_BIN" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | xargs -r realpath | sed 's|.*/|*/|' |
  xargs -r dpkg -S | sed 's/:.*//' | sort -u | paste -sd,)
base=${XDG_CACHE_HOME:-$HOME/.cache}/parkwatch/compose-$codename.tar
if [[ ! -s $base ]]; then
  mkdir -p "${base%/*}"
  mmdebstrap --quiet --variant=minbase \
    --include="$libraries,ca-certificates,tzdata,wget,kcat,openjdk-17-jre-headless,postgresql,prometheus,prometheus-alertmanager" \
    "$codename" "$work/base.tar"
  mv "$work/base.tar" "$base"
fi
tools/kafka-up fetch

# Debian's docker, unpacked and not installed, and its traces kept inside the namespace.
(cd "$work" && apt-get download -q docker.io containerd >/dev/null && for package in *.deb; do dpkg -x "$package" unpacked; done)
export PATH=$work/unpacked/usr/sbin:$work/unpacked/usr/bin:$PATH DOCKER_HOST=unix://$work/d.sock DOCKER_BUILDKIT=0
ip netns add "$space"
ip -n "$space" link set lo up
within dockerd --data-root "$work/data" --exec-root "$work/exec" -H "$DOCKER_HOST" -p "$work/d.pid" --storage-driver overlay2 \
  >"$work/dockerd.log" 2>&1 &
for ((i = 0; i < 100; i++)); do
  ! docker info >/dev/null 2>&1 || break
  sleep 0.2
done
docker info >/dev/null || { tail -n 20 "$work/dockerd.log"; exit 1; }
docker import "$base" base >/dev/null

stand_in() {  # NAME FOLDER : with the Dockerfile on standard input
  { echo FROM base; cat; } >"$2/Dockerfile"
  docker build -q -t "$1" "$2" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
}
folder() { mkdir "$work/$1" && echo "$work/$1"; }

program=$(folder parkwatch)
cp "$PARKWATCH_BIN" "$program/parkwatch"
cp deploy/container/healthcheck "$program"
stand_in parkwatch:0.1.0 "$program" <<'DOCKERFILE'
RUN groupadd --gid 10001 parkwatch \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/parkwatch --shell /usr/sbin/nologin parkwatch \
 && install -d -o 10001 -g 10001 -m 750 /var/lib/parkwatch
COPY parkwatch healthcheck /usr/local/bin/
USER 10001:10001
WORKDIR /var/lib/parkwatch
VOLUME /var/lib/parkwatch
ENTRYPOINT ["parkwatch"]
DOCKERFILE

kafka=$(folder kafka)
cp -r "${KAFKA_UP_LIB:-${XDG_CACHE_HOME:-$HOME/.cache}/parkwatch/kafka/${KAFKA_VERSION:-4.3.1}}" "$kafka/libs"
cat >"$kafka/run" <<'RUN'
#!/bin/bash
set -e
env | sed -n 's/^KAFKA_//p' | grep -v '^HEAP_OPTS=' | while IFS='=' read -r key value; do
  echo "$(tr 'A-Z_' 'a-z.' <<<"$key")=$value"
done >/opt/kafka/config/server.properties
set -f  # java itself reads the star
java='java -cp /opt/kafka/libs/*'
[[ -e $KAFKA_LOG_DIRS/meta.properties ]] ||
  $java kafka.tools.StorageTool format -t 5L6g3nShT-eMCtK--X86sw -c /opt/kafka/config/server.properties
exec $java $KAFKA_HEAP_OPTS kafka.Kafka /opt/kafka/config/server.properties
RUN
printf '#!/bin/bash\nexec kcat -L -m 5 -b "$2"\n' >"$kafka/kafka-broker-api-versions.sh"
chmod 755 "$kafka/run" "$kafka/kafka-broker-api-versions.sh"
stand_in apache/kafka:4.1.0 "$kafka" <<'DOCKERFILE'
RUN useradd --uid 1000 appuser && mkdir -p /opt/kafka/config /opt/kafka/bin /var/lib/kafka/data \
 && chown -R appuser:appuser /opt/kafka /var/lib/kafka
COPY libs /opt/kafka/libs
COPY kafka-broker-api-versions.sh /opt/kafka/bin/
COPY run /etc/kafka/docker/run
RUN chmod -R a+rX /opt/kafka/libs
USER appuser
VOLUME /var/lib/kafka/data
CMD ["/etc/kafka/docker/run"]
DOCKERFILE

postgres=$(folder postgres)
cat >"$postgres/run" <<'RUN'
#!/bin/bash
set -e
if [[ ! -e $PGDATA/PG_VERSION ]]; then
  initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl --wait --silent --options="-c listen_addresses=" start
  createdb --host=/run/postgresql --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
  pg_ctl --wait --silent stop
fi
exec postgres -c 'listen_addresses=*' -c unix_socket_directories=/run/postgresql
RUN
chmod 755 "$postgres/run"
stand_in postgres:17.6 "$postgres" <<'DOCKERFILE'
RUN groupadd --gid 999 server && useradd --uid 999 --gid 999 server \
 && rm -rf /var/lib/postgresql && install -d -o 999 -g 999 -m 700 /var/lib/postgresql/data && install -d -m 1777 /run/postgresql \
 && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/
COPY run /usr/local/bin/run
ENV PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["/usr/local/bin/run"]
DOCKERFILE

stand_in prom/prometheus:v2.53.0 "$(folder prometheus)" <<'DOCKERFILE'
RUN install -d -o 65534 -g 65534 /prometheus
USER nobody
VOLUME /prometheus
ENTRYPOINT ["/usr/bin/prometheus"]
DOCKERFILE
stand_in prom/alertmanager:v0.28.0 "$(folder alertmanager)" <<'DOCKERFILE'
RUN install -d -o 65534 -g 65534 /alertmanager
USER nobody
VOLUME /alertmanager
ENTRYPOINT ["/usr/bin/prometheus-alertmanager"]
DOCKERFILE

deploy/compose/secrets.sh
within python3 tests/e2e/compose_trial.py
