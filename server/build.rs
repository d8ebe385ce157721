//! Tells the embedder where the site is. A server built without one (`cargo check`) embeds nothing and says so
//! at run time.

fn main() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(&site) {
        println!("cargo:warning=no site to embed: {error}");
    }
    if let Err(error) = add_partials(&site) {
        println!("cargo:warning=the site is without its styles: {error}");
    }
    println!("cargo:rustc-env=CHANNELSCOPE_SITE={}", site.display());
    println!("cargo:rerun-if-changed={}", site.display());
    // The migrations are embedded by a macro that can only watch the files it has seen.
    println!("cargo:rerun-if-changed=../migrations");
}

/// cargo-leptos copies `style/main.css` as it is, imports and all: the parts go beside it. Our own site build has put them
/// into one file, and left a manifest.
fn add_partials(site: &std::path::Path) -> std::io::Result<()> {
    let package = site.join("pkg");
    if site.join("manifest.json").exists() || !package.join("channelscope.css").exists() {
        return Ok(());
    }
    let styles = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../style");
    println!("cargo:rerun-if-changed={}", styles.display());
    for entry in std::fs::read_dir(styles)? {
        let path = entry?.path();
        let is_part = path.extension().is_some_and(|extension| extension == "css");
        if let Some(name) = path.file_name().filter(|_| is_part) {
            std::fs::copy(&path, package.join(name))?;
        }
    }
    Ok(())
}
