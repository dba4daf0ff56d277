#!/usr/bin/env bash
# Installs uv from the Python package index, checked against the hashes in uv.txt.
#
#   install-uv.sh [FOLDER]   into FOLDER/bin: by default .uv here, or a folder of its own on a GitHub runner
set -euo pipefail

target="${1:-${RUNNER_TEMP:-.}/.uv}"
list="$(dirname "$0")/uv.txt"
python="$(command -v python3)" || {
  echo 'install-uv.sh: python3 is not on PATH; install Python 3.11 or newer.' >&2
  exit 2
}
"$python" -m pip --version >/dev/null 2>&1 || {
  echo "install-uv.sh: $python has no pip; install it (on Debian: python3-pip) or uv itself." >&2
  exit 2
}
"$python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
  --no-deps --upgrade --target "$target" --requirement "$list"
"$target/bin/uv" --version
[ -z "${GITHUB_PATH:-}" ] || (cd "$target/bin" && pwd) >> "$GITHUB_PATH"
