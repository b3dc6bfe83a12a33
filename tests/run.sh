#!/usr/bin/env bash
# Runs every test, on a machine that has Rust and a C compiler: installs PostgreSQL if it is missing, starts one of
# its own on a free port, runs the suite on both databases, and cleans up. Works as root and as anybody.
#
#   bash tests/run.sh            the suite
#   bash tests/run.sh --long     with the long tests
#   bash tests/run.sh -- NAME    only tests whose name contains NAME
set -euo pipefail
cd "$(dirname "$0")/.."

long=0
filter=()
while [ $# -gt 0 ]; do
    case "$1" in
        --long) long=1 ;;
        --) shift; filter=("$@"); break ;;
        *) echo "tests/run.sh: unknown argument '$1' (known: --long, -- NAME)" >&2; exit 2 ;;
    esac
    shift
done

say() { printf '\n== %s\n' "$*"; }

# The newest PostgreSQL on this machine, as the folder of its programs.
find_postgres() {
    local dir
    for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) $(dirname "$(command -v initdb || echo /none/x)"); do
        if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then echo "$dir"; return 0; fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

if ! find_postgres >/dev/null; then
    say "installing PostgreSQL"
    as_root apt-get update -q
    # Without this, Debian starts a server of its own that nobody asked for.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql
fi
bin=$(find_postgres) || { echo "tests/run.sh: PostgreSQL could not be installed; install it and run again" >&2; exit 1; }

work=$(mktemp -d)
# PostgreSQL refuses to run as root; its own account owns the folder then.
as_server() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    chown postgres "$work"
    as_server() { runuser -u postgres -- "$@"; }
fi
cleanup() {
    as_server "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT INT TERM

say "starting PostgreSQL ($bin)"
(cd "$work" && as_server "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C >"$work/initdb.log" 2>&1) \
    || { cat "$work/initdb.log" >&2; exit 1; }
started=0
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    # The data is thrown away: syncing it to the disk would only cost time.
    if (cd "$work" && as_server "$bin/pg_ctl" -D "$work/data" -w -t 30 -l "$work/data/server.log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300" \
        start >/dev/null 2>&1); then
        started=1
        break
    fi
done
[ "$started" = 1 ] || { cat "$work/data/server.log" >&2 || true; echo "tests/run.sh: PostgreSQL did not start" >&2; exit 1; }
export TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
export TEST_LONG="$long"

say "building"
cargo build --locked --all-targets

say "testing"
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked "${filter[@]}"
else
    cargo test --locked --no-fail-fast -- "${filter[@]}"
fi
