//! Persons and posts among those who answer for work.

use luoshi_plan::model::{Collective, Party};

/// Last characters of units.
const UNITS: &str =
    "局办委部院校站所心镇乡村区道司组科室处队会厅府县市州省团馆园厂行社协联库台店股学中盟旗庭署班级户位门体";
/// First characters of collective words and of units that are named by their level.
const LEVELS: [char; 15] =
    ['各', '全', '本', '有', '相', '县', '市', '镇', '乡', '村', '省', '校', '州', '局', '该'];
/// Short names of departments and words for many people.
const NO_NAMES: [&str; 60] = [
    "公安", "民政", "财政", "司法", "教育", "卫健", "卫生", "交通", "水利", "水务", "农业", "农村", "林业",
    "林草", "文旅", "文化", "文体", "宣传", "组织", "统战", "政法", "信访", "应急", "环保", "环境", "住建",
    "城建", "城管", "商务", "工信", "发改", "人社", "审计", "统计", "市监", "监管", "资源", "消防", "交警",
    "交管", "综治", "人大", "政协", "纪检", "税务", "气象", "供电", "电信", "移动", "联通", "邮政", "医保",
    "振兴", "军人", "企业", "家长", "群众", "居民", "学生", "教师",
];
/// Last words of posts.
const POSTS: [&str; 13] = [
    "长",
    "书记",
    "主任",
    "委员",
    "主席",
    "领导",
    "经理",
    "干事",
    "专干",
    "秘书",
    "负责人",
    "联络员",
    "网格员",
];

/// Whether a party is a person or a post and no unit.
pub(crate) fn is_person(party: &Party) -> bool {
    match party.collective {
        Some(collective) => collective == Collective::Post,
        None => is_name(party.name.trim()) || is_post(party.name.trim()),
    }
}

fn is_post(name: &str) -> bool {
    POSTS.iter().any(|p| name.ends_with(p)) && !name.ends_with("家长")
}

/// Two to four Chinese characters that end as no unit does; part of them may be masked.
fn is_name(name: &str) -> bool {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut chars = name.chars();
    let count = name.chars().count();
    let (Some(first), Some(last)) = (chars.next(), name.chars().next_back()) else { return false };
    (2..=4).contains(&count)
        && han(first)
        && chars.all(|c| han(c) || "×○*X·".contains(c))
        && !LEVELS.contains(&first)
        && !UNITS.contains(last)
        && !NO_NAMES.iter().any(|w| name.contains(w))
}

#[cfg(test)]
mod tests {
    use luoshi_text::Span;

    use super::*;

    #[test]
    fn persons_and_posts_are_told_from_units() {
        let party = |name: &str| Party {
            name: name.to_owned(),
            span: Span::new(0, 0),
            collective: None,
            inherited: false,
            resolved: None,
        };
        for name in
            ["周明远", "李强", "欧阳建国", "张某某", "王××", "分管副镇长", "班子成员李主任", "党支部书记"]
        {
            assert!(is_person(&party(name)), "{name}");
        }
        for name in [
            "镇水利站",
            "教务处",
            "财政局",
            "公安",
            "妇联",
            "文旅",
            "各村",
            "局计财股",
            "中小学",
            "县委宣传部",
            "学生家长",
            "县供销社联合社",
        ] {
            assert!(!is_person(&party(name)), "{name}");
        }
        let posts = Party { collective: Some(Collective::Post), ..party("各驻村干部") };
        let many = Party { collective: Some(Collective::Village), ..party("各村") };
        assert!(is_person(&posts) && !is_person(&many));
    }
}
