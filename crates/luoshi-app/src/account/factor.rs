//! The second factor: one-time passwords of time (RFC 6238, as every authenticator has them).

use hmac::{Hmac, KeyInit as _, Mac as _};
use luoshi_engine::{AccountCommand, Moment, PersonId, RefusalKind};
use luoshi_store::AccountRow as Kept;
use sha1::Sha1;

use super::text::{base32, from_base32, percent, random};
use super::{SecondFactor, refused};
use crate::app::App;
use crate::error::AppError;
use crate::organise::Also;

/// Milliseconds of a step.
const STEP: i64 = 30_000;
/// How many digits.
const DIGITS: usize = 6;
/// What an authenticator shows beside the code.
const ISSUER: &str = "落实";

/// The one-time password of a step.
fn one_time(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0xf);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().ok()?) & 0x7fff_ffff;
    Some(format!("{:0DIGITS$}", number % 1_000_000))
}

/// The step that a code belongs to: now, one before or one after, and none that was used before.
pub(super) fn find_step(secret: &[u8], shown: &str, now: Moment, used: i64) -> Option<i64> {
    let shown: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
    let step = now.0.div_euclid(STEP);
    (step - 1..=step + 1).find(|step| *step > used && one_time(secret, *step).as_ref() == Some(&shown))
}

/// Whose key seals the secret.
fn subject(person: PersonId) -> String {
    format!("account-{person}")
}

impl App {
    /// Whether the second factor of a person is on.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn has_second_factor(&self, person: PersonId) -> Result<bool, AppError> {
        Ok(self.store().account(person).await?.is_some_and(|kept| kept.secrets.factor.is_some()))
    }

    /// Makes a secret for a second factor, which holds once it is confirmed.
    ///
    /// # Errors
    ///
    /// The session has ended, the second factor is on already, or there is no master key.
    pub async fn begin_second_factor(&self, token: &str) -> Result<SecondFactor, AppError> {
        let session = self.signed_in(token).await?;
        let person = session.person;
        let bytes = random::<20>()?;
        let secret = base32(&bytes);
        let mut work = self.store().begin().await?;
        let mut kept = work.accounts(&[person]).await?.remove(&person).ok_or_else(no_account)?;
        if kept.secrets.factor.is_some() {
            let sentence = "动态口令已启用；更换手机请先停用，再重新启用。";
            return Err(refused(RefusalKind::WrongState, sentence));
        }
        let sealed = self.shared.sealer.seal_text(&mut work, &subject(person), &secret).await?;
        kept.secrets.factor_pending = Some(sealed);
        let login = kept.login.clone();
        work.put_accounts(&[kept]).await?;
        work.commit().await?;
        let (issuer, login) = (percent(ISSUER), percent(&login));
        let uri = format!(
            "otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period=30"
        );
        Ok(SecondFactor { uri, secret })
    }

    /// Switches the second factor on, once its code shows that the secret has arrived.
    ///
    /// # Errors
    ///
    /// The session has ended, nothing was begun, or the code is wrong.
    pub async fn confirm_second_factor(&self, token: &str, code: &str) -> Result<(), AppError> {
        let session = self.signed_in(token).await?;
        let person = session.person;
        let kept = self.store().account(person).await?.ok_or_else(no_account)?;
        let Some(pending) = kept.secrets.factor_pending else {
            return Err(refused(
                RefusalKind::WrongState,
                "没有待确认的动态口令，请从“启用动态口令”重新开始。",
            ));
        };
        let secret = self.open_secret(person, &pending).await?;
        let step = find_step(&secret, code, self.now(), 0).ok_or_else(|| {
            let sentence = "动态口令不对，请核对手机时间后，输入当前显示的6位数字。";
            refused(RefusalKind::Incomplete, sentence)
        })?;
        let change = Also::change(person, move |secrets| {
            if secrets.factor_pending.as_ref() != Some(&pending) {
                return Err(stale());
            }
            secrets.factor = secrets.factor_pending.take();
            secrets.factor_step = step;
            Ok(())
        });
        self.note_own(&session, AccountCommand::SetSecondFactor { on: true }, &[change]).await
    }

    /// Switches the second factor off, which takes the password.
    ///
    /// # Errors
    ///
    /// The session has ended, the password is wrong, or the second factor is off.
    pub async fn drop_second_factor(&self, token: &str, password: &str) -> Result<(), AppError> {
        let session = self.signed_in(token).await?;
        let kept = self.prove_again(session.person, password).await?;
        if kept.secrets.factor.is_none() {
            self.take_back(session.person).await?;
            return Err(refused(RefusalKind::WrongState, "动态口令没有启用，无需停用。"));
        }
        let change = Also::change(session.person, |secrets| {
            (secrets.factor, secrets.factor_pending) = (None, None);
            (secrets.failures, secrets.locked, secrets.tried) = (0, None, None);
            Ok(())
        });
        self.note_own(&session, AccountCommand::SetSecondFactor { on: false }, &[change]).await
    }

    /// The secret of an account's second factor; none where it is off.
    pub(super) async fn open_factor(&self, kept: &Kept) -> Result<Option<Vec<u8>>, AppError> {
        match &kept.secrets.factor {
            Some(sealed) => self.open_secret(kept.person, sealed).await.map(Some),
            None => Ok(None),
        }
    }

    async fn open_secret(&self, person: PersonId, sealed: &str) -> Result<Vec<u8>, AppError> {
        let text = self.shared.sealer.open_text(self.store(), &subject(person), sealed).await?;
        from_base32(&text).ok_or_else(no_account)
    }
}

/// What was looked at has changed meanwhile.
pub(super) fn stale() -> luoshi_engine::Refusal {
    luoshi_engine::Refusal::new(RefusalKind::Stale, "账号刚有变动，本次未保存，请刷新后重试。")
}

/// There is nothing to sign in with.
pub(super) fn no_account() -> AppError {
    refused(RefusalKind::NotFound, "没有可用的账号，请联系安全管理员开通或重置。")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn one_time_passwords_are_those_of_rfc_6238() {
        // Appendix B, of whose eight digits the last six are ours.
        for (second, shown) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(one_time(SECRET, second / 30).as_deref(), Some(shown), "{second}");
        }
    }

    #[test]
    fn a_code_holds_a_step_longer_on_both_sides_and_once() {
        let now = Moment(1_111_111_109_000);
        let step = now.0 / STEP;
        assert_eq!(find_step(SECRET, " 081 804", now, 0), Some(step));
        for away in [-STEP, STEP] {
            assert_eq!(find_step(SECRET, "081804", now.plus(away), 0), Some(step));
            assert_eq!(find_step(SECRET, "081804", now.plus(2 * away), 0), None);
        }
        assert_eq!(find_step(SECRET, "081804", now, step), None);
        assert_eq!(find_step(SECRET, "81804", now, 0), None);
    }
}
