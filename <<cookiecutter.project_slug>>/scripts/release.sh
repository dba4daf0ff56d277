#!/usr/bin/env bash
# What a release must keep, before and after it is published.
#
#   release.sh check TAG [MAIN]              may this tag become a release? It is the version of pyproject.toml, CHANGELOG.md has
#                                            its section, its commit is on MAIN and passed ci there, and nothing is published
#                                            under it. Writes the notes to build/notes.md; outputs `version` and `run` (of ci).
#   release.sh verify VERSION [OWNER/REPO]   is this release what it says, as its user sees it? Every download against its
#                                            checksum, every signature against the workflow and the tag that must have made it,
#                                            and the image, by digest, against the golden rows of the bundle. SIGNED=true demands
#                                            signatures, SIGNED=false does without; unset, a public repository must have them.
#
# Needs gh (logged in; in a workflow `actions: read`), and to verify docker: a private image needs `docker login` first.
set -euo pipefail
usage='usage: release.sh check TAG [MAIN] | release.sh verify VERSION [OWNER/REPO]'

refuse() {
  echo "${GITHUB_ACTIONS:+::error::}release.sh: $*" >&2
  exit 3
}

check() {
  local tag=$1 main=${2:-main} repo
  repo=${GH_REPO:-$(gh repo view --json nameWithOwner --jq .nameWithOwner)}
  local version=${tag#v}

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
  local id='' status='' conclusion=''
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
}

verify() {
  local version=$1 registry=${REGISTRY:-ghcr.io} here
  here="$(dirname "$0")"
  [[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+((a|b|rc)[0-9]+)?$ ]] || refuse "the version is not of the form 1.2.3"
  repo=${2:-${GH_REPO:-$(gh repo view --json nameWithOwner --jq .nameWithOwner)}}
  files="build/verify/$version"
  rm -rf "$files"
  gh release download "v$version" --repo "$repo" --dir "$files" || refuse "$repo has no published release v$version"
  (cd "$files" && sha256sum --check --strict --quiet SHA256SUMS) || refuse "a file of v$version is not what SHA256SUMS says"
  for name in model.tar.gz image.txt; do
    grep --quiet --line-regexp --extended-regexp "[0-9a-f]{64}  $name" "$files/SHA256SUMS" || refuse "SHA256SUMS of v$version says nothing of $name"
  done

  reference=$(cat "$files/image.txt")
  [[ "$reference" =~ @sha256:[0-9a-f]{64}$ ]] || refuse "image.txt of v$version names no digest"
  [ "${reference%@*}" = "$registry/$(printf '%s' "$repo" | tr '[:upper:]' '[:lower:]')" ] || refuse "image.txt of v$version names an image of others: ${reference%@*}"

  if [ -z "${SIGNED:-}" ]; then
    visibility=$(gh repo view "$repo" --json visibility --jq .visibility)
    SIGNED=false
    if [ "$visibility" = PUBLIC ] || [ -f "$files/provenance.intoto.jsonl" ]; then SIGNED=true; fi
  fi
  if [ "$SIGNED" = true ]; then
    policy=(--repo "$repo" --signer-workflow "$repo/.github/workflows/release.yml" --source-ref "refs/tags/v$version" --deny-self-hosted-runners)
    for file in "$files"/*; do
      case "$file" in */SHA256SUMS | *.intoto.jsonl) continue ;; esac
      gh attestation verify "$file" "${policy[@]}" || refuse "${file##*/} of v$version is not signed by release.yml at its tag"
    done
    gh attestation verify "oci://$reference" "${policy[@]}" || refuse "the image of v$version is not signed by release.yml at its tag"
    gh attestation verify "oci://$reference" "${policy[@]}" --predicate-type https://cyclonedx.org/bom ||
      refuse "the image of v$version has no signed bill of materials"
  fi

  docker pull --quiet "$reference" || refuse "the image of v$version cannot be pulled by its digest"
  bash "$here/smoke.sh" "$reference" "$files/model.tar.gz"
  bundle=$(sha256sum < "$files/model.tar.gz")
  printf 'digest=%s\nbundle=%s\n' "${reference##*@}" "${bundle%% *}" >> "${GITHUB_OUTPUT:-/dev/null}"
  signed='unsigned: checksums alone'
  [ "$SIGNED" != true ] || signed='signed by release.yml at its tag'
  echo "v$version is what was released: files whole, $signed, image $reference answers as its model does."
}

case "${1:-}:${2:+given}" in
  check:given | verify:given)
    command -v gh > /dev/null || refuse "gh is not installed, by which GitHub is asked; see https://cli.github.com"
    "$@"
    ;;
  *) echo "$usage" >&2; exit 2 ;;
esac
