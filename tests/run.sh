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
give_up() { echo "tests/run.sh: $*" >&2; exit 1; }

# What a bot on this machine is told must not reach the tests.
unset DISCORD_TOKEN DATABASE_URL DISCORD_API_URL TROUBLE_TICKET_CONFIG

command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
command -v cargo >/dev/null || give_up "there is no cargo; install Rust from https://rustup.rs and run again"

# The newest PostgreSQL on this machine, as the folder of its programs.
find_postgres() {
    local dir
    for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) "$(dirname "$(command -v initdb || echo /none/x)")"; do
        if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ -x "$dir/pg_ctl" ]; then echo "$dir"; return 0; fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_postgres() {
    command -v apt-get >/dev/null || give_up "there is no PostgreSQL and no apt-get; install PostgreSQL and run again"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null \
        || give_up "there is no PostgreSQL; run 'apt-get install postgresql' as root and run again"
    # Debian would make and start a server of its own, which nobody asked for.
    local no_server=/etc/postgresql-common/createcluster.d/trouble-ticket-tests.conf
    as_root mkdir -p "${no_server%/*}"
    echo "create_main_cluster = false" | as_root tee "$no_server" >/dev/null
    # A list that cannot be renewed may still be good enough.
    as_root apt-get update -q || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql || true
    as_root rm -f "$no_server"
}

if ! find_postgres >/dev/null; then
    say "installing PostgreSQL"
    install_postgres
fi
bin=$(find_postgres) || give_up "PostgreSQL could not be installed; install it and run again"

# PostgreSQL refuses to run as root: another account owns its folder then, and has to be able to get there.
if [ "$(id -u)" = 0 ]; then
    owner=$(id -un postgres 2>/dev/null || echo nobody)
    work=$(mktemp -d /tmp/trouble-ticket-tests.XXXXXX)
    chown "$owner" "$work"
    as_server() { (cd "$work" && runuser -u "$owner" -- "$@"); }
else
    work=$(mktemp -d)
    as_server() { (cd "$work" && "$@"); }
fi
cleanup() {
    as_server "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "starting PostgreSQL ($bin)"
as_server "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C >"$work/initdb.log" 2>&1 \
    || { cat "$work/initdb.log" >&2; give_up "PostgreSQL could not make its folder"; }
started=0
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    # The data is thrown away: syncing it to the disk would only cost time.
    if as_server "$bin/pg_ctl" -D "$work/data" -w -t 30 -l "$work/data/server.log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=600" \
        start >/dev/null 2>&1; then
        started=1
        break
    fi
done
[ "$started" = 1 ] || { cat "$work/data/server.log" >&2 || true; give_up "PostgreSQL did not start"; }
export TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
export TEST_LONG="$long"

# Built by the runner itself, so that nothing is built that is not run, and nothing twice.
# Long tests are marked `#[ignore]`; tests that only do more of the same when there is time ask TEST_LONG.
if cargo nextest --version >/dev/null 2>&1; then
    [ "$long" = 0 ] || filter+=(--run-ignored all --profile long)
    say "building"
    cargo nextest run --locked --no-run
    say "testing"
    cargo nextest run --locked "${filter[@]}"
else
    [ "$long" = 0 ] || filter+=(--include-ignored)
    say "building"
    cargo test --locked --no-run
    say "testing"
    cargo test --locked --no-fail-fast -- "${filter[@]}"
fi
