#!/usr/bin/env bash
# Checks a release as its user would: every download against its checksum, every signature against the workflow and the tag
# that must have made it, and the image, by digest, against the golden rows of the bundle.
#
#   verify.sh VERSION [OWNER/REPO]   needs gh (logged in) and docker; a private image needs `docker login` first
#
# SIGNED=true demands signatures, SIGNED=false does without; unset, a public repository must have them.
set -euo pipefail
version=${1:?usage: verify.sh VERSION [OWNER/REPO]}
registry=${REGISTRY:-ghcr.io}
here="$(dirname "$0")"

refuse() {
  echo "${GITHUB_ACTIONS:+::error::}verify.sh: $*" >&2
  exit 3
}

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
echo "digest=${reference##*@}" >> "${GITHUB_OUTPUT:-/dev/null}"
signed='unsigned: checksums alone'
[ "$SIGNED" != true ] || signed='signed by release.yml at its tag'
echo "v$version is what was released: files whole, $signed, image $reference answers as its model does."
