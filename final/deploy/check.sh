#!/usr/bin/env bash
# Checks the files in this folder with the programs that read them, which it installs if they are
# missing. It needs no running chat.
set -euo pipefail

here=$(dirname "$0")
target=$(realpath "${CARGO_TARGET_DIR:-$here/../../target}")
cd "$here"

# Has the compose specification's schema built in.
python_tools=(check-jsonschema==0.37.4)
# systemd rates how much a service may do, from 0 to 10. This is ten times the highest rating.
max_exposure=12

# Debian starts a server as soon as it is installed, unless this file forbids it.
starting_nothing() {
  local policy=/usr/sbin/policy-rc.d
  if [[ -e $policy ]]; then
    "$@"
  else
    printf '#!/bin/sh\nexit 101\n' | install --mode=755 /dev/stdin "$policy"
    "$@"
    rm "$policy"
  fi
}

install_tools() {
  local missing=()
  command -v caddy >/dev/null || missing+=(caddy)
  command -v nginx >/dev/null || missing+=(nginx-light)
  command -v shellcheck >/dev/null || missing+=(shellcheck)
  command -v systemd-analyze >/dev/null || missing+=(systemd)
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  if [[ ${#missing[@]} -gt 0 ]]; then
    apt-get update -qq
    starting_nothing apt-get install -qq -y --no-install-recommends "${missing[@]}"
  fi
  local tools=$target/deploy-tools
  # With the folder: the tools only work where they were installed.
  local versions="$tools ${python_tools[*]}"
  if [[ $(cat "$tools/versions" 2>/dev/null) != "$versions" ]]; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check "${python_tools[@]}"
    echo "$versions" >"$tools/versions"
  fi
  PATH=$tools/bin:$PATH
}

# With a program that exists on this machine, and without the user that may not.
check_units() {
  for unit in ./*.service ./*.timer; do
    sed 's|^ExecStart=.*|ExecStart=/bin/true|; /^User=/d' "$unit" >"$folder/$(basename "$unit")"
  done
  systemd-analyze verify "$folder"/*.service "$folder"/*.timer 2>"$folder/report" || { cat "$folder/report"; return 1; }
  # It only warns of an unknown key, and it may also warn of other units on this machine.
  if grep -F "$folder/" "$folder/report"; then
    return 1
  fi
  for unit in ./*.service; do
    systemd-analyze security --offline=yes --no-pager --threshold="$max_exposure" "$unit" >"$folder/report" ||
      { cat "$folder/report"; return 1; }
  done
}

check_nginx() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 1 -subj /CN=chat.example.org \
    -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>"$folder/log"
  {
    echo "pid $folder/pid; error_log stderr; events {} http {"
    sed "s|/etc/letsencrypt/live/chat.example.org|$folder|" nginx.conf
    echo "}"
  } >"$folder/nginx.conf"
  nginx -t -q -c "$folder/nginx.conf"
}

check_caddy() {
  caddy validate --adapter caddyfile --config Caddyfile >"$folder/log" 2>&1 || { cat "$folder/log"; return 1; }
  caddy fmt Caddyfile | diff Caddyfile -
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
install_tools
check_units
check_nginx
check_caddy
check-jsonschema --builtin-schema vendor.compose-spec compose.yaml compose.postgres.yaml
shellcheck check.sh install.sh make-chat-backup ../tests/fixtures/write.sh ../tests/fixtures/videos/write.sh
echo "The files in final/deploy are valid."
