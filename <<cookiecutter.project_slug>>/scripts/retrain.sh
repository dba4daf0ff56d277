#!/usr/bin/env bash
# Trains a challenger on fresh data and judges it against the champion on the same rows. A better one becomes a proposal in
# build/proposal: the few files that pin the new data and the next version, and the report.
#
#   retrain.sh CHAMPION   the output `verdict` is better, keep (the champion stays) or same (no new data)
set -euo pipefail
champion=${1:?usage: retrain.sh CHAMPION}
proposal=build/proposal
rm -rf "$proposal"

ml() { uv run --locked --all-extras ml "$@"; }
conclude() {
  echo "verdict=$1" >> "${GITHUB_OUTPUT:-/dev/null}"
  echo "$2" | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"
  exit 0
}
judge() { # COMMAND...: 3 is an answer, everything else that is not 0 is broken
  local code=0
  "$@" || code=$?
  [ "$code" != 3 ] || conclude keep "The champion stays: \`$*\` refused the challenger."
  [ "$code" = 0 ] || exit "$code"
}

ml data refresh
if git diff --quiet HEAD -- data; then conclude same 'The data are those of the last training: there is nothing to learn.'; fi
ml train
ml evaluate --champion "$champion"
judge ml gate
ml package
judge ml compare --champion "$champion"

version=$(uv version --bump patch --short --no-sync)
rows=$(sed -n 's/^rows = //p' data/data.lock)
awk -v version="$version" -v rows="$rows" '
  { print }
  /^## \[Unreleased\]/ { printf "\n## [%s]\n\n### Changed\n\n- Retrained on newer data (%s rows).\n", version, rows }' CHANGELOG.md > build/CHANGELOG.md
grep --quiet --fixed-strings --line-regexp "## [$version]" build/CHANGELOG.md ||
  { echo 'retrain.sh: CHANGELOG.md has no heading ## [Unreleased]; add it above the newest version.' >&2; exit 2; }
mv build/CHANGELOG.md CHANGELOG.md

mkdir -p "$proposal"
git diff --name-only HEAD -- data pyproject.toml uv.lock CHANGELOG.md | while read -r path; do
  cp --parents "$path" "$proposal"
done
cp build/report/compare.md "$proposal/report.md"
conclude better "The challenger is better: it is proposed as version $version."
