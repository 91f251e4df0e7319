//! Accounts: who may sign in, under which name. Secrets lie elsewhere; here is what the record tells.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::command::must_be;
use super::{OrgEvent, Organisation, SystemRole};
use crate::id::PersonId;
use crate::refusal::refuse;
use crate::words::{Lines, check_words};
use crate::{Actor, Refusal};

/// How long a login name may be, in characters.
const LONGEST_LOGIN: usize = 64;

/// A person's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The name to sign in with.
    pub login: String,
    /// Whether one can sign in; a closed account keeps its name.
    pub open: bool,
}

/// What happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountChange {
    /// It was opened, with a one-time code.
    Opened,
    /// Password and second factor were taken away and a one-time code was given out.
    Reset,
    /// It was closed.
    Closed,
    /// A lockout after wrong passwords was lifted.
    Unlocked,
    /// Its holder chose a password.
    PasswordSet,
    /// Its holder switched the second factor on.
    SecondFactorOn,
    /// Its holder switched the second factor off.
    SecondFactorOff,
    /// Its holder had a token made for another program.
    TokenIssued,
    /// A token was taken back.
    TokenRevoked,
    /// It was locked after wrong passwords.
    Locked,
    /// Its holder signed in.
    SignedIn,
}

/// What is to be done to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountCommand {
    /// Opens one, or opens a closed one again.
    Open {
        /// The name to sign in with.
        login: String,
    },
    /// Takes password and second factor away, so that its holder begins with a one-time code.
    Reset,
    /// Closes it.
    Close,
    /// Lifts a lockout.
    Unlock,
    /// Notes that its holder chose a password.
    SetPassword,
    /// Notes that its holder switched the second factor on or off.
    SetSecondFactor {
        /// Whether it is on now.
        on: bool,
    },
    /// Notes that its holder had a token made for another program.
    IssueToken,
    /// Notes that a token was taken back.
    RevokeToken,
}

/// A login name as it is kept and compared: without blanks around it, letters in lower case.
pub fn login_name(words: &str) -> String {
    words.trim().to_lowercase()
}

impl AccountChange {
    /// What a reader of the record sees.
    pub fn title(self) -> &'static str {
        match self {
            Self::Opened => "开通账号",
            Self::Reset => "重置账号",
            Self::Closed => "停用账号",
            Self::Unlocked => "解除锁定",
            Self::PasswordSet => "设置密码",
            Self::SecondFactorOn => "启用动态口令",
            Self::SecondFactorOff => "停用动态口令",
            Self::TokenIssued => "签发接口令牌",
            Self::TokenRevoked => "收回接口令牌",
            Self::Locked => "账号锁定",
            Self::SignedIn => "登录",
        }
    }
}

impl Organisation {
    /// The account of a person if one can sign in with it.
    pub fn open_account(&self, person: PersonId) -> Option<&Account> {
        self.accounts.get(&person).filter(|account| account.open)
    }

    /// Folds what happened to an account in.
    pub(super) fn apply_account(&mut self, person: PersonId, what: AccountChange, login: &str) {
        match what {
            AccountChange::Opened => {
                self.accounts.insert(person, Account { login: login.to_owned(), open: true });
            }
            AccountChange::Closed => {
                if let Some(account) = self.accounts.get_mut(&person) {
                    account.open = false;
                }
            }
            // Kept for the auditor; who may sign in does not change.
            _ => {}
        }
    }
}

/// Whose work it is: accounts are the security administrator's, never one's own; what only its holder
/// can do, only its holder notes.
pub(super) fn allow(
    org: &Organisation,
    actor: &Actor,
    person: PersonId,
    what: &AccountCommand,
    today: Date,
) -> Result<(), Refusal> {
    use AccountCommand as C;
    match what {
        C::SetPassword | C::SetSecondFactor { .. } | C::IssueToken => {
            if actor.person == person {
                return Ok(());
            }
            Err(refuse!(NotAllowed, "密码、动态口令和令牌只能由本人设置，请由本人登录后办理。"))
        }
        C::RevokeToken if actor.person == person => Ok(()),
        // On the server itself: so the first accounts come to be, and the way back in.
        _ if actor.is_system() => Ok(()),
        C::Open { .. } | C::Reset | C::Close | C::Unlock | C::RevokeToken => {
            must_be(org, actor, SystemRole::SecurityAdmin, today)?;
            if actor.person == person {
                return Err(refuse!(
                    SameHand,
                    "不能办理自己的账号，请由另一名安全管理员办理，或在服务器上办理。"
                ));
            }
            Ok(())
        }
    }
}

/// Decides, whoever asks.
pub(super) fn decide(
    org: &Organisation,
    person: PersonId,
    what: &AccountCommand,
) -> Result<Vec<OrgEvent>, Refusal> {
    use AccountCommand as C;
    let change = match what {
        C::Open { login } => return open(org, person, login),
        C::Reset => AccountChange::Reset,
        C::Close => AccountChange::Closed,
        C::Unlock => AccountChange::Unlocked,
        C::SetPassword => AccountChange::PasswordSet,
        C::SetSecondFactor { on: true } => AccountChange::SecondFactorOn,
        C::SetSecondFactor { on: false } => AccountChange::SecondFactorOff,
        C::IssueToken => AccountChange::TokenIssued,
        C::RevokeToken => AccountChange::TokenRevoked,
    };
    if org.open_account(person).is_none() {
        let name = org.person_name(person);
        return Err(refuse!(NotFound, "“{name}”没有开通的账号，请先由安全管理员开通。"));
    }
    Ok(vec![OrgEvent::Account { person, what: change, login: String::new() }])
}

fn open(org: &Organisation, person: PersonId, login: &str) -> Result<Vec<OrgEvent>, Refusal> {
    let Some(known) = org.people.get(&person) else {
        return Err(refuse!(NotFound, "没有编号为{person}的人员，请刷新名录后重新选择。"));
    };
    if org.open_account(person).is_some() {
        return Err(refuse!(WrongState, "“{}”已有账号，无需再开；忘记密码请办理重置。", known.name));
    }
    let login = login_name(login);
    check_words("登录名", &login, Lines::One)?;
    if login.is_empty() || login.chars().count() > LONGEST_LOGIN || login.contains(char::is_whitespace) {
        return Err(refuse!(
            Incomplete,
            "登录名应为1至{LONGEST_LOGIN}个字且不含空格，请改用手机号、工号或姓名。"
        ));
    }
    let taken = org.accounts.iter().any(|(other, account)| *other != person && account.login == login);
    if taken {
        return Err(refuse!(Incomplete, "登录名“{login}”已被他人使用，请换一个，如手机号或工号。"));
    }
    Ok(vec![OrgEvent::Account { person, what: AccountChange::Opened, login }])
}
