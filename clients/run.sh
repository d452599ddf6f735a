#!/usr/bin/env bash
# Drives Notify's own clients, as their registries publish them, through every operation against notify-simulator, and
# runs the recipes. Each client gets a simulator of its own, on a free port. What they need is installed below .cache/.
#
#   clients/run.sh [python] [node] [java]
#
# A language whose runtime is missing is skipped, and the last lines say so. With CI set that is a failure.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
cache=$root/.cache/clients
simulator=
trap 'finish' EXIT
# shellcheck source=clients/env.sh
. "$here/env.sh"

# No proxy stands between the clients and the simulator.
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

# needs prints which of the commands are missing.
needs() {
	local command
	for command in "$@"; do
		command -v "$command" >/dev/null || printf '%s ' "$command"
	done
}

# start runs a simulator with the fixture and exports its address.
start() {
	local out=$cache/simulator.out tries=0
	: >"$out" # the last one's address must not be read
	"$NOTIFY_SIMULATOR" -listen 127.0.0.1:0 -fixture "$here/fixture.yaml" >"$out" 2>"$cache/simulator.log" &
	simulator=$!
	until grep -q '^notify-simulator listening on ' "$out"; do
		if ! kill -0 "$simulator" || [ $((++tries)) -gt 100 ]; then
			echo "the simulator did not start" >&2
			exit 1
		fi
		sleep 0.1
	done
	NOTIFY_API_URL=$(sed -n '1s/^notify-simulator listening on //p' "$out")
	export NOTIFY_API_URL
}

stop() {
	if [ -n "$simulator" ]; then
		kill "$simulator" 2>/dev/null || true
		wait "$simulator" || true
		simulator=
	fi
}

# finish shows what the simulator said last if something failed.
finish() {
	local status=$?
	if [ "$status" -ne 0 ] && [ -n "$simulator" ]; then tail -n 5 "$cache/simulator.log" >&2; fi
	stop
	exit "$status"
}

drive_python() {
	local venv=$cache/python
	[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
	"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/python/requirements.txt"
	export PYTHONDONTWRITEBYTECODE=1
	"$venv/bin/python" "$here/python/operations.py"
	"$venv/bin/python" -m pytest -q --tb=short -p no:cacheprovider "$here/python/recipe"
}

drive_node() {
	mkdir -p "$cache/node"
	cp "$here/node/package.json" "$here/node/package-lock.json" "$cache/node/"
	npm ci --silent --no-audit --no-fund --prefix "$cache/node"
	export NODE_PATH=$cache/node/node_modules
	node "$here/node/operations.js"
	node --test "$here/node/recipe/sign-in.test.js"
}

drive_java() {
	rm -rf "$cache/java/surefire-reports"
	mvn -B -q -f "$here/java/pom.xml" -Dmaven.repo.local="$cache/m2" test
	grep -h '^Tests run' "$cache"/java/surefire-reports/*.txt
}

mkdir -p "$cache"
export NOTIFY_SIMULATOR=$cache/notify-simulator
(cd "$root" && go build -o "$NOTIFY_SIMULATOR" ./cmd/notify-simulator)

declare -A runtime=([python]=python3 [node]="node npm" [java]="java mvn")
languages=("$@")
[ $# -gt 0 ] || languages=(python node java)
ran=() skipped=()
for language in "${languages[@]}"; do
	# shellcheck disable=SC2086 # a list of commands
	missing=$(needs ${runtime[$language]:?"no such language: $language"})
	if [ -n "$missing" ]; then
		skipped+=("$language (missing: $missing)")
		continue
	fi
	printf -- '--- %s\n' "$language"
	start
	"drive_$language"
	stop
	ran+=("$language")
done

printf '\nofficial clients driven: %s\n' "${ran[*]:-none}"
for language in "${skipped[@]}"; do printf '*** SKIPPED: %s\n' "$language"; done
echo "*** NOT COVERED: Ruby, PHP and .NET, whose registries were out of reach when this was written"
if [ -n "${CI:-}" ] && [ ${#skipped[@]} -gt 0 ]; then exit 1; fi
[ ${#ran[@]} -gt 0 ]
