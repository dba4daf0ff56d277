#!/usr/bin/env bash
# Decides whether a tag may become a release: it is the version of pyproject.toml, CHANGELOG.md has its section, its commit
# is on the default branch and passed ci there, and nothing is published under it. Writes the notes to build/notes.md.
#
#   check-tag.sh TAG [MAIN]   with outputs `version` and `run` (of ci) in a workflow; needs gh with `actions: read`
set -euo pipefail
tag=${1:?usage: check-tag.sh TAG [MAIN]}
main=${2:-main}
repo=${GH_REPO:-$(gh repo view --json nameWithOwner --jq .nameWithOwner)}
version=${tag#v}

refuse() {
  echo "${GITHUB_ACTIONS:+::error::}check-tag.sh: $*" >&2
  exit 3
}

[[ "$tag" =~ ^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)((a|b|rc)[0-9]+)?$ ]] ||
  refuse "the tag is not of the form v1.2.3 (or v1.2.3rc1); delete it and tag again"
project=$(python3 -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
[ "$version" = "$project" ] || refuse "the tag says $version, pyproject.toml says $project; tag the commit that raised the version"

mkdir -p build
# The heading is compared whole: 1.2.3 is not 1.2.30. A date may follow it.
awk -v heading="## [$version]" '
  /^## / { on = ($0 == heading || index($0, heading " - ") == 1); next }
  /^\[[^]]*\]: / { next }
  on' CHANGELOG.md > build/notes.md
grep --quiet '[^[:space:]]' build/notes.md || refuse "CHANGELOG.md has no section ## [$version], or nothing in it; write what changed"

commit=$(git rev-parse --verify "$tag^{commit}")
git merge-base --is-ancestor "$commit" "origin/$main" || refuse "$tag is not on $main; merge first, then tag what was merged"

drafted=$(gh api --paginate "repos/$repo/releases" --jq ".[] | select(.tag_name == \"$tag\") | .draft")
[ "$drafted" != false ] || refuse "$tag is published already; raise the version instead"

# A tag is often pushed together with its commit: ci may still be at work.
id='' status='' conclusion=''
for _ in $(seq "${ATTEMPTS:-80}"); do
  run=$(gh run list --repo "$repo" --workflow ci.yml --branch "$main" --commit "$commit" --event push \
    --json databaseId,status,conclusion --jq '.[0] // {} | "\(.databaseId // "") \(.status // "") \(.conclusion // "")"')
  read -r id status conclusion < <(printf '%s\n' "$run")
  [ "$status" != completed ] || break
  sleep 30
done
[ "$conclusion" = success ] || refuse "ci on $main for $commit: ${status:-no run} ${conclusion:-}; a release needs it green"

printf 'version=%s\nrun=%s\n' "$version" "$id" >> "${GITHUB_OUTPUT:-/dev/null}"
echo "$tag may be released: ci run $id passed on $commit."
