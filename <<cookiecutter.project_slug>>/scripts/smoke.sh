#!/usr/bin/env bash
# Starts an image as production would (read-only, no capabilities, not root) and compares its answers to the golden rows
# with those that the bundle records.
#
#   smoke.sh IMAGE [BUNDLE]
set -euo pipefail
image=${1:?usage: smoke.sh IMAGE [BUNDLE]}
bundle=${2:-build/bundle/model.tar.gz}
id=$(docker run --detach --read-only --cap-drop ALL --security-opt no-new-privileges --user 10001:10001 \
  --publish 127.0.0.1::8000 "$image")
folder=$(mktemp --directory) # an argument may not be long, and a table may be wide
trap 'docker logs "$id" 2>&1 | tail -n 30; docker rm --force "$id" > /dev/null; rm -r "$folder"' EXIT
port=$(docker port "$id" 8000/tcp | sed -n 's/.*://p' | sed -n 1p)
# A busy machine may need minutes to read the image; whoever ended is waited for no longer.
for _ in $(seq 180); do
  if curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health"; then break; fi
  [ "$(docker inspect --format '{{.State.Running}}' "$id")" = true ] || break
  sleep 1
done
tar --extract --gzip --to-stdout --file "$bundle" golden.json > "$folder/golden.json"
jq '{rows: .rows}' "$folder/golden.json" |
  curl --silent --show-error --fail --retry 20 --retry-max-time 60 --json @- --output "$folder/answers.json" "http://127.0.0.1:$port/predict"
# Numbers agree to 1e-5 of a probability, or of the spread of the target that the manifest records.
spread=$(tar --extract --gzip --to-stdout --file "$bundle" manifest.json | jq .spread)
jq --exit-status --slurp --argjson spread "$spread" '
  .[0] as $golden | .[1] as $answers |
  ($golden.predictions | length) == ($answers.predictions | length) and
  ([$golden.predictions, $answers.predictions] | transpose | all(
    .[0].label == .[1].label and
    (map([.probability // .value // (.probabilities | to_entries | sort_by(.key)[].value)]) | transpose |
      all((.[0] - .[1] | fabs) <= 1e-5 * $spread))))' "$folder/golden.json" "$folder/answers.json" > /dev/null ||
  { echo "smoke.sh: $image answers other than $bundle records; build the image of this bundle: make image." >&2; exit 3; }
size=$(docker image inspect --format '{{.Size}}' "$image")
echo "$image ($((size / 1000000)) MB) answers the golden rows as $bundle records."
