# shellcheck shell=bash
# What a fresh machine lacks. Each function does nothing when the thing is there.

has() { command -v "$1" >/dev/null 2>&1; }

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# install PACKAGE...: with apt, as root or through sudo.
install() {
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || stop "Please install as root: apt-get install $*"
        as_root=(sudo)
    fi
    has apt-get || stop "Please install with your system's package manager what Debian calls: $*"
    printf 'installing %s\n' "$*"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need_cargo() { has cargo || stop "Grantline is written in Rust: install the toolchain first, https://rustup.rs"; }

need_component() {
    has "cargo-${1#rust}" && return
    has rustup || stop "The Rust toolchain lacks $1."
    rustup component add "$1"
}

# sqlite and ring are compiled from C.
need_build_tools() { has cc || install build-essential; }

need_postgres() { [ -n "$(postgres_folder)" ] || install postgresql; }

need_node() { { has node && has npm; } || install nodejs npm; }

# Debian's Python has its `venv` in a package of its own.
need_python() { { has python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; } || install python3 python3-venv; }

need_chromium() { has "${CHROMIUM:-chromium}" || install chromium; }

# A port on loopback where nothing listens.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 40000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%d\n' "$port"
}
