//! A headless Chromium, driven through ChromeDriver. A page is only good if its console is silent: a missing island,
//! for one, is nothing but a warning there.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::product::free_port;

/// Chromium's switches for a machine without a screen, a GPU or the internet.
const SWITCHES: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
];

/// Light or dark, as the page sees it in `prefers-color-scheme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `prefers-color-scheme: light`
    Light,
    /// `prefers-color-scheme: dark`
    Dark,
}

/// One browser with an empty profile.
#[derive(Debug)]
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts ChromeDriver and Chromium.
    pub async fn start() -> Result<Self> {
        let port = free_port()?;
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting chromedriver (Debian package chromium-driver)")?;
        let profile = tempfile::tempdir()?;
        let mut switches: Vec<String> = SWITCHES.iter().map(ToString::to_string).collect();
        switches.push(format!("--user-data-dir={}", profile.path().display()));
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), json!({ "args": switches }));
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let url = format!("http://127.0.0.1:{port}");
        let mut attempt = 0;
        let client = loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            match builder.capabilities(capabilities.clone()).connect(&url).await {
                Ok(client) => break client,
                Err(_) if attempt < 100 => attempt += 1,
                Err(error) => return Err(error).context("starting Chromium"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        Ok(Self { client, driver, _profile: profile })
    }

    /// Pretends to be a screen of this size.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let mobile = width < 600;
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", params).await?;
        Ok(())
    }

    /// Pretends that the person prefers light or dark.
    pub async fn prefer(&self, scheme: Scheme) -> Result<()> {
        let value = if scheme == Scheme::Dark { "dark" } else { "light" };
        let params = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", params).await?;
        Ok(())
    }

    /// Moves the mouse, as a person would.
    pub async fn move_mouse(&self, x: f64, y: f64) -> Result<()> {
        self.devtools("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y })).await?;
        Ok(())
    }

    /// Presses and releases a key (`ArrowLeft`).
    pub async fn press(&self, key: &str) -> Result<()> {
        for kind in ["keyDown", "keyUp"] {
            self.devtools("Input.dispatchKeyEvent", json!({ "type": kind, "key": key, "code": key })).await?;
        }
        Ok(())
    }

    /// The value of a JavaScript expression.
    pub async fn eval(&self, expression: &str) -> Result<Value> {
        Ok(self.client.execute(&format!("return {expression}"), Vec::new()).await?)
    }

    /// Waits until a JavaScript expression is true.
    pub async fn until(&self, expression: &str) -> Result<()> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        while self.eval(expression).await? != Value::Bool(true) {
            if tokio::time::Instant::now() > deadline {
                bail!("never true within 30 s: {expression}; the console said {:#?}", self.console().await?);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Keeps a picture of the whole page in `tests/artefacts` (outside git) and says where.
    pub async fn keep_screenshot(&self, name: &str) -> Result<PathBuf> {
        let params = json!({ "format": "png", "captureBeyondViewport": true });
        let answer = self.devtools("Page.captureScreenshot", params).await?;
        let data = answer["data"].as_str().context("no picture in the answer")?;
        let folder = crate::root().join("tests/artefacts");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, base64::engine::general_purpose::STANDARD.decode(data)?)?;
        Ok(file)
    }

    /// Everything the console said since the last call, one line each.
    pub async fn console(&self) -> Result<Vec<String>> {
        let lines =
            self.client.issue_cmd(Endpoint { path: "se/log", body: json!({ "type": "browser" }) }).await?;
        let lines = lines.as_array().cloned().unwrap_or_default();
        Ok(lines.iter().map(|line| format!("{}: {}", line["level"], line["message"])).collect())
    }

    /// Ends the browser.
    pub async fn close(mut self) -> Result<()> {
        self.client.close().await?;
        self.driver.kill().await?;
        Ok(())
    }

    async fn devtools(&self, method: &str, params: Value) -> Result<Value> {
        let body = json!({ "cmd": method, "params": params });
        Ok(self.client.issue_cmd(Endpoint { path: "goog/cdp/execute", body }).await?)
    }
}

/// A command of ChromeDriver's own.
#[derive(Debug)]
struct Endpoint {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Endpoint {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _url: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
