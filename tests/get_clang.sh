#!/bin/sh
# Puts Debian's clang with libFuzzer into build/clang without installing anything: tests/fuzz builds its targets with it.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/clang
[ -x "$out/clang" ] && exit 0
. tests/debian.sh

need_apt "clang is taken from Debian's packages, and this system has no apt-get; name a clang that has libFuzzer in BF_CLANG"
use_bookworm main security
unpack "$out/package" clang-14 libclang-common-14-dev libclang-rt-14-dev libclang-cpp14 libllvm14 libedit2 libbsd0 libmd0 \
    libz3-4 libxml2 libicu72 libtinfo6 libffi8
# It finds its own files beside itself, and the libraries that this system may lack by their folder.
cat > "$out/clang.new" << EOF
#!/bin/sh
LD_LIBRARY_PATH=$out/package/usr/lib/x86_64-linux-gnu:$out/package/lib/x86_64-linux-gnu exec $out/package/usr/lib/llvm-14/bin/clang "\$@"
EOF
chmod +x "$out/clang.new"
# The one that is looked for above comes last.
mv "$out/clang.new" "$out/clang"
