//! Who may take a step or is told.

use serde::{Deserialize, Serialize};

/// Who may take a step or is told: a role on one side of the entry. Written `handler@lead`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Who {
    /// The role.
    pub role: Role,
    /// The side.
    pub side: Side,
}

/// A role of business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 督查员: issues, chases.
    Inspector,
    /// 领导.
    Leader,
    /// 承办人.
    Handler,
    /// 审核人.
    Reviewer,
    /// 验收人.
    Acceptor,
    /// 只读.
    Reader,
}

/// Which units, seen from an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The unit that answers for the entry.
    Lead,
    /// A unit that helps.
    Support,
    /// The unit above the lead.
    Above,
    /// The unit that issued the plan.
    Issuer,
}

impl Role {
    /// Every role, with its word in packs and its title.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Inspector, "inspector", "督查员"),
        (Self::Leader, "leader", "领导"),
        (Self::Handler, "handler", "承办人"),
        (Self::Reviewer, "reviewer", "审核人"),
        (Self::Acceptor, "acceptor", "验收人"),
        (Self::Reader, "reader", "查阅人"),
    ];

    /// What a user reads.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(role, ..)| *role == self).map_or("", |(_, _, title)| title)
    }

    /// The word in packs and imports.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(role, ..)| *role == self).map_or("", |(_, word, _)| word)
    }
}

impl Side {
    /// Every side, with its word in packs and its title.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Lead, "lead", "承办单位"),
        (Self::Support, "support", "配合单位"),
        (Self::Above, "above", "上级单位"),
        (Self::Issuer, "issuer", "交办单位"),
    ];

    /// What a user reads.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(side, ..)| *side == self).map_or("", |(_, _, title)| title)
    }

    /// The word in packs.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(side, ..)| *side == self).map_or("", |(_, word, _)| word)
    }
}

impl TryFrom<String> for Who {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (role, side) = text.split_once('@').unwrap_or((&text, "lead"));
        let found = Role::ALL
            .iter()
            .find(|(_, word, _)| *word == role)
            .zip(Side::ALL.iter().find(|(_, word, _)| *word == side));
        found.map(|((role, ..), (side, ..))| Self { role: *role, side: *side }).ok_or_else(|| {
            format!("“{text}”不是“角色@单位”：角色可写 {}，单位可写 {}", words(&Role::ALL), words(&Side::ALL))
        })
    }
}

fn words<T>(all: &[(T, &str, &str)]) -> String {
    all.iter().map(|(_, word, _)| *word).collect::<Vec<_>>().join("、")
}

impl From<Who> for String {
    fn from(who: Who) -> Self {
        format!("{}@{}", who.role.word(), who.side.word())
    }
}
