//! Accounts: who may sign in, under which name. Secrets lie elsewhere; here is what the record tells.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::command::must_be;
use super::{OrgEvent, Organisation, SystemRole};
use crate::id::PersonId;
use crate::refusal::refuse;
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
    /// A security administrator ended one of its sessions.
    SessionEnded,
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
    /// Notes that one of its sessions was ended by another hand.
    EndSession,
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
            Self::SessionEnded => "结束登录",
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
        C::Open { .. } | C::Reset | C::Close | C::Unlock | C::RevokeToken | C::EndSession => {
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
        C::EndSession => AccountChange::SessionEnded,
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
    let stray = |c: char| c.is_whitespace() || c.is_control();
    if login.is_empty() || login.chars().count() > LONGEST_LOGIN || login.contains(stray) {
        return Err(refuse!(
            Incomplete,
            "登录名应为1至{LONGEST_LOGIN}个字，不含空格和控制字符，请改用手机号、工号或姓名。"
        ));
    }
    let taken = org.accounts.iter().any(|(other, account)| *other != person && account.login == login);
    if taken {
        return Err(refuse!(Incomplete, "登录名“{login}”已被他人使用，请换一个，如手机号或工号。"));
    }
    Ok(vec![OrgEvent::Account { person, what: AccountChange::Opened, login }])
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{Administrators, Event, Moment, Newcomer, OrgCommand, PostId, RefusalKind, decide_org};

    const SYSTEM: i64 = 1;
    const SECURITY: i64 = 2;
    const CLERK: i64 = 4;

    /// An office with its three administrators (1 to 3) and a clerk (4) without a post.
    fn office() -> Organisation {
        let newcomer = |name: &str| Newcomer { name: name.to_owned(), mobile: String::new() };
        let administrators =
            Administrators {
                system: newcomer("赵一"), security: newcomer("钱二"), audit: newcomer("孙三")
            };
        let mut org = Organisation::default();
        let found = OrgCommand::Found { name: "云岭县".into(), kind: "county".into(), administrators };
        give(&mut org, 0, found).unwrap();
        give(&mut org, SYSTEM, OrgCommand::AddPerson { id: None, person: newcomer("周敏") }).unwrap();
        org
    }

    fn give(org: &mut Organisation, who: i64, command: OrgCommand) -> Result<(), Refusal> {
        let actor = match who {
            0 => Actor::system(),
            who => Actor { person: PersonId(who), post: PostId(who), address: String::new() },
        };
        let events = decide_org(org, &actor, &command, Moment::start_of(date(2026, 1, 4)))?;
        events.iter().for_each(|event| org.apply(event));
        Ok(())
    }

    fn open(login: &str) -> AccountCommand {
        AccountCommand::Open { login: login.to_owned() }
    }

    /// Gives a command about somebody's account and tells what became of it.
    #[track_caller]
    fn check(
        org: &mut Organisation,
        who: i64,
        whose: i64,
        what: AccountCommand,
        expect: Option<RefusalKind>,
    ) {
        let given = give(org, who, OrgCommand::Account { person: PersonId(whose), what: what.clone() });
        match given {
            Ok(()) => assert_eq!(expect, None, "{what:?}"),
            Err(refusal) => {
                assert_eq!(expect, Some(refusal.kind), "{what:?}: {refusal}");
                assert!(refusal.sentence.ends_with('。'), "{refusal}");
            }
        }
    }

    #[test]
    fn accounts_are_the_security_administrators_and_never_ones_own() {
        use RefusalKind::{Incomplete, NotAllowed, NotFound, SameHand, WrongState};
        let mut org = office();
        check(&mut org, SYSTEM, CLERK, open("zm"), Some(NotAllowed));
        check(&mut org, CLERK, CLERK, open("zm"), Some(NotAllowed));
        check(&mut org, SECURITY, SECURITY, open("qe"), Some(SameHand));
        check(&mut org, 0, SECURITY, open(" QE "), None);
        assert_eq!(org.open_account(PersonId(SECURITY)).unwrap().login, "qe");
        check(&mut org, SECURITY, CLERK, open("Qe"), Some(Incomplete));
        check(&mut org, SECURITY, CLERK, open("周 敏"), Some(Incomplete));
        check(&mut org, SECURITY, CLERK, open("周\u{7}敏"), Some(Incomplete));
        check(&mut org, SECURITY, 9, open("nobody"), Some(NotFound));
        check(&mut org, SECURITY, CLERK, AccountCommand::Reset, Some(NotFound));
        check(&mut org, SECURITY, CLERK, open("周敏"), None);
        check(&mut org, SECURITY, CLERK, open("zm"), Some(WrongState));
        for what in [AccountCommand::Reset, AccountCommand::Unlock, AccountCommand::RevokeToken] {
            check(&mut org, SYSTEM, CLERK, what.clone(), Some(NotAllowed));
            check(&mut org, SECURITY, CLERK, what, None);
        }
        check(&mut org, SECURITY, SECURITY, AccountCommand::Close, Some(SameHand));
        check(&mut org, SECURITY, CLERK, AccountCommand::Close, None);
        assert_eq!(org.open_account(PersonId(CLERK)), None);
        check(&mut org, SECURITY, CLERK, AccountCommand::Close, Some(NotFound));
        // The name stays with whom it belonged to.
        check(&mut org, 0, SYSTEM, open("周敏"), Some(Incomplete));
        check(&mut org, SECURITY, CLERK, open("周敏"), None);
    }

    #[test]
    fn what_only_the_holder_can_do_only_the_holder_notes() {
        let mut org = office();
        check(&mut org, SECURITY, CLERK, open("zm"), None);
        let own = [
            AccountCommand::SetPassword,
            AccountCommand::SetSecondFactor { on: true },
            AccountCommand::SetSecondFactor { on: false },
            AccountCommand::IssueToken,
        ];
        for what in own {
            check(&mut org, CLERK, CLERK, what.clone(), None);
            check(&mut org, SECURITY, CLERK, what.clone(), Some(RefusalKind::NotAllowed));
            check(&mut org, 0, CLERK, what, Some(RefusalKind::NotAllowed));
        }
        check(&mut org, CLERK, CLERK, AccountCommand::RevokeToken, None);
    }

    #[test]
    fn events_of_accounts_keep_their_spelling() {
        for (text, login) in [
            (r#"{"org":{"account":{"person":7,"what":"password_set"}}}"#, ""),
            (r#"{"org":{"account":{"person":7,"what":"locked"}}}"#, ""),
            (r#"{"org":{"account":{"person":7,"what":"signed_in"}}}"#, ""),
            (r#"{"org":{"account":{"login":"zm","person":7,"what":"opened"}}}"#, "zm"),
        ] {
            let event: Event = serde_json::from_str(text).unwrap();
            assert_eq!(crate::canonical(&event), text);
            assert!(matches!(&event, Event::Org(OrgEvent::Account { login: given, .. }) if given == login));
        }
    }
}
