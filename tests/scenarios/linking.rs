//! Linking an account by its phone number, and letting it go.

use std::path::Path;

use anyhow::Result;
use channelscope_tests::product::{Said, command, run_with_input};
use serde_json::Value;
use telegram_dc::{DataCentre, Options, Outcome};

/// The simulated Telegram, and the product's own folder.
struct Scene {
    telegram: DataCentre,
    folder: tempfile::TempDir,
}

impl Scene {
    async fn start(options: Options) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("cs-").tempdir()?;
        let telegram = DataCentre::start(Options { days: 5, ..options }).await?;
        telegram.access().write(&folder.path().join("telegram.json"))?;
        Ok(Self { telegram, folder })
    }

    async fn says(&self, arguments: &[&str], input: &str) -> Result<Said> {
        let path = |name: &str| self.folder.path().join(name);
        let mut command = command(Path::new(&path("d")))?;
        command.args(arguments).env("TELEGRAM_DC_FILE", path("telegram.json"));
        command.env("TELEGRAM_REQUEST_GAP_MS", "5");
        run_with_input(command, input).await
    }

    async fn accounts(&self) -> Result<Vec<Value>> {
        let said = self.says(&["account", "list", "--json"], "").await?;
        let answer: Value = serde_json::from_str(&said.out)?;
        Ok(answer["accounts"].as_array().cloned().unwrap_or_default())
    }

    fn answered(&self, method: &str) -> usize {
        let requests = self.telegram.requests().all();
        requests.iter().filter(|one| one.method == method && one.outcome == Outcome::Answered).count()
    }
}

const LINK: [&str; 6] = ["account", "link", "--phone", "+999 66 200001", "--code-stdin", "--password-stdin"];

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_number_a_code_and_a_password_link_an_account() -> Result<()> {
    let scene = Scene::start(Options::default()).await?;
    let user = scene.telegram.access().user.clone();

    // What is wrong is said, and nobody is linked by it.
    for (input, part) in [
        ("00000\nx\n".to_owned(), "the code is not right (PHONE_CODE_INVALID)"),
        (format!("{}\nwrong\n", user.code), "the password of two-step verification is not right"),
    ] {
        let said = scene.says(&LINK, &input).await?;
        assert!(!said.success && said.err.contains(part), "{said:?}");
        assert!(!said.err.contains(&user.password) && scene.accounts().await?.is_empty(), "{said:?}");
    }
    let said = scene.says(&LINK[..5], &format!("{}\n", user.code)).await?;
    assert!(!said.success && said.err.contains("--password-stdin"), "{said:?}");

    let said = scene.says(&LINK, &format!("{}\n{}\n", user.code, user.password)).await?;
    assert!(said.success, "{said:?}");
    let accounts = scene.accounts().await?;
    assert_eq!((accounts.len(), accounts[0]["telegram_user_id"].as_i64()), (1, Some(user.id)));
    let said = scene.says(&["collect", "1420000002", "facts", "statistics", "--json"], "").await?;
    assert!(said.success, "its own key collects, at home and elsewhere: {said:?}");

    // The ready key is another session of the same account: it stays when this one is signed out.
    let id = accounts[0]["id"].to_string();
    let said = scene.says(&["account", "unlink", &id], "").await?;
    assert!(said.success && said.err.contains("is signed out and unlinked"), "{said:?}");
    assert_eq!(scene.answered("auth.logOut"), 1);
    assert!(scene.accounts().await?.is_empty());
    assert_eq!(scene.telegram.requests().unknown(), []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_password_needs_only_the_code() -> Result<()> {
    let scene = Scene::start(Options { two_step: false, ..Options::default() }).await?;
    let code = scene.telegram.access().user.code.clone();
    let said = scene.says(&LINK[..5], &format!("{code}\n")).await?;
    assert!(said.success, "{said:?}");
    assert_eq!(scene.accounts().await?.len(), 1);
    Ok(())
}
