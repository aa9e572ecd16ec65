# Parkwatch in a container: built and run on Debian 13, as a user without rights.
# Nothing here names a processor architecture.
FROM debian:trixie-slim AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      g++ cmake ninja-build pkgconf mold \
      librdkafka-dev libsimdjson-dev libsqlite3-dev libpq-dev libssl-dev libzstd-dev libfmt-dev \
      libspdlog-dev libcli11-dev libtomlplusplus-dev libcpp-httplib-dev prometheus-cpp-dev libabsl-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cmake --preset release -DPARKWATCH_TESTS=OFF \
 && cmake --build --preset release \
 && cmake --install build/release --prefix /out --strip
# The packages of the libraries that the program really needs.
RUN ldd /out/bin/parkwatch | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | xargs -r realpath | sed 's|.*/|*/|' \
 | xargs -r dpkg -S | sed 's/:.*//' | sort -u > /out/packages

FROM debian:trixie-slim
COPY --from=build /out/packages /tmp/packages
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive xargs -a /tmp/packages apt-get install -y --no-install-recommends \
      ca-certificates tzdata libsasl2-modules \
 && rm -rf /var/lib/apt/lists/* /tmp/packages \
 && groupadd --gid 10001 parkwatch \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/parkwatch --shell /usr/sbin/nologin parkwatch \
 && install -d -o 10001 -g 10001 -m 750 /var/lib/parkwatch
COPY --from=build /out/bin /usr/local/bin
COPY --from=build /out/share /usr/local/share
COPY deploy/container/healthcheck /usr/local/bin/healthcheck
USER 10001:10001
WORKDIR /var/lib/parkwatch
VOLUME /var/lib/parkwatch
# 9464: metrics and health. 9212: data loggers.
EXPOSE 9464 9212
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["healthcheck"]
ENTRYPOINT ["parkwatch"]
CMD ["run"]
