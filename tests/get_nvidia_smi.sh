#!/bin/sh
# Puts Debian's nvidia-smi at build/nvidia-smi/nvidia-smi without installing anything: tests run it above our NVML.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/nvidia-smi
[ -x "$out/nvidia-smi" ] && exit 0
. tests/debian.sh

need_apt "nvidia-smi is taken from Debian's package, and this system has no apt-get; name one of your own in BF_NVIDIA_SMI"
use_bookworm non-free security
unpack "$out/package" nvidia-smi
mv "$out/package/usr/lib/nvidia/current/nvidia-smi" "$out/nvidia-smi"
rm -rf "$out/package"
