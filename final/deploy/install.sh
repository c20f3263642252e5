#!/usr/bin/env bash
# Installs Make Chat on this machine, or updates it. Run it as root, from a folder with these files
# and the program:
#   ./install.sh chat.example.org
# Settings that exist already stay as they are.
set -euo pipefail
cd "$(dirname "$0")"

name=${1:-}
if [[ ! $name =~ ^[a-z0-9.-]+$ || $(id -u) -ne 0 ]]; then
  echo "Run this as root, with the name of your chat: $0 chat.example.org" >&2
  exit 2
fi
program=/usr/local/bin/make-chat

# Fails before anything is changed, for example if the program is for another kind of processor.
chmod +x make-chat
./make-chat --version

# A file of this folder, with the name of this chat.
named() {
  sed "s/chat\.example\.org/$name/g" "$1"
}

install_proxy() {
  if ! command -v caddy >/dev/null; then
    apt-get update -qq
    apt-get install -qq -y caddy
  elif ! systemctl is-enabled --quiet caddy; then
    echo "Caddy is disabled: another proxy must lead to the chat"
    return
  fi
  if ! grep -qsF "$name" /etc/caddy/Caddyfile; then
    named Caddyfile | install --backup=numbered --mode=644 /dev/stdin /etc/caddy/Caddyfile
  fi
  systemctl reload-or-restart caddy
}

install_chat() {
  if ! id make-chat >/dev/null 2>&1; then
    useradd --system --home-dir /var/lib/make-chat --shell /usr/sbin/nologin make-chat
  fi
  install -d --owner=make-chat --group=make-chat --mode=700 /var/lib/make-chat /var/backups/make-chat
  if [[ ! -e /etc/make-chat.env ]]; then
    named make-chat.env | install --mode=600 /dev/stdin /etc/make-chat.env
  fi
  install make-chat-backup /usr/local/bin/
  install --mode=644 ./*.service ./*.timer /etc/systemd/system/
  systemctl daemon-reload
  # If it does not run, its update has failed, and the version before must stay available.
  if systemctl is-active --quiet make-chat && ! cmp -s make-chat "$program"; then
    echo "Backing up the chat before the update"
    systemctl start make-chat-backup
    cp --preserve "$program" "$program.previous"
  fi
  install make-chat "$program"
  systemctl enable --quiet make-chat
  systemctl enable --quiet --now make-chat-backup.timer
  systemctl restart make-chat
}

wait_until_ready() {
  local address
  address=$(sed -n 's/^MAKE_CHAT_LISTEN=//p' /etc/make-chat.env)
  for _ in $(seq 60); do
    if make-chat health --listen "${address:-127.0.0.1:3000}" >/dev/null; then
      return
    fi
    sleep 1
  done
  journalctl --unit make-chat --lines 20 --no-pager
  echo "The chat does not start. Its log is above." >&2
  exit 1
}

install_chat
wait_until_ready
install_proxy
echo "Make Chat is at https://$name"
