//! Kinds of units: one table for imports, exports, pages and words for many.

use luoshi_plan::model::Collective;

/// A kind of unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitKind {
    /// The word in events, packs and imports.
    pub word: &'static str,
    /// What a user reads.
    pub title: &'static str,
    /// Other words that a list's column may hold for it.
    pub also: &'static [&'static str],
    /// How names of such units end.
    pub endings: &'static [&'static str],
    /// The word for many that means such units.
    pub collective: Collective,
}

impl UnitKind {
    /// Every kind. Names are compared with the longest ending first, so that the order does not
    /// matter.
    pub const ALL: [Self; 8] = [
        Self {
            word: "county",
            title: "县级本级",
            also: &["县", "区", "市", "旗", "县级", "区县", "县市区", "县（市、区）"],
            endings: &["县", "自治县", "旗", "区", "市", "县人民政府", "县政府", "区人民政府", "市人民政府"],
            collective: Collective::Unit,
        },
        Self {
            word: "township",
            title: "乡镇街道",
            also: &[
                "乡镇",
                "街道",
                "镇",
                "乡",
                "乡镇（街道）",
                "乡（镇、街道）",
                "街道办",
                "乡镇/街道",
                "镇街",
            ],
            endings: &[
                "镇",
                "乡",
                "苏木",
                "街道",
                "街道办事处",
                "街道办",
                "镇人民政府",
                "乡人民政府",
                "镇政府",
                "乡政府",
            ],
            collective: Collective::Township,
        },
        Self {
            word: "village",
            title: "村（社区）",
            also: &["村", "社区", "行政村", "村社区", "村居", "居委会", "村委会", "村/社区", "嘎查"],
            endings: &[
                "村",
                "社区",
                "嘎查",
                "村委会",
                "居委会",
                "村民委员会",
                "居民委员会",
                "社区居委会",
                "社区居民委员会",
            ],
            collective: Collective::Village,
        },
        Self {
            word: "department",
            title: "部门",
            also: &["县直部门", "县直单位", "机关", "直属单位", "直属部门", "直属机构", "事业单位", "委办局"],
            endings: &[
                "局",
                "委",
                "办",
                "部",
                "委员会",
                "办公室",
                "法院",
                "检察院",
                "联合会",
                "总工会",
                "团委",
                "团县委",
                "妇联",
                "工商联",
                "残联",
                "科协",
                "文联",
                "红十字会",
                "党校",
                "供销社",
                "医院",
                "融媒体中心",
                "管委会",
                "管理委员会",
            ],
            collective: Collective::Department,
        },
        Self {
            word: "office",
            title: "科室站所",
            also: &["科室", "站所", "股室", "处室", "内设机构", "科", "股", "室", "站", "所", "科室/站所"],
            endings: &[
                "科",
                "股",
                "室",
                "处",
                "站",
                "所",
                "中心",
                "队",
                "大队",
                "中队",
                "支队",
                "庭",
                "卫生院",
                "科室",
                "教研组",
                "教务处",
                "政教处",
                "总务处",
            ],
            collective: Collective::Department,
        },
        Self {
            word: "school",
            title: "学校",
            also: &["幼儿园", "小学", "中学", "中小学", "学校（幼儿园）", "学校/幼儿园"],
            endings: &[
                "小学",
                "中学",
                "学校",
                "幼儿园",
                "一中",
                "二中",
                "三中",
                "中心校",
                "学院",
                "教学点",
                "一小",
                "二小",
                "三小",
                "高中",
                "职中",
                "附中",
                "附小",
            ],
            collective: Collective::School,
        },
        Self {
            word: "enterprise",
            title: "企业",
            also: &["公司", "国企", "国有企业", "民营企业", "合作社"],
            endings: &["公司", "厂", "集团", "合作社", "银行", "煤矿"],
            collective: Collective::Enterprise,
        },
        Self {
            word: "other",
            title: "其他单位",
            also: &["其他", "单位", "专班", "领导小组", "工作组", "开发区", "园区"],
            endings: &["开发区", "园区", "新区", "专班", "领导小组", "指挥部", "工作组"],
            collective: Collective::Unit,
        },
    ];

    /// The kind of a word or title, as events, exports and people's own lists have it.
    pub fn find(word: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|kind| kind.word == word || kind.title == word || kind.also.contains(&word))
    }

    /// The kind that a name shows by its end, below a unit of another kind. A 办公室 or 局 is a
    /// department of the county, but an office where it stands in a township or a department.
    pub fn of_name(name: &str, above: Option<&str>) -> Option<&'static Self> {
        let longest = |kind: &Self| {
            let fits = kind.endings.iter().filter(|end| name.ends_with(**end));
            fits.map(|end| end.len()).max()
        };
        let (_, kind) =
            Self::ALL.iter().filter_map(|kind| Some((longest(kind)?, kind))).max_by_key(|f| f.0)?;
        match (kind.word, above) {
            ("department", Some("township" | "village" | "department" | "school" | "office")) => {
                Self::find("office")
            }
            // 县民政局 has its 中心, but what stands right below the county is a department.
            ("office", Some("county")) => Self::find("department"),
            _ => Some(kind),
        }
    }

    /// The title of a kind's word; the word itself where it is not known.
    pub fn title_of(word: &str) -> &str {
        Self::ALL.iter().find(|kind| kind.word == word).map_or(word, |kind| kind.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_means_one_kind() {
        let mut words: Vec<&str> = Vec::new();
        for kind in UnitKind::ALL {
            words.extend([kind.word, kind.title]);
            words.extend(kind.also);
        }
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        let mut endings: Vec<&str> = UnitKind::ALL.iter().flat_map(|kind| kind.endings).copied().collect();
        let count = endings.len();
        endings.sort_unstable();
        endings.dedup();
        assert_eq!(endings.len(), count);
    }

    #[test]
    fn kinds_are_told_from_the_ends_of_names() {
        let check = |name: &str, above: &str, expect: &str| {
            let kind = UnitKind::of_name(name, (!above.is_empty()).then_some(above));
            assert_eq!(kind.map_or("", |kind| kind.word), expect, "{name} in {above}");
        };
        check("云岭县", "", "county");
        check("云岭县人民政府", "", "county");
        check("松坪镇", "county", "township");
        check("青竹街道办事处", "county", "township");
        check("红石村", "township", "village");
        check("白龙社区居民委员会", "township", "village");
        check("县应急管理局", "county", "department");
        check("县委办公室", "county", "department");
        check("县疾病预防控制中心", "county", "department");
        check("党政办公室", "township", "office");
        check("松坪镇派出所", "township", "office");
        check("松坪镇卫生院", "township", "office");
        check("政策法规股", "department", "office");
        check("红石村小学", "township", "school");
        check("华晟有限公司", "county", "enterprise");
        check("云岭经济开发区", "county", "other");
        check("张建国", "county", "");
    }
}
