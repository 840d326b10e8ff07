#!/bin/sh
# Write the locks anew that the packages are built from: lock.txt, what ships; lock-build.txt, what builds it; and for
# NVIDIA cards lock-cuda.txt, what ships there instead, and lock-nvcc.txt, what compiles it. For every
# system, with the hash of every file. Needs uv on the PATH and the package index. Existing pins are kept unless
# --upgrade (or --upgrade-package NAME) is given; the arguments go to uv.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
cd "$here/.."

lock() {
    output=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --allow-unsafe --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --constraint packaging/lock-torch.in --output-file "$output" "$@"
}

# PyTorch's own index has the builds for Linux without CUDA; where it cannot be reached, UV_FIND_LINKS names a folder.
lock packaging/lock.txt pyproject.toml --extra-index-url https://download.pytorch.org/whl/cpu \
    --index-strategy unsafe-best-match "$@"
lock packaging/lock-build.txt packaging/lock-build.in "$@"
lock packaging/lock-cuda.txt packaging/lock-cuda.in --no-deps "$@"
lock packaging/lock-nvcc.txt packaging/lock-nvcc.in --no-deps "$@"
