#!/usr/bin/env bash
# Tests a running chat by the description of its API:
#   cargo build -p make-chat && final/tests/openapi/check.sh
# schemathesis sends requests that fit the description and requests that do not, with a session and
# without one. It finds failures of the server, and responses that are not described. Then a client
# is generated from the description, compiled, and used (client.ts).
# With TEST_POSTGRES_URL, all of it happens once more on PostgreSQL:
#   final/tests/postgres.sh final/tests/openapi/check.sh
set -euo pipefail

here=$(realpath "$(dirname "$0")")
target=$(realpath "${CARGO_TARGET_DIR:-$here/../../../target}")
tools=$target/openapi-tools

# A version of a tool that it does not pin itself could change what is tested.
python_tools=(schemathesis==4.32.5 hypothesis==6.170.17)
node_tools=(openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3 @types/node@20.19.43)

# How many requests for each operation are generated at random.
examples=15

install_tools() {
  # With the folder: the tools only work where they were installed.
  local versions="$tools ${python_tools[*]} ${node_tools[*]}"
  if [[ $(cat "$tools/versions" 2>/dev/null) == "$versions" ]]; then
    return
  fi
  if ! command -v npm >/dev/null || ! command -v curl >/dev/null ||
    ! python3 -c 'import ensurepip' 2>/dev/null; then
    apt-get update -qq
    apt-get install -qq -y --no-install-recommends curl nodejs npm python3-venv
  fi
  rm -rf "$tools"
  python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check "${python_tools[@]}"
  npm install --prefix "$tools" --silent --no-audit --no-fund --no-package-lock "${node_tools[@]}"
  echo "$versions" >"$tools/versions"
}

folder=$(mktemp -d)
server=
stop() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
trap 'stop; rm -rf "$folder"' EXIT

# Starts a new chat with these flags, and sets `url`. The limits have tests of their own.
start() {
  rm -rf "$folder/data"
  RUST_LOG=error "$target/debug/make-chat" --listen 127.0.0.1:0 --data "$folder/data" \
    --requests-per-second 10000 --attempts-per-address 10000 "$@" >"$folder/log" 2>&1 &
  server=$!
  for _ in $(seq 100); do
    url=$(grep -o 'http://[0-9.:]*' "$folder/log" || true)
    if [[ -n $url ]]; then
      return
    fi
    sleep 0.1
  done
  cat "$folder/log"
  return 1
}

# Signs up, checks that this has worked, and prints the value of the session cookie.
sign_up() {
  local cookies=$folder/cookies
  curl --silent --output /dev/null --cookie-jar "$cookies" --data "name=$1&password=correct horse" "$url/sign-up"
  curl --silent --fail --output /dev/null --cookie "$cookies" "$url/api/me"
  awk '/make_chat_/ { print $7 }' "$cookies"
}

fuzz() {
  (cd "$folder" && SESSION=$1 "$tools/python/bin/schemathesis" --config-file "$here/schemathesis.toml" \
    run "$url/api/openapi.json" --max-examples "$examples" --no-color --warnings off "${@:2}")
}

use_generated_client() {
  local client=$folder/client
  mkdir -p "$client"
  cp "$here/client.ts" "$here/tsconfig.json" "$client"
  echo '{ "type": "module" }' >"$client/package.json"
  ln -sfn "$tools/node_modules" "$client/node_modules"
  (cd "$client" && npx --no-install openapi-typescript "$url/api/openapi.json" --output schema.d.ts &&
    npx --no-install tsc && node client.js "$url")
}

check() {
  local session
  start "$@"
  use_generated_client
  session=$(sign_up Tester)
  # The forms would end the session that they are sent with.
  fuzz "$session" --exclude-path-regex '^/(log-in|log-out|sign-up)$'
  fuzz none --phases examples,coverage,fuzzing
  stop
}

install_tools
check
if [[ -n ${TEST_POSTGRES_URL:-} ]]; then
  check --database-url "$TEST_POSTGRES_URL/postgres?sslmode=disable"
fi
