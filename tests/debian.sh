# shellcheck shell=sh disable=SC2154
# Sourced by tests/get_*.sh, which put Debian's packages into $out, a folder below build/, without installing anything:
# apt gets lists and a cache of its own there. Needs no privilege.

# need_apt HINT: a system without apt is told HINT.
need_apt() {
    command -v apt-get > /dev/null && command -v dpkg > /dev/null || {
        echo "$1" >&2
        exit 1
    }
    mkdir -p "$out/lists/partial" "$out/cache/archives/partial"
}

# use_bookworm COMPONENT [security]: packages of Debian 12, whatever the system's sources are, which stay as they are.
use_bookworm() {
    # Without the keyring's file, the keys that the system's apt trusts anyway decide; unsigned packages are never taken.
    key=/usr/share/keyrings/debian-archive-keyring.gpg
    by=
    [ -r "$key" ] && by="[signed-by=$key]"
    echo "deb $by http://deb.debian.org/debian bookworm $1" > "$out/sources.list"
    [ $# = 1 ] || echo "deb $by http://deb.debian.org/debian-security bookworm-security $1" >> "$out/sources.list"
}

# apt-get with what is in $out.
apt_here() {
    [ ! -f "$out/sources.list" ] ||
        set -- -o Dir::Etc::sourcelist="$out/sources.list" -o Dir::Etc::sourceparts=- "$@"
    apt-get -qq -o Dir::State::lists="$out/lists" -o Dir::Cache="$out/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}

# unpack FOLDER PACKAGE...: a new FOLDER with the files of these packages alone.
unpack() {
    folder=$1
    shift
    apt_here update
    rm -rf "$folder" "$out/packages"
    mkdir "$folder" "$out/packages"
    (cd "$out/packages" && apt_here download "$@")
    for package in "$out"/packages/*.deb; do
        dpkg -x "$package" "$folder"
    done
    rm -rf "$out/packages" "$out/lists" "$out/cache"
}
