#!/usr/bin/env bash
# Starts a PostgreSQL server, runs a command with TEST_POSTGRES_URL, and stops the server again:
#   final/tests/postgres.sh cargo test -p make-chat
# TEST_POSTGRES_CERTIFICATES is a folder with root.crt, which has signed the server's certificate, and
# stranger.crt, which has not. TEST_POSTGRES_PROGRAMS is the folder of PostgreSQL's programs, for a test
# with a server of its own.
set -euo pipefail

bin=/usr/lib/postgresql/15/bin
if [[ ! -x $bin/postgres ]]; then
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends postgresql-15
fi

folder=$(mktemp -d)
server=
stop() {
  if [[ -n $server ]]; then
    kill -QUIT "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap stop EXIT

# PostgreSQL refuses to run as root. This is an array, not a function, so that the process that is
# started is the one that is stopped.
as_postgres=()
if [[ $(id -u) -eq 0 ]]; then
  as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups env -C "$folder")
  chown postgres:postgres "$folder"
fi

"${as_postgres[@]}" "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --no-sync >"$folder/log"

# Creates a certificate called $1, valid for a day: self-signed, unless the other arguments name an authority.
certify() {
  "${as_postgres[@]}" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
    -noenc -days 1 -subj "/CN=$1" -keyout "$folder/$1.key" -out "$folder/$1.crt" "${@:2}" 2>>"$folder/log"
}
certify root
certify stranger
certify server -CA "$folder/root.crt" -CAkey "$folder/root.key" \
  -addext basicConstraints=CA:FALSE -addext subjectAltName=IP:127.0.0.1

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# The data is temporary, so nothing has to be synced to the disk.
"${as_postgres[@]}" "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
  -c unix_socket_directories="$folder" -c fsync=off -c synchronous_commit=off \
  -c ssl=on -c ssl_cert_file="$folder/server.crt" -c ssl_key_file="$folder/server.key" \
  -c full_page_writes=off -c max_connections=200 >>"$folder/log" 2>&1 &
server=$!

for _ in $(seq 100); do
  "$bin/pg_isready" --quiet --host=127.0.0.1 --port="$port" && break
  sleep 0.1
done
"$bin/pg_isready" --quiet --host=127.0.0.1 --port="$port" || { cat "$folder/log"; exit 1; }

chmod a+rx "$folder"
TEST_POSTGRES=required TEST_POSTGRES_PROGRAMS="$bin" TEST_POSTGRES_CERTIFICATES="$folder" TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port" "$@"
