//! SM4 (GB/T 32907) in Galois/Counter mode, as RFC 8998 has it.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{AesGcm, KeyInit as _, Nonce};
use sm4::Sm4;

/// Bytes of a key.
pub(super) const KEY: usize = 16;
/// Bytes of a nonce, which stands before the ciphertext.
pub(super) const NONCE: usize = 12;
/// Bytes of a tag, which stands behind it.
pub(super) const TAG: usize = 16;

/// The mode is generic over the cipher, whatever its name says.
type Sm4Gcm = AesGcm<Sm4, U12>;

/// A key in the clear, wiped when it is dropped.
#[derive(Clone)]
pub(super) struct Key([u8; KEY]);

impl Key {
    /// A key of zeros, to be filled.
    pub(super) fn empty() -> Self {
        Self([0; KEY])
    }

    /// A key from 16 bytes; none where there are more or fewer.
    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Zeros bytes; `black_box` keeps the compiler from leaving out a write that nobody reads.
pub(super) fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

/// Nonce, ciphertext and tag. A nonce must never be used twice with one key.
pub(super) fn gcm_seal(key: &Key, nonce: [u8; NONCE], context: &[u8], plain: &[u8]) -> Vec<u8> {
    let cipher = Sm4Gcm::new((&key.0).into());
    let mut out = nonce.to_vec();
    match cipher.encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: context }) {
        Ok(sealed) => out.extend(sealed),
        // The mode refuses 64 GiB and more, which no field can hold.
        Err(_) => unreachable!("a field of 64 GiB"),
    }
    out
}

/// What [`gcm_seal`] encrypted; none where key, context, nonce, ciphertext or tag is another.
pub(super) fn gcm_open(key: &Key, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let cipher = Sm4Gcm::new((&key.0).into());
    cipher.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: context }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<char> = hex.chars().filter(|c| !c.is_whitespace()).collect();
        let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
        pairs.map(|pair| u8::from_str_radix(&pair, 16).unwrap()).collect()
    }

    /// RFC 8998, appendix A.1.
    #[test]
    fn the_vector_of_rfc_8998_holds() {
        let key = Key::from_slice(&bytes("0123456789ABCDEFFEDCBA9876543210")).unwrap();
        let nonce: [u8; NONCE] = bytes("00001234567800000000ABCD").try_into().unwrap();
        let context = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain = bytes(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let sealed = gcm_seal(&key, nonce, &context, &plain);
        let ciphertext = bytes(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
        );
        let tag = bytes("83DE3541E4C2B58177E065A9BF7B62EC");
        assert_eq!(sealed, [nonce.to_vec(), ciphertext, tag].concat());
        assert_eq!(gcm_open(&key, &context, &sealed), Some(plain));
    }

    #[test]
    fn a_changed_bit_anywhere_opens_nothing() {
        let key = Key::from_slice(&[7; KEY]).unwrap();
        let sealed = gcm_seal(&key, [1; NONCE], b"here", "张三".as_bytes());
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(gcm_open(&key, b"here", &changed), None);
        }
        for cut in 0..sealed.len() {
            assert_eq!(gcm_open(&key, b"here", &sealed[..cut]), None);
        }
        assert_eq!(gcm_open(&key, b"there", &sealed), None);
        assert_eq!(gcm_open(&Key::from_slice(&[8; KEY]).unwrap(), b"here", &sealed), None);
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", Key::from_slice(&[7; KEY])), "Some(Key(…))");
    }
}
