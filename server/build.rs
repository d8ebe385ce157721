//! Tells the embedder where the site is. A server built without one (`cargo check`) embeds nothing and says so
//! at run time.

fn main() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(&site) {
        println!("cargo:warning=no site to embed: {error}");
    }
    println!("cargo:rustc-env=CHANNELSCOPE_SITE={}", site.display());
    println!("cargo:rerun-if-changed={}", site.display());
    // The migrations are embedded by a macro that can only watch the files it has seen.
    println!("cargo:rerun-if-changed=../migrations");
}
