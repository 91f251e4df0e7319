//! The standard encryption of PDF, opened with the empty password: many offices only forbid
//! printing or copying, and every viewer shows such files without asking.

use std::borrow::Cow;
use std::rc::Rc;

use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};
use md5::{Digest, Md5};
use sha2::{Sha256, Sha384, Sha512};

use super::object::{Dict, Object};

/// What every password is filled up with.
const PADDING: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E,
    0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];

/// Nesting of strings inside one object.
const MAX_DEPTH: usize = 48;

#[derive(Clone, Copy, PartialEq)]
enum Method {
    None,
    Rc4,
    Aes,
}

/// The opened lock of a file.
pub(super) struct Cipher {
    key: Vec<u8>,
    streams: Method,
    strings: Method,
    /// AES-256 uses the key as it is; older methods make a key for each object.
    whole: bool,
}

impl Cipher {
    /// Tries the empty password. `None` where it does not fit or the method is unknown.
    pub(super) fn open(dict: &Dict, id: &[u8], resolve: impl Fn(&Object) -> Object) -> Option<Self> {
        let get = |key: &str| resolve(dict.get(key));
        if get("Filter").name() != Some(b"Standard") {
            return None;
        }
        let version = get("V").integer()?;
        let revision = get("R").integer()?;
        let filter = |which: &str| -> Option<Method> {
            let name = get(which);
            let name = name.name().unwrap_or(b"Identity");
            if name == b"Identity" {
                return Some(Method::None);
            }
            let filters = get("CF");
            let filters = filters.dict()?;
            let (_, found) = filters.iter().find(|(key, _)| *key == name)?;
            let found = resolve(found);
            match found.dict()?.get("CFM").name()? {
                b"V2" => Some(Method::Rc4),
                b"AESV2" | b"AESV3" => Some(Method::Aes),
                b"None" => Some(Method::None),
                _ => None,
            }
        };
        let (streams, strings) = match version {
            1 | 2 => (Method::Rc4, Method::Rc4),
            4 | 5 => (filter("StmF")?, filter("StrF")?),
            _ => return None,
        };
        let user = get("U");
        let user = user.text()?;
        let key = if version == 5 {
            let wrapped = get("UE");
            newest_key(user, wrapped.text()?, revision)?
        } else {
            let bits = match version {
                1 => 40,
                4 => 128,
                _ => get("Length").integer().unwrap_or(40),
            };
            let length = usize::try_from(bits / 8).ok()?.clamp(5, 16);
            let mut hash = Md5::new();
            hash.update(PADDING);
            hash.update(get("O").text()?.get(..32)?);
            hash.update((get("P").integer()? as u32).to_le_bytes());
            hash.update(id);
            if revision >= 4 && metadata_is_clear(dict) {
                hash.update([0xFF; 4]);
            }
            let mut key = hash.finalize().to_vec();
            if revision >= 3 {
                for _ in 0..50 {
                    key = Md5::digest(&key[..length]).to_vec();
                }
            }
            key.truncate(length);
            check(&key, user, id, revision)?;
            key
        };
        Some(Self { key, streams, strings, whole: version == 5 })
    }

    /// The bytes of a stream in clear.
    pub(super) fn stream<'d>(&self, id: (u32, u32), data: &'d [u8]) -> Cow<'d, [u8]> {
        match self.streams {
            Method::None => data.into(),
            method => self.undo(method, id, data).into(),
        }
    }

    /// An object with its strings in clear.
    pub(super) fn object(&self, id: (u32, u32), object: &Object, depth: usize) -> Object {
        match object {
            Object::Text(text) if self.strings != Method::None => {
                Object::Text(self.undo(self.strings, id, text).into())
            }
            Object::Array(items) if depth < MAX_DEPTH => {
                let items = items.iter().map(|o| self.object(id, o, depth + 1));
                Object::Array(items.collect())
            }
            Object::Dict(dict) if depth < MAX_DEPTH => {
                Object::Dict(Rc::new(dict.map(|o| self.object(id, o, depth + 1))))
            }
            other => other.clone(),
        }
    }

    fn undo(&self, method: Method, (number, generation): (u32, u32), data: &[u8]) -> Vec<u8> {
        let key = if self.whole {
            self.key.clone()
        } else {
            let mut hash = Md5::new();
            hash.update(&self.key);
            hash.update(&number.to_le_bytes()[..3]);
            hash.update(&generation.to_le_bytes()[..2]);
            if method == Method::Aes {
                hash.update(b"sAlT");
            }
            hash.finalize()[..(self.key.len() + 5).min(16)].to_vec()
        };
        match method {
            Method::Rc4 => rc4(&key, data),
            Method::Aes => aes_with_padding(&key, data),
            Method::None => data.to_vec(),
        }
    }
}

