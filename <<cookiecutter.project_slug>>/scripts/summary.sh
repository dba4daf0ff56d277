#!/usr/bin/env bash
# Runs a command and keeps what a person decides from in the job's summary: how it ended, every report it wrote into
# build/report, and the last lines it printed.
#
#   summary.sh COMMAND...   ends as the command does; a judge that refuses (3) is told from what broke
set -euo pipefail
summary="${GITHUB_STEP_SUMMARY:-/dev/null}"
mkdir -p build
log=build/last.log
started=build/last.start
touch "$started"

code=0
"$@" 2>&1 | tee "$log" || code=$?
case "$code" in
  0) said='yes' ;;
  3) said='refused' ;;
  # make ends with 2 whatever its step ended with, and says with what.
  2) if grep --quiet --extended-regexp '^make(\[[0-9]+\])?: \*\*\* .* Error 3$' "$log"; then said='refused'; else said='did not succeed (exit code 2)'; fi ;;
  *) said="did not succeed (exit code $code)" ;;
esac
{
  # The command is ours; what it printed may hold anything, so it stands in a fence of its own.
  printf '### %s: %s\n\n' "$*" "$said"
  find build -path 'build/report/*.md' -newer "$started" | sort | while read -r report; do
    head --bytes 200000 "$report"
    echo
  done
  printf '~~~~~~~~text\n'
  tail --lines 60 "$log" | sed -E 's/\x1b\[[0-9;]*m//g; s/~~~~/----/g' | cut --bytes 1-300
  printf '~~~~~~~~\n\n'
} >> "$summary"
exit "$code"
