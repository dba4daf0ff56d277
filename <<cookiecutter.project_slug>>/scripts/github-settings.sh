#!/usr/bin/env bash
# Applies .github/settings.json to the repository on GitHub: a protected main, release tags that cannot move, pinned actions,
# a read-only token, an environment for promotions. Run it as an administrator (gh auth login); running it again is safe.
#
#   github-settings.sh OWNER/REPO [--solo | --team LOGIN[,LOGIN...]] [--apply | --check]
#
#   --solo    (default) one person may merge an own pull request once ci-ok is green, and promote
#   --team    an owner's review for each pull request, and one of these people approves a promotion of somebody else
#   --apply   do it; without it the calls are only shown
#   --check   say as Markdown which rules main has, as far as anybody can read them
set -euo pipefail
usage() { sed -n 's/^#   github/usage: github/p' "$0" >&2; exit 2; }
settings="$(dirname "$0")/../.github/settings.json"
repo='' team='' act=show
while [ $# -gt 0 ]; do
  case "$1" in
    --solo) team='' ;;
    --team) [ $# -gt 1 ] || usage; team=$2; shift ;;
    --apply) act=apply ;;
    --check) act=check ;;
    -*) usage ;;
    *) [ -z "$repo" ] || usage; repo=$1 ;;
  esac
  shift
done
[[ "$repo" =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] || usage
[[ "$team" =~ ^([A-Za-z0-9-]+(,[A-Za-z0-9-]+)*)?$ ]] || usage

if [ "$act" = check ]; then
  # Where no plan gives rules GitHub refuses the question; that is an answer too.
  found=$(gh api "repos/$repo/rules/branches/main") || found='[]'
  jq --raw-output --argjson found "$found" '
    "| rule of main | set |", "|---|---|",
    (.named[].body | select(.target == "branch") | .rules[] | .type as $type |
      "| \($type) | \(if any($found[]; .type == $type) then "yes" else "**no**" end) |")' "$settings"
  exit 0
fi

people='[]'
for login in ${team//,/ }; do
  id=0 # shown, not looked up
  [ "$act" != apply ] || id=$(gh api "users/$login" --jq .id)
  people=$(jq --compact-output --argjson id "$id" '. + [{type: "User", id: $id}]' < <(printf '%s' "$people"))
done
# What a team adds to what one person has.
wanted=$(jq --compact-output --arg team "$team" --argjson people "$people" '
  .team as $more | if $team == "" then . else
    (.calls[] | select(.path == "/environments/promote") | .body) += $more.environment + {reviewers: $people} |
    (.named[].body.rules[]? | select(.type == "pull_request") | .parameters) += $more.pull_request
  end' "$settings")

refused=0
call() { # METHOD PATH BODY
  echo "$1 repos/$repo$2 $3"
  [ "$act" = apply ] || return 0
  local body='' # an empty body is none
  [ -z "$3" ] || body='--input=-'
  printf '%s' "$3" | gh api --silent --method "$1" "repos/$repo$2" ${body:+"$body"} ||
    { refused=$((refused + 1)); echo "github-settings.sh: $2 was refused; docs/github.md says which settings need which plan." >&2; }
}
part() { jq --raw-output --compact-output "$2 // empty" < <(printf '%s' "$1"); }

while read -r one; do
  call "$(part "$one" .method)" "$(part "$one" .path)" "$(part "$one" .body)"
done < <(part "$wanted" '.calls[]')
while read -r one; do
  path=$(part "$one" .path) body=$(part "$one" .body) id=''
  # What has its name already is replaced, not doubled.
  if [ "$act" = apply ]; then
    there=$(gh api "repos/$repo$path" || echo '[]')
    id=$(jq --raw-output --argjson body "$body" '[.. | objects | select(.name? == $body.name) | .id] | first // empty' < <(printf '%s' "$there"))
  fi
  if [ -n "$id" ]; then call PUT "$path/$id" "$body"; else call POST "$path" "$body"; fi
done < <(part "$wanted" '.named[]')
[ "$act" = apply ] || echo 'Nothing was sent: add --apply to do this.'
[ "$refused" = 0 ] || { echo "github-settings.sh: GitHub refused $refused of these; the others are set." >&2; exit 3; }
