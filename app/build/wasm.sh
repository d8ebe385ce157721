#!/usr/bin/env bash
# Compiles the app to WebAssembly and turns it into target/site. The compiler is rustup's with its wasm target where
# rustup can bring it, else Debian's with a standard library built here once. The module is built as a `cdylib` alone:
# with the manifest's `rlib` beside it, cargo would silently skip link-time optimisation.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=wasm32-unknown-unknown
out=target/wasm
mkdir -p "$out"

# What the module is made of; unchanged since the last build means nothing to do.
inputs() { find app style Cargo.lock Cargo.toml rustfmt.toml -type f ! -path 'app/src/chart/snapshots/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum; }
stamp=$(inputs)
if [ -e target/site/manifest.json ] && [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi

# WASM_COMPILER=debian takes the second way where the first would do, to test it.
choose_compiler() {
  if [ "${WASM_COMPILER:-}" = debian ]; then compiler=debian; return; fi
  if command -v rustup >/dev/null; then
    if rustup target list --installed 2>/dev/null | grep -qx "$target"; then compiler=rustup; return; fi
    echo "Adding rustup's target $target …" >&2
    if timeout 300 rustup target add "$target" >"$out/rustup.log" 2>&1; then compiler=rustup; return; fi
    echo "rustup can't bring it here; using Debian's compiler instead." >&2
  fi
  compiler=debian
}

debian_std() {
  app/build/require.sh "The WebAssembly build" rustc-web=/usr/bin/rustc cargo-web=/usr/bin/cargo \
    rust-web-src=/usr/lib/rustlib/src/rust/library/std rust-web-llvm='/usr/lib/rustlib/*/bin/wasm-component-ld' lld-22=/usr/bin/wasm-ld-22
  version=$(/usr/bin/rustc -V | sha256sum | cut -c1-12)
  sysroot=$PWD/target/wasm-sysroot/$version
  [ -d "$sysroot" ] && return
  echo "Building the standard library for $target, once …" >&2
  rm -rf target/wasm-std && mkdir -p target/wasm-std/src
  printf '[package]\nname = "only-std"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[profile.release]\nopt-level = "z"\npanic = "abort"\ncodegen-units = 1\n' >target/wasm-std/Cargo.toml
  echo '#![no_std]' >target/wasm-std/src/lib.rs
  # Without embedded bitcode, link-time optimisation of whatever uses this library fails.
  (cd target/wasm-std && env -u CARGO_TARGET_DIR RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes \
    /usr/bin/cargo build --quiet -Z build-std=std,panic_abort --target "$target" --release >&2)
  libraries=$sysroot.part/lib/rustlib/$target/lib
  rm -rf "$sysroot.part" && mkdir -p "$libraries"
  cp target/wasm-std/target/$target/release/deps/lib*.rlib "$libraries"
  rm "$libraries"/libonly_std*.rlib
  mv "$sysroot.part" "$sysroot"
  rm -rf target/wasm-std
}

choose_compiler
arguments=(rustc --locked --quiet -p app --lib --crate-type cdylib --target "$target" --profile wasm
  --no-default-features --features hydrate)
# Newer features that Debian's wasm-opt writes wrongly; see app/build/src/features.rs.
without=-Ctarget-feature=-reference-types,-multivalue
echo "Compiling the browser's part …" >&2
if [ "$compiler" = rustup ]; then
  CARGO_TARGET_DIR=$out/rustup RUSTFLAGS=$without cargo "${arguments[@]}" >&2
  module=$out/rustup/$target/wasm/app.wasm
else
  debian_std
  CARGO_TARGET_DIR=$out/debian RUSTC=/usr/bin/rustc RUSTFLAGS="$without --sysroot=$sysroot" /usr/bin/cargo "${arguments[@]}" >&2
  module=$out/debian/$target/wasm/app.wasm
fi

app/build/require.sh "Shrinking the WebAssembly module" binaryen=wasm-opt
echo "Making target/site …" >&2
cargo run --locked --quiet -p site-build -- "$module" style/main.css target/site >&2
echo "$stamp" >"$out/stamp"
