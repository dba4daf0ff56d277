#!/usr/bin/env bash
# Applies .github/settings.json to the repository on GitHub: protected main, release tags that cannot move, pinned actions,
# a read-only token. Run it once as an administrator (gh auth login); running it again changes nothing.
#
#   github-settings.sh OWNER/REPO [--dry-run]
set -euo pipefail
repo=${1:?usage: github-settings.sh OWNER/REPO [--dry-run]}
settings="$(dirname "$0")/../.github/settings.json"

call() { # METHOD PATH BODY
  if [ -n "$3" ]; then
    printf '%s' "$3" | gh api --silent --method "$1" "repos/$repo$2" --input -
  else
    gh api --silent --method "$1" "repos/$repo$2"
  fi
}

jq --compact-output '.calls[]' "$settings" | while read -r wanted; do
  method=$(jq --raw-output .method <(printf '%s' "$wanted"))
  path=$(jq --raw-output .path <(printf '%s' "$wanted"))
  body=$(jq --compact-output '.body // empty' <(printf '%s' "$wanted"))
  echo "$method repos/$repo$path"
  [ "${2:-}" = --dry-run ] || call "$method" "$path" "$body" ||
    echo "github-settings.sh: $path was refused; some settings need a public repository or a paid plan." >&2
done
jq --compact-output '.rulesets[]' "$settings" | while read -r ruleset; do
  name=$(jq --raw-output .name <(printf '%s' "$ruleset"))
  echo "ruleset $name"
  [ "${2:-}" != --dry-run ] || continue
  id=$(gh api "repos/$repo/rulesets" --jq ".[] | select(.name == \"$name\") | .id")
  if [ -n "$id" ]; then call PUT "/rulesets/$id" "$ruleset"; else call POST /rulesets "$ruleset"; fi
done
