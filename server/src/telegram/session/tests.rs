use super::*;

fn file() -> DcFile {
    let (home, far) = ("aa".repeat(256), "bb".repeat(256));
    serde_json::from_str(&format!(
        r#"{{"home_dc":2,"dcs":[{{"id":2,"host":"127.0.0.1","port":2}},{{"id":4,"host":"127.0.0.1","port":4}}],
        "user":{{"id":7,"phone":""}},"ready":{{"2":"{home}","4":"{far}"}}}}"#
    ))
    .unwrap()
}

#[derive(Default)]
struct Drawer(Mutex<Option<Vec<u8>>>);

impl Vault for Drawer {
    fn load(&self) -> BoxFuture<'_, Result<Option<Vec<u8>>, VaultError>> {
        Box::pin(async { Ok(self.0.lock().unwrap().clone()) })
    }

    fn save(&self, sealed: Vec<u8>, _: String) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async {
            *self.0.lock().unwrap() = Some(sealed);
            Ok(())
        })
    }
}

fn keeper() -> Keeper {
    let seal = SealKey::parse(&"07".repeat(32), "the test's key").unwrap();
    Keeper { account: AccountId(1), seal: Arc::new(seal), vault: Arc::new(Drawer::default()) }
}

#[tokio::test]
async fn it_survives_being_kept_and_follows_addresses_that_moved() {
    let keeper = keeper();
    assert!(matches!(AccountSession::open(keeper.clone(), None).await, Err(SessionError::Missing(_))));
    let session = AccountSession::unkept(SessionState::ready(&file()));
    let sealed = session.sealed(AccountId(1), &keeper.seal).unwrap();
    keeper.vault.save(sealed, String::new()).await.unwrap();

    let session = AccountSession::open(keeper.clone(), None).await.unwrap();
    session.set_imported(4, true);
    session.keep().await.unwrap();

    let moved = BTreeMap::from([(2, "127.0.0.1:22".parse().unwrap())]);
    let session = AccountSession::open(keeper, Some(&moved)).await.unwrap();
    assert!(session.is_imported(4) && session.is_imported(2));
    assert_eq!(session.option(2).unwrap().ipv4, moved[&2]);
    assert_eq!(session.option(2).unwrap().auth_key, Some([0xaa; 256]));
    assert_eq!(session.option(1), None, "a simulated Telegram has no other data centres");
}

#[tokio::test]
async fn a_stored_key_is_never_replaced() {
    let session = AccountSession::unkept(SessionState::ready(&file()));
    let mut option = session.option(4).unwrap();
    session.set_dc_option(&option).await.unwrap();
    option.auth_key = Some([1; 256]);
    assert!(matches!(session.set_dc_option(&option).await, Err(SessionError::KeyRefused { dc: 4 })));
    assert_eq!(session.option(4).unwrap().auth_key, Some([0xbb; 256]));
    session.forget_key(4);
    session.set_dc_option(&option).await.unwrap();
    assert_eq!(session.option(4).unwrap().auth_key, Some([1; 256]));
    session.forget_key(2);
    assert_eq!(session.option(2).unwrap().auth_key, Some([0xaa; 256]), "the home key is the login");
}

#[test]
fn telegrams_own_data_centres_are_known_to_a_real_account() {
    let mut state = SessionState::ready(&file());
    state.simulated = false;
    let session = AccountSession::unkept(state);
    assert!(session.option(5).is_some_and(|dc| dc.auth_key.is_none()));
    assert_eq!(session.option(6), None);
}
