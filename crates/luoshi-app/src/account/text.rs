//! Random texts: tokens, one-time codes, secrets for typing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use luoshi_store::StoreError;
use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::error::AppError;

/// How long a token is.
pub(super) const TOKEN: usize = 43;

/// Base32 (RFC 4648).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Letters and digits that nobody takes for one another.
const CODE: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0; N];
    let told = |error| AppError::Store(StoreError::Io(std::io::Error::other(error)));
    SysRng.try_fill_bytes(&mut bytes).map_err(told)?;
    Ok(bytes)
}

/// A token: 256 bits.
pub(super) fn new_token() -> Result<String, AppError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// A one-time code of 60 bits: `K7MP-2XQD-9RTA`.
pub(super) fn new_code() -> Result<String, AppError> {
    let mut code = String::new();
    for (n, byte) in random::<12>()?.into_iter().enumerate() {
        if n > 0 && n % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(CODE[usize::from(byte % 32)]));
    }
    Ok(code)
}

/// A one-time code as it is compared, however it was typed.
pub(super) fn plain_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Bytes in base32, without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1));
    let digit = |n: usize| (0..5).fold(0, |digit, i| digit << 1 | bit(n * 5 + i));
    (0..(bytes.len() * 8).div_ceil(5)).map(|n| char::from(BASE32[digit(n)])).collect()
}

/// The bytes of base32.
pub(super) fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bits = Vec::new();
    for letter in text.bytes() {
        let digit = BASE32.iter().position(|known| *known == letter)?;
        bits.extend((0..5).rev().map(|i| digit >> i & 1 == 1));
    }
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte: u8, bit| byte << 1 | u8::from(*bit));
    Some(bits.chunks_exact(8).map(byte).collect())
}

/// Words as part of an address.
pub(super) fn percent(words: &str) -> String {
    let spelled = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    words.bytes().map(spelled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_gives_the_values_of_the_standard() {
        for (plain, spelled) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), spelled);
            assert_eq!(from_base32(spelled).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(from_base32("MZX0"), None);
    }

    #[test]
    fn codes_and_tokens_have_their_form() {
        assert_eq!(new_token().unwrap().len(), TOKEN);
        assert_ne!(new_token().unwrap(), new_token().unwrap());
        let code = new_code().unwrap();
        assert_eq!((code.len(), code.matches('-').count()), (14, 2), "{code}");
        assert_eq!(plain_code(" k7mp 2xqd-9RTA\n"), "K7MP2XQD9RTA");
        assert_eq!(percent("落实:a b"), "%E8%90%BD%E5%AE%9E%3Aa%20b");
    }
}
