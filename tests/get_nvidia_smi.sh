#!/bin/sh
# Puts Debian's nvidia-smi at build/nvidia-smi/nvidia-smi without installing anything: tests run it above our NVML.
# apt gets a configuration, lists and a cache of its own; the system's sources stay as they are. Needs no privilege.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/nvidia-smi
[ -x "$out/nvidia-smi" ] && exit 0
command -v apt-get > /dev/null && command -v dpkg > /dev/null || {
    echo "nvidia-smi is taken from Debian's package, and this system has no apt-get; name one of your own in BF_NVIDIA_SMI" >&2
    exit 1
}

mkdir -p "$out/lists/partial" "$out/cache/archives/partial"
# Without the keyring's file, the keys that the system's apt trusts anyway decide; unsigned packages are never taken.
key=/usr/share/keyrings/debian-archive-keyring.gpg
by=; [ -r "$key" ] && by="[signed-by=$key]"
{
    echo "deb $by http://deb.debian.org/debian bookworm non-free"
    echo "deb $by http://deb.debian.org/debian-security bookworm-security non-free"
} > "$out/sources.list"
apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$out/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$out/lists" \
        -o Dir::Cache="$out/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
(cd "$out" && rm -f nvidia-smi_*.deb && apt download nvidia-smi)
rm -rf "$out/package"
dpkg -x "$out"/nvidia-smi_*.deb "$out/package"
cp "$out/package/usr/lib/nvidia/current/nvidia-smi" "$out/nvidia-smi.new"
mv "$out/nvidia-smi.new" "$out/nvidia-smi"
