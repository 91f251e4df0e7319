//! Names that stand for many: 各村, 有关部门.

use crate::letters::Few;
use crate::lexicon::lists;
use crate::model::Collective;

/// What a collective word stands for; none for a single unit.
pub(crate) fn collective(name: &str) -> Option<Collective> {
    let letters = Few::of(name);
    let holds = |word: &str| letters.may_hold(word) && name.contains(word);
    let each = lists().many_heads.begin(name) || holds("各") || holds("等") || holds("全体") || holds("所有");
    let kind = if name.ends_with(['村', '居', '社'])
        || holds("社区")
        || holds("村委会")
        || holds("村(")
        || holds("村（")
    {
        Collective::Village
    } else if holds("乡镇") || holds("街道") || name.ends_with(['镇', '乡']) {
        Collective::Township
    } else if lists().post_tails.end(name) {
        Collective::Post
    } else if holds("学校") || holds("校") || holds("班级") || holds("幼儿园") || name.ends_with('园')
    {
        Collective::School
    } else if holds("企业") || holds("公司") {
        Collective::Enterprise
    } else if holds("部门") || holds("科室") || holds("处室") || name.ends_with(['局', '科', '办', '所'])
    {
        Collective::Department
    } else {
        Collective::Unit
    };
    let bare = matches!(
        name,
        "村" | "乡镇"
            | "村居"
            | "村委会"
            | "乡镇政府"
            | "社区"
            | "村(居)"
            | "村（居）"
            | "街道"
            | "成员单位"
            | "班主任"
            | "司法所"
    ) || name.starts_with("村\"")
        || name.starts_with("村“")
        || (name.ends_with("单位") && name.starts_with("驻"));
    (each || bare).then_some(kind)
}
