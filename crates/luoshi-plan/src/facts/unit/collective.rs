//! Names that stand for many: 各村, 有关部门.

use crate::lexicon::lists;
use crate::model::Collective;

/// What a collective word stands for; none for a single unit.
pub(crate) fn collective(name: &str) -> Option<Collective> {
    let each = lists().many_heads.begin(name)
        || name.contains("各")
        || name.contains("等")
        || name.contains("全体")
        || name.contains("所有");
    let kind = if name.ends_with(['村', '居', '社'])
        || name.contains("社区")
        || name.contains("村委会")
        || name.contains("村(")
        || name.contains("村（")
    {
        Collective::Village
    } else if name.contains("乡镇") || name.contains("街道") || name.ends_with(['镇', '乡']) {
        Collective::Township
    } else if lists().post_tails.end(name) {
        Collective::Post
    } else if name.contains("学校")
        || name.contains("校")
        || name.contains("班级")
        || name.contains("幼儿园")
        || name.ends_with('园')
    {
        Collective::School
    } else if name.contains("企业") || name.contains("公司") {
        Collective::Enterprise
    } else if name.contains("部门")
        || name.contains("科室")
        || name.contains("处室")
        || name.ends_with(['局', '科', '办', '所'])
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
