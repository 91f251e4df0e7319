//! Which column holds what, by the words of the head.

use super::cell::half_width;
use super::grid::Grid;

/// What a table lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Units,
    People,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Name,
    Code,
    Short,
    Parent,
    UnitKind,
    Region,
    Credit,
    Sort,
    Outside,
    From,
    To,
    Mobile,
    Unit,
    Title,
    PartTime,
    Roles,
}

/// Heads of lists of units; the first is the one that exports write.
pub(super) const UNITS: &[(Field, &[&str])] = &[
    (Field::Code, &["单位编码", "编码", "单位代码", "代码", "机构编码", "code"]),
    (Field::Name, &["单位名称", "名称", "单位", "全称", "单位全称", "机构名称", "name"]),
    (Field::Short, &["简称", "单位简称", "别名", "曾用名", "short", "alias"]),
    (
        Field::Parent,
        &[
            "上级单位",
            "上级",
            "主管单位",
            "主管部门",
            "隶属",
            "隶属单位",
            "所属",
            "所属单位",
            "所属乡镇",
            "parent",
        ],
    ),
    (Field::UnitKind, &["类别", "类型", "性质", "种类", "单位类别", "单位类型", "单位性质", "kind", "type"]),
    (Field::Region, &["行政区划代码", "区划代码", "行政区划", "行政区划码", "region"]),
    (Field::Credit, &["统一社会信用代码", "社会信用代码", "信用代码", "credit"]),
    (Field::Sort, &["排序", "排序号", "顺序", "显示顺序", "sort"]),
    (
        Field::From,
        &["设立日期", "成立日期", "启用日期", "生效日期", "有效期起", "有效期起始", "有效期自", "from"],
    ),
    (Field::To, &["撤销日期", "停用日期", "失效日期", "有效期止", "有效期截止", "有效期至", "to"]),
    (Field::Outside, &["外部单位", "是否外部", "是否外部单位", "outside"]),
];

/// Heads of lists of people.
pub(super) const PEOPLE: &[(Field, &[&str])] = &[
    (Field::Name, &["姓名", "人员姓名", "人员", "联络员姓名", "联络员"]),
    (Field::Mobile, &["手机号", "手机", "手机号码", "联系电话", "电话", "联系方式", "电话号码", "mobile"]),
    (Field::Unit, &["单位", "所在单位", "单位名称", "工作单位", "部门", "所在部门", "unit"]),
    (Field::Title, &["职务", "岗位", "职务名称", "岗位名称", "职位", "post", "title"]),
    (Field::PartTime, &["兼职", "兼任", "兼任职务", "兼职岗位", "兼职情况"]),
    (Field::Roles, &["角色", "系统角色", "用户角色", "权限", "roles"]),
    (Field::From, &["任职日期", "任职起", "起始日期", "任职期起", "from"]),
    (Field::To, &["离任日期", "任职止", "截止日期", "任职期止", "to"]),
];

/// How far down a head is looked for: a title and some lines of explanation may stand above it.
const DEEPEST: usize = 30;

/// Where the columns of a table are.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) kind: Kind,
    /// The first row of data, as an index of the grid's rows.
    pub(super) data: usize,
    fields: Vec<(Field, usize)>,
}

impl Columns {
    /// The words of a field in a row, blanks around them removed; empty where there is no column.
    pub(super) fn get<'r>(&self, row: &'r [String], field: Field) -> &'r str {
        let found = self.fields.iter().find(|(known, _)| *known == field);
        found.and_then(|(_, col)| row.get(*col)).map_or("", |words| words.trim())
    }

    /// Whether a row only repeats the head, as those of printed lists do on every page.
    pub(super) fn is_head(&self, row: &[String]) -> bool {
        let words = if self.kind == Kind::Units { UNITS } else { PEOPLE };
        field_of(words, self.get(row, Field::Name)) == Some(Field::Name)
    }
}

/// Finds the head of a table, of one row or of two.
pub(super) fn find(grid: &Grid) -> Option<Columns> {
    let mut best: Option<Columns> = None;
    for at in 0..grid.rows.len().min(DEEPEST) {
        let top = &grid.rows[at].1;
        let bottom = grid.rows.get(at + 1).map(|(_, cells)| cells);
        for (kind, words) in [(Kind::People, PEOPLE), (Kind::Units, UNITS)] {
            let one = (matched(words, top, None), at + 1);
            let two = bottom.map(|bottom| (matched(words, top, Some(bottom)), at + 2));
            for (fields, data) in [Some(one), two].into_iter().flatten() {
                let named = fields.iter().any(|(field, _)| *field == Field::Name);
                let more = best.as_ref().is_none_or(|best| fields.len() > best.fields.len());
                if named && more {
                    best = Some(Columns { kind, data, fields });
                }
            }
        }
    }
    best
}

/// The fields that a head of one row or two names, each once.
fn matched(words: &[(Field, &[&str])], top: &[String], bottom: Option<&Vec<String>>) -> Vec<(Field, usize)> {
    let mut fields: Vec<(Field, usize)> = Vec::new();
    let wide = top.len().max(bottom.map_or(0, Vec::len));
    for col in 0..wide {
        let cell = |row: &[String]| row.get(col).map_or_else(String::new, |words| plain(words));
        let upper = cell(top);
        let field = match bottom {
            None => field_of(words, &upper),
            Some(bottom) => {
                let lower = cell(bottom);
                let both = || field_of(words, &format!("{upper}{lower}"));
                if lower.is_empty() {
                    field_of(words, &upper)
                } else {
                    both().or_else(|| field_of(words, &lower))
                }
            }
        };
        if let Some(field) = field.filter(|field| fields.iter().all(|(known, _)| known != field)) {
            fields.push((field, col));
        }
    }
    fields
}

fn field_of(words: &[(Field, &[&str])], head: &str) -> Option<Field> {
    let head = plain(head);
    let found = words.iter().find(|(_, names)| names.contains(&head.as_str()));
    found.map(|(field, _)| *field)
}

/// A head without blanks, marks of duty and explanations in brackets.
fn plain(head: &str) -> String {
    let half = half_width(head).to_lowercase();
    let words: String = half.split('(').next().unwrap_or_default().split_whitespace().collect();
    words.trim_matches(['*', ':', '\u{feff}']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    fn grid(rows: &[&str]) -> Grid {
        let cells = |row: &&str| row.split('|').map(str::to_owned).collect();
        Grid { rows: rows.iter().map(|row| (Place::default(), cells(row))).collect() }
    }

    fn check(rows: &[&str], kind: Kind, data: usize, expect: &[(Field, usize)]) {
        let found = find(&grid(rows)).unwrap();
        assert_eq!((found.kind, found.data, found.fields.as_slice()), (kind, data, expect), "{rows:?}");
    }

    #[test]
    fn heads_are_found_below_titles_and_over_two_rows() {
        let name_parent = &[(Field::Name, 1), (Field::Parent, 2)];
        check(
            &["云岭县单位名录", "序号|单位名称（全称）|上级 单位*", "1|甲|乙"],
            Kind::Units,
            2,
            name_parent,
        );
        let dated = &[(Field::Name, 0), (Field::From, 1), (Field::To, 2)];
        check(&["单位名称|有效期|有效期", "单位名称|起|止", "甲||"], Kind::Units, 2, dated);
        check(
            &["单位|手机|姓名", "甲||张三"],
            Kind::People,
            1,
            &[(Field::Unit, 0), (Field::Mobile, 1), (Field::Name, 2)],
        );
        assert!(find(&grid(&["任务|时限"])).is_none());
    }
}
