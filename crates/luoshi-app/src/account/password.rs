//! Passwords: what one must be like, and how it is kept and compared.

use argon2::{Argon2, Params, PasswordHasher as _, PasswordVerifier as _};
use luoshi_store::StoreError;

use super::text::random;
use super::{AccountSettings, Accounts};
use crate::error::AppError;

/// The fewest characters.
const SHORTEST: usize = 12;
/// From so many characters on the kinds do not matter.
const LONG: usize = 16;
/// The most bytes: more is no password, and hashing is not free.
pub(super) const LONGEST: usize = 1024;
/// How many kinds of characters a shorter one needs.
const KINDS: usize = 3;
/// How many different characters any needs.
const DIFFERENT: usize = 5;

/// How many passwords may not be used again, the present one among them.
pub(super) const HISTORY: usize = 5;

/// Passwords that are tried first.
const COMMON: &str = include_str!("common.txt");

/// What is wrong with a new password of somebody with these names and numbers.
pub(super) fn find_fault(password: &str, own: &[&str]) -> Option<String> {
    let letters: Vec<char> = password.chars().collect();
    if letters.len() < SHORTEST {
        return Some(format!("密码至少要有{SHORTEST}个字符，请加长。"));
    }
    if password.len() > LONGEST {
        return Some(format!("密码过长，请缩短到{LONGEST}个字节以内。"));
    }
    if letters.iter().any(|c| c.is_control()) {
        return Some(String::from("密码含有看不见的控制字符，请重新输入。"));
    }
    let kinds: [fn(&char) -> bool; 4] =
        [char::is_ascii_lowercase, char::is_ascii_uppercase, char::is_ascii_digit, |c| {
            !c.is_ascii_alphanumeric()
        }];
    let present = kinds.iter().filter(|kind| letters.iter().any(kind)).count();
    if letters.len() < LONG && present < KINDS {
        return Some(format!(
            "密码须含大写字母、小写字母、数字、符号中的{KINDS}种，或者长度达到{LONG}个字符，请修改。"
        ));
    }
    let mut different = letters.clone();
    different.sort_unstable();
    different.dedup();
    let lower = password.to_lowercase();
    if different.len() < DIFFERENT || COMMON.lines().any(|common| common == lower) {
        return Some(String::from("这个密码太常见，容易被猜中，请换一个。"));
    }
    let holds = |own: &&&str| own.chars().count() >= 2 && lower.contains(&own.to_lowercase());
    if own.iter().any(|own| holds(&own)) {
        return Some(String::from("密码中不能含有登录名、姓名或手机号，请换一个。"));
    }
    None
}

/// The hash of a password as a PHC string.
fn hash(settings: &AccountSettings, password: &str) -> Result<String, AppError> {
    let told = |error: String| AppError::Store(StoreError::Io(std::io::Error::other(error)));
    let params = Params::new(settings.memory, settings.passes, Params::DEFAULT_P_COST, None);
    let hasher = Argon2::from(params.map_err(|error| told(error.to_string()))?);
    let salt = random::<16>()?;
    let hash = hasher.hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| told(error.to_string()))?.to_string())
}

/// Whether a password is that of a PHC string, which says itself what it costs.
fn is_of(password: &str, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

impl Accounts {
    /// The hash of a password, made where it holds nobody up.
    pub(super) async fn hash(&self, password: &str) -> Result<String, AppError> {
        let (settings, password) = (self.settings.clone(), password.to_owned());
        self.in_turn(move || hash(&settings, &password)).await?
    }

    /// Which of some hashes is that of a password.
    pub(super) async fn find(&self, password: &str, hashes: Vec<String>) -> Result<Option<usize>, AppError> {
        let password = password.to_owned();
        self.in_turn(move || hashes.iter().position(|hash| is_of(&password, hash))).await
    }

    /// Takes as long as comparing with the password of an account.
    pub(super) async fn find_nobody(&self, password: &str) -> Result<(), AppError> {
        let nobody = self.nobody.get_or_try_init(|| self.hash("")).await?.clone();
        self.find(password, vec![nobody]).await.map(|_| ())
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let _turn = self.turns.acquire().await.map_err(|_| AppError::Closing)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| AppError::Closing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_is_long_mixed_rare_and_not_about_oneself() {
        let own = ["13800000001", "张建国", "zjg"];
        let check = |password: &str, expect: &str| match find_fault(password, &own) {
            None => assert_eq!(expect, "", "{password}"),
            Some(fault) => assert!(!expect.is_empty() && fault.contains(expect), "{password}: {fault}"),
        };
        check("Qk7-mrtzexw", "至少要有12个字符");
        check("Qk7-mrtzexwv", "");
        check("qk7mrtzexwvb", "3种");
        check("秋粮收储督查报送", "至少");
        check("秋粮收储督查报送办结验收", "3种");
        check("秋粮收储督查报送办结验收归档备案", "");
        check("correct horse battery", "");
        check("Aa1Aa1Aa1Aa1", "太常见");
        check("P@ssw0rd1234", "太常见");
        check("Aa13800000001", "手机号");
        check("Q7-ZJG-mrtze", "登录名");
        check("张建国Abc1234567", "姓名");
        check("Abc1234567\u{7}x", "控制字符");
        check(&"Aa1-".repeat(300), "过长");
    }

    #[test]
    fn the_list_of_common_ones_is_in_lower_case_and_without_twins() {
        let mut lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() >= 100 && lines.iter().all(|line| *line == line.to_lowercase()));
        let count = lines.len();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), count);
    }

    #[test]
    fn a_hash_says_what_it_cost_and_opens_for_one_password_only() {
        let hash = hash(&AccountSettings::cheap(), "口令 one").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert!(is_of("口令 one", &hash) && !is_of("口令 two", &hash) && !is_of("", "no hash"));
        let usual = AccountSettings::default();
        assert_eq!((usual.memory, usual.passes), (19_456, 2));
    }
}
