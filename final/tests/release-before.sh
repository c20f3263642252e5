#!/usr/bin/env bash
# Builds the program of the release before, and prints its path:
#   cargo test --no-run
#   MAKE_CHAT_BEFORE=$(final/tests/release-before.sh) final/tests/postgres.sh cargo test --test chat updates
# The file `release-before` has its commit. With each release, write that release's commit there.
set -euo pipefail
cd "$(dirname "$0")/../.."

commit=$(<final/tests/release-before)
if ! git cat-file -e "$commit^{commit}" 2>/dev/null; then
  echo "note: the release before is not in this clone: git fetch --unshallow fetches it" >&2
  exit
fi

target=$(realpath "${CARGO_TARGET_DIR:-target}")
folder=$target/release-before/$commit
if [[ ! -x $folder/make-chat ]]; then
  rm -rf "$target/release-before"
  mkdir -p "$folder/source" "$folder/target/debug"
  git archive "$commit" | tar --extract --directory "$folder/source"
  # Cargo gives a package the same file names in each copy of a workspace, so in a common folder it
  # would overwrite the programs of this version. Its own folder has links to the libraries instead,
  # and cargo builds only what has another version.
  cp --archive --link "$target"/debug/{deps,build,.fingerprint} "$folder/target/debug/"
  cd "$folder/source"
  export CARGO_TARGET_DIR=$folder/target
  cargo clean --quiet --workspace
  # The benchmark is not run. With it, cargo chooses the same features of the libraries as for tests.
  cargo build --quiet --locked --bin make-chat --bench chat >&2
  mv "$folder/target/debug/make-chat" "$folder/"
  # The source stays: a debug build reads the files for browsers there.
  rm -rf "$folder/target"
fi
echo "$folder/make-chat"
