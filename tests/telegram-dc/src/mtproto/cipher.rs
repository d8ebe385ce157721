//! MTProto 2.0 encryption, from the server's side.

use grammers_crypto::{AuthKey, DequeBuffer, aes};
use sha2::{Digest, Sha256};

/// Client to server: `x = 0`. Server to client: `x = 8`.
const FROM_CLIENT: usize = 0;
const FROM_SERVER: usize = 8;

/// The eight bytes that name a key on the wire: the low 64 bits of its SHA-1.
pub(crate) fn key_id(key: &[u8; 256]) -> [u8; 8] {
    let mut probe = DequeBuffer::with_capacity(64, 24);
    probe.extend([0; 16]);
    grammers_crypto::encrypt_data_v2(&mut probe, &AuthKey::from_bytes(*key));
    let mut id = [0; 8];
    id.copy_from_slice(&probe.as_ref()[..8]);
    id
}

/// The plaintext of what a client sent, padding included; `None` unless it was made with this very key.
pub(crate) fn decrypt(key: &[u8; 256], payload: &[u8]) -> Option<Vec<u8>> {
    let msg_key: [u8; 16] = payload.get(8..24)?.try_into().ok()?;
    let mut plaintext = payload[24..].to_vec();
    if plaintext.is_empty() || !plaintext.len().is_multiple_of(16) {
        return None;
    }
    let (aes_key, iv) = derive(key, &msg_key, FROM_CLIENT);
    aes::ige_decrypt(&mut plaintext, &aes_key, &iv);
    (msg_key_of(key, &plaintext, FROM_CLIENT) == msg_key).then_some(plaintext)
}

/// What the client will read: key id, message key and ciphertext.
pub(crate) fn encrypt(key: &[u8; 256], key_id: [u8; 8], mut plaintext: Vec<u8>) -> Vec<u8> {
    let padding = 12 + (16 - (plaintext.len() + 12) % 16) % 16;
    plaintext.extend(rand::random::<[u8; 32]>().into_iter().take(padding));
    let msg_key = msg_key_of(key, &plaintext, FROM_SERVER);
    let (aes_key, iv) = derive(key, &msg_key, FROM_SERVER);
    aes::ige_encrypt(&mut plaintext, &aes_key, &iv);
    [&key_id[..], &msg_key, &plaintext].concat()
}

fn msg_key_of(key: &[u8; 256], plaintext: &[u8], x: usize) -> [u8; 16] {
    let large = Sha256::new().chain_update(&key[88 + x..120 + x]).chain_update(plaintext).finalize();
    let mut msg_key = [0; 16];
    msg_key.copy_from_slice(&large[8..24]);
    msg_key
}

fn derive(key: &[u8; 256], msg_key: &[u8; 16], x: usize) -> ([u8; 32], [u8; 32]) {
    let a = Sha256::new().chain_update(msg_key).chain_update(&key[x..x + 36]).finalize();
    let b = Sha256::new().chain_update(&key[40 + x..76 + x]).chain_update(msg_key).finalize();
    (weave(&a, &b), weave(&b, &a))
}

fn weave(outer: &[u8], inner: &[u8]) -> [u8; 32] {
    let mut woven = [0; 32];
    woven[..8].copy_from_slice(&outer[..8]);
    woven[8..24].copy_from_slice(&inner[8..24]);
    woven[24..].copy_from_slice(&outer[24..32]);
    woven
}

#[cfg(test)]
mod tests {
    use grammers_crypto::{AuthKey, DequeBuffer, decrypt_data_v2, encrypt_data_v2};

    use super::{decrypt, encrypt, key_id};

    #[test]
    fn it_reads_and_answers_what_a_client_writes() {
        let key: [u8; 256] = std::array::from_fn(|index| index as u8);
        let mut sent = DequeBuffer::with_capacity(256, 64);
        sent.extend(*b"forty bytes of text, counted with care..");
        encrypt_data_v2(&mut sent, &AuthKey::from_bytes(key));
        let read = decrypt(&key, sent.as_ref()).unwrap();
        assert!(read.starts_with(b"forty bytes"));
        assert_eq!(sent.as_ref()[..8], key_id(&key));

        let mut answer = encrypt(&key, key_id(&key), b"an answer of thirty-two bytes...".to_vec());
        let read = decrypt_data_v2(&mut answer, &AuthKey::from_bytes(key)).unwrap();
        assert!(read.starts_with(b"an answer"));
    }

    #[test]
    fn nothing_else_decrypts() {
        let key = [7; 256];
        assert_eq!(decrypt(&key, &[0; 24]), None);
        assert_eq!(decrypt(&key, &[0; 40]), None);
        assert_eq!(decrypt(&key, &[9; 41]), None);
    }
}
