//! What columns of a register's sheet mean.

use std::collections::BTreeMap;

use luoshi_pack::Register;
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The row's place in the sheet.
    Serial,
    /// The entry's number.
    Number,
    /// What it is about.
    Title,
    /// The unit that answers for it.
    Lead,
    /// The units that help.
    Supports,
    /// Where it stands.
    State,
    /// The light.
    Light,
    /// When it is due.
    Due,
    /// When it was due at first.
    FirstDue,
    /// How often it was extended.
    Extended,
    /// What should have been reached, in per cent.
    Planned,
    /// What has been reached, in per cent.
    Actual,
    /// The names of its evidence.
    Evidence,
    /// When it was given.
    Opened,
    /// When it was handed in.
    Handed,
    /// Words that go with a step; of no meaning for rows where no step is taken.
    Note,
    /// A field of the register.
    Field(String),
    /// Nothing that is read.
    Ignored,
}

impl Target {
    /// One word for it, as it is remembered: `lead`, `field:funds`.
    pub fn word(&self) -> String {
        match self {
            Self::Field(key) => format!("field:{key}"),
            other => serde_json::to_value(other)
                .ok()
                .and_then(|value| value.as_str().map(str::to_owned))
                .unwrap_or_default(),
        }
    }

    /// The meaning of a word; none where it is none of this version.
    pub fn parse(word: &str) -> Option<Self> {
        match word.strip_prefix("field:") {
            Some(key) => Some(Self::Field(key.to_owned())),
            None => serde_json::from_value(serde_json::Value::from(word)).ok(),
        }
    }

    /// The meaning that people give a column by its head: one of the columns of every register, a field
    /// of this one, or 不导入.
    pub fn named(words: &str, register: &Register) -> Option<Self> {
        let standard = STANDARD.iter().find(|(_, head, others)| *head == words || others.contains(&words));
        let field = register.fields.iter().find(|field| field.title == words || field.key == words);
        match words {
            "不导入" => Some(Self::Ignored),
            _ => field
                .map(|field| Self::Field(field.key.clone()))
                .or(standard.map(|(target, ..)| target.clone())),
        }
    }
}

/// The columns of every register: the head that an export writes, and how else offices write it.
pub(super) const STANDARD: &[(Target, &str, &[&str])] = &[
    (Target::Serial, "序号", &["顺序号", "行号", "NO"]),
    (Target::Number, "编号", &["条目编号", "事项编号", "台账编号", "任务编号", "问题编号"]),
    (
        Target::Title,
        "标题",
        &[
            "事项",
            "事项名称",
            "任务",
            "任务名称",
            "重点任务",
            "工作任务",
            "工作事项",
            "名称",
            "问题",
            "问题描述",
            "隐患描述",
            "隐患内容",
            "内容",
            "主要内容",
        ],
    ),
    (
        Target::Lead,
        "承办单位",
        &["牵头单位", "责任单位", "主办单位", "牵头(责任)单位", "填报单位", "单位", "单位名称"],
    ),
    (Target::Supports, "配合单位", &["协办单位", "参加单位", "协同单位", "配合部门", "责任部门"]),
    (Target::State, "状态", &["办理状态", "当前状态"]),
    (Target::Light, "灯", &["灯色", "亮灯", "亮灯情况"]),
    (Target::Due, "时限", &["完成时限", "办理时限", "办结时限", "到期日", "截止日期", "完成时间"]),
    (Target::FirstDue, "首次时限", &["原时限"]),
    (Target::Extended, "延期次数", &[]),
    (Target::Planned, "序时进度", &["计划进度", "应完成进度"]),
    (Target::Actual, "实际进度", &["进度", "完成进度", "实际", "完成率"]),
    (Target::Evidence, "佐证", &["佐证材料", "附件"]),
    (Target::Opened, "交办时间", &["立项时间", "登记时间"]),
    (Target::Handed, "办结时间", &["销号时间", "完成日期"]),
    (Target::Note, "说明", &["备注", "情况说明", "理由"]),
];

/// Which head means what, as an office confirmed it once: kept by the caller for a register and given
/// again with the next file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping {
    /// Meanings by head, as the sheet writes it without blanks.
    pub columns: BTreeMap<String, Target>,
}

/// The letter of a column as a spreadsheet shows it.
pub(super) fn letter(column: usize) -> String {
    let mut out = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        out.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (column, expect) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letter(column), expect);
        }
    }

    #[test]
    fn a_meaning_is_remembered_as_a_word() {
        for (target, word) in
            [(Target::FirstDue, "first_due"), (Target::Field("funds".into()), "field:funds")]
        {
            assert_eq!(target.word(), word);
            assert_eq!(Target::parse(word), Some(target));
        }
        assert_eq!(Target::parse("of_a_later_version"), None);
    }

    #[test]
    fn a_mapping_is_kept_as_plain_json() {
        let columns =
            [("牵头股室".to_owned(), Target::Lead), ("投入".to_owned(), Target::Field("funds".into()))];
        let mapping = Mapping { columns: columns.into() };
        let json = serde_json::to_string(&mapping).unwrap();
        assert_eq!(json, r#"{"投入":{"field":"funds"},"牵头股室":"lead"}"#);
        assert_eq!(serde_json::from_str::<Mapping>(&json).unwrap(), mapping);
    }
}
