# shellcheck shell=bash
# A private PostgreSQL: its own folder, a free port on loopback, a password of its own, gone at the end.

# The newest version's programs; Debian keeps them out of PATH.
postgres_folder() {
    local newest
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    if [ -x "$newest" ]; then
        dirname "$newest"
    elif has initdb; then
        dirname "$(command -v initdb)"
    fi
}

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# Exports TEST_POSTGRES_URL, unless the caller brought one.
start_postgres() {
    [ -z "${TEST_POSTGRES_URL:-}" ] || return 0
    need_postgres
    local programs port password
    programs=$(postgres_folder)
    port=$(free_port)
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    # shellcheck disable=SC2154 # scripts/test makes it
    postgres_data=$temporary/postgres
    mkdir "$postgres_data"
    (umask 077 && printf '%s\n' "$password" >"$temporary/password")
    if [ "$(id -u)" -eq 0 ]; then
        id postgres >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin postgres
        chown postgres "$postgres_data" "$temporary/password"
    fi
    as_postgres "$programs/initdb" --pgdata "$postgres_data/db" --username grantline --pwfile "$temporary/password" \
        --auth scram-sha-256 --encoding UTF8 --locale C --no-sync >/dev/null
    # Tests need no durability; that the server asks for it is tested on SQLite and by reading its settings.
    local options="-c listen_addresses=127.0.0.1 -p $port -c unix_socket_directories='$postgres_data' -c fsync=off"
    options+=" -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
    # From here on there may be a server to stop.
    postgres_programs=$programs
    as_postgres "$programs/pg_ctl" --pgdata "$postgres_data/db" --log "$postgres_data/log" --options "$options" --wait --silent start ||
        { cat "$postgres_data/log" >&2 && return 1; }
    export TEST_POSTGRES_URL="postgres://grantline:$password@127.0.0.1:$port/postgres"
}

# Stops what start_postgres started, by the process id in its own folder.
stop_postgres() {
    [ -n "${postgres_programs:-}" ] || return 0
    as_postgres "$postgres_programs/pg_ctl" --pgdata "$postgres_data/db" --mode fast --wait --silent stop || true
    postgres_programs=
}
