#!/usr/bin/env bash
# Makes the passwords that compose.yml hands to its services, where they are not there yet. A container sees a file as it is on
# the host, under another user: so the files can be read by all, and nobody else gets into the folder.
set -euo pipefail
folder=$(dirname "${BASH_SOURCE[0]}")/secrets
install -d -m 700 "$folder"
for name in store_owner_password store_password grafana_password; do
  [[ -e $folder/$name ]] && continue
  head -c 24 /dev/urandom | base64 | tr -d '\n' >"$folder/$name.new"
  chmod 444 "$folder/$name.new"
  mv "$folder/$name.new" "$folder/$name"
  echo "made $folder/$name"
done
