#!/usr/bin/env bash
# The champion: the version in production, which the newest deployment that succeeded records.
#
#   champion.sh fetch [FOLDER]     prints its tag, or nothing when nothing is in production; with FOLDER it downloads the bundle
#                                  there, which has to be what its checksums say and what was promoted. Outputs `tag` and
#                                  `bundle`. Needs gh with `deployments: read` and, to download, `contents: read`.
#   champion.sh challenge BUNDLE   trains a challenger on fresh data and judges it against BUNDLE on the same rows. A better one
#                                  becomes a proposal in build/proposal: the few files that pin the next version and, where
#                                  they were fetched here, the new data; and the report. Output `verdict`: better, keep (the
#                                  champion stays) or same (nothing new to learn).
set -euo pipefail

fetch() {
  local folder=${1:-}
  environment=${ENVIRONMENT:-production}
  repo=${GH_REPO:-$(gh repo view --json nameWithOwner --jq .nameWithOwner)}
  output="${GITHUB_OUTPUT:-/dev/null}"

  tag=
  listed=$(gh api --method GET "repos/$repo/deployments" -f environment="$environment" -f per_page=100 \
    --jq '.[] | "\(.id) \(.ref) \((.payload | if type == "string" then fromjson? else . end | objects | .bundle) // "")"')
  while read -r id ref promoted; do
    [ -n "$id" ] || continue
    # Whoever may deploy may record anything; only a tag of a release names a champion.
    [[ "$ref" =~ ^v[0-9]+\.[0-9]+\.[0-9]+((a|b|rc)[0-9]+)?$ ]] || continue
    state=$(gh api --method GET "repos/$repo/deployments/$id/statuses" -f per_page=1 --jq '.[0].state // empty')
    if [ "$state" = success ]; then
      tag=$ref
      break
    fi
  done < <(printf '%s\n' "$listed")

  echo "tag=$tag" >> "$output"
  if [ -z "$tag" ]; then
    [ -z "${GITHUB_OUTPUT:-}" ] || echo "::notice::nothing is in $environment yet" >&2
    exit 0
  fi
  echo "$tag"
  [ -n "$folder" ] || exit 0
  rm -rf "$folder"
  gh release download "$tag" --repo "$repo" --pattern model.tar.gz --pattern SHA256SUMS --dir "$folder"
  (cd "$folder" && sha256sum --check --strict --ignore-missing --quiet SHA256SUMS) ||
    { echo "champion.sh: the bundle of $tag is not what its checksums say; it is not used." >&2; exit 3; }
  # A release can be changed by whoever may write; what a deployment recorded, when its signatures were verified, cannot.
  [ -n "$promoted" ] ||
    { echo "champion.sh: the promotion of $tag recorded no digest of its bundle; promote it again." >&2; exit 3; }
  [ "$(sha256sum < "$folder/model.tar.gz")" = "$promoted  -" ] ||
    { echo "champion.sh: the bundle of $tag is not the one that was promoted; promote it again, or a newer one." >&2; exit 3; }
  echo "bundle=$folder/model.tar.gz" >> "$output"
}

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

challenge() {
  local champion=${1:?usage: champion.sh challenge BUNDLE}
  proposal=build/proposal
  rm -rf "$proposal"

  # The table of the lock, also where a database is asked elsewhere: that is done where its password is, and committed.
  ml data refresh --source "$(sed -n 's/^source = "\(.*\)"$/\1/p' data/data.lock)"
  read -r known released < <(tar --extract --gzip --to-stdout --file "$champion" manifest.json | jq --raw-output '"\(.data.sha256) \(.version)"')
  if grep --quiet --fixed-strings "$known" data/data.lock; then conclude same 'The data are those of the champion: there is nothing to learn.'; fi
  version=$(uv version --short)
  if [ "$version" != "$released" ] && git diff --quiet HEAD -- data; then
    conclude same "Version $version knows these data already: release and promote it, or commit other data."
  fi
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
    { echo 'champion.sh: CHANGELOG.md has no heading ## [Unreleased]; add it above the newest version.' >&2; exit 2; }
  mv build/CHANGELOG.md CHANGELOG.md

  mkdir -p "$proposal"
  git diff --name-only HEAD -- data pyproject.toml uv.lock CHANGELOG.md | while read -r path; do
    cp --parents "$path" "$proposal"
  done
  cp build/report/compare.md "$proposal/report.md"
  conclude better "The challenger is better: it is proposed as version $version."
}

case "${1:-}" in
  fetch | challenge) "$@" ;;
  *) echo 'usage: champion.sh fetch [FOLDER] | champion.sh challenge BUNDLE' >&2; exit 2 ;;
esac
