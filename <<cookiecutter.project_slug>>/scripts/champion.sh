#!/usr/bin/env bash
# Finds the version in production, which the newest deployment that succeeded records, and fetches its bundle.
#
#   champion.sh [FOLDER]   with FOLDER: downloads the bundle there and checks every byte against its checksums
#
# Prints the tag, or nothing when nothing is in production; in a workflow also as the outputs `tag` and `bundle`.
# Needs gh with `deployments: read` and, to download, `contents: read`.
set -euo pipefail
folder=${1:-}
environment=${ENVIRONMENT:-production}
repo=${GH_REPO:-$(gh repo view --json nameWithOwner --jq .nameWithOwner)}
output="${GITHUB_OUTPUT:-/dev/null}"

tag=
listed=$(gh api --method GET "repos/$repo/deployments" -f environment="$environment" -f per_page=30 --jq '.[] | "\(.id) \(.ref)"')
while read -r id ref; do
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
[ -f "$folder/model.tar.gz" ]
echo "bundle=$folder/model.tar.gz" >> "$output"