fn metadata_is_clear(dict: &Dict) -> bool {
    matches!(dict.get("EncryptMetadata"), Object::Bool(false))
}

/// Whether the key of the empty password fits, revisions 2 to 4.
fn check(key: &[u8], user: &[u8], id: &[u8], revision: i64) -> Option<()> {
    if revision == 2 {
        return (rc4(key, &PADDING) == user.get(..32)?).then_some(());
    }
    let mut hash = Md5::new();
    hash.update(PADDING);
    hash.update(id);
    let mut value = hash.finalize().to_vec();
    for round in 0..20 {
        let turned: Vec<u8> = key.iter().map(|b| b ^ round).collect();
        value = rc4(&turned, &value);
    }
    (value == user.get(..16)?).then_some(())
}

/// The key of AES-256, revisions 5 and 6.
fn newest_key(user: &[u8], wrapped: &[u8], revision: i64) -> Option<Vec<u8>> {
    let (hash, check_salt, key_salt) = (user.get(..32)?, user.get(32..40)?, user.get(40..48)?);
    if password_hash(check_salt, revision)? != hash {
        return None;
    }
    let key = password_hash(key_salt, revision)?;
    cbc_decrypt(&key, &[0; 16], wrapped.get(..32)?)
}

/// The hash of the empty password.
fn password_hash(salt: &[u8], revision: i64) -> Option<Vec<u8>> {
    let mut key = Sha256::digest(salt).to_vec();
    if revision < 6 {
        return Some(key);
    }
    let mut round = 0;
    loop {
        let block = key.repeat(64);
        let mixed = cbc_encrypt(&key[..16], &key[16..32], &block)?;
        let rest = mixed[..16].iter().map(|&b| u32::from(b)).sum::<u32>() % 3;
        key = match rest {
            0 => Sha256::digest(&mixed).to_vec(),
            1 => Sha384::digest(&mixed).to_vec(),
            _ => Sha512::digest(&mixed).to_vec(),
        };
        round += 1;
        if round >= 64 && i32::from(*mixed.last()?) <= round - 32 {
            key.truncate(32);
            return Some(key);
        }
    }
}

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|i| i as u8);
    let mut j = 0_u8;
    for i in 0..256 {
        j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    let mut step = |b: &u8| {
        i = i.wrapping_add(1);
        let a = state[usize::from(i)];
        j = j.wrapping_add(a);
        state.swap(usize::from(i), usize::from(j));
        let sum = a.wrapping_add(state[usize::from(i)]);
        b ^ state[usize::from(sum)]
    };
    data.iter().map(&mut step).collect()
}

/// AES in CBC: sixteen bytes to start from, the data, and a count of padding at the end.
fn aes_with_padding(key: &[u8], data: &[u8]) -> Vec<u8> {
    let Some((start, body)) = data.split_at_checked(16) else {
        return Vec::new();
    };
    let whole = body.len() / 16 * 16;
    let mut out = cbc_decrypt(key, start, &body[..whole]).unwrap_or_default();
    if let Some(&n @ 1..=16) = out.last() {
        out.truncate(out.len() - usize::from(n));
    }
    out
}

fn cbc_decrypt(key: &[u8], start: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    match key.len() {
        16 => Some(decrypt_blocks(&Aes128::new_from_slice(key).ok()?, start, data)),
        32 => Some(decrypt_blocks(&Aes256::new_from_slice(key).ok()?, start, data)),
        _ => None,
    }
}

fn decrypt_blocks<C>(cipher: &C, start: &[u8], data: &[u8]) -> Vec<u8>
where
    C: BlockCipherDecrypt<BlockSize = aes::cipher::consts::U16>,
{
    let mut out = Vec::with_capacity(data.len());
    let mut before = start;
    for chunk in data.chunks_exact(16) {
        let mut block = Block::<C>::default();
        block.copy_from_slice(chunk);
        cipher.decrypt_block(&mut block);
        out.extend(block.iter().zip(before).map(|(a, b)| a ^ b));
        before = chunk;
    }
    out
}

fn cbc_encrypt(key: &[u8], start: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let cipher = Aes128::new_from_slice(key).ok()?;
    let mut out = Vec::with_capacity(data.len());
    let mut before = Block::<Aes128>::default();
    before.copy_from_slice(start);
    for chunk in data.chunks_exact(16) {
        for (b, plain) in before.iter_mut().zip(chunk) {
            *b ^= plain;
        }
        cipher.encrypt_block(&mut before);
        out.extend_from_slice(&before);
    }
    Some(out)
}
