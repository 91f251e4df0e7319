//! Names and words of the invented county.

use super::dice::Dice;

/// The county, and the city above it.
pub(super) const COUNTY: &str = "河源县";
pub(super) const CITY: &str = "云州市";

pub(super) const TOWNS: [&str; 12] = [
    "青石镇",
    "白水乡",
    "枫林镇",
    "古渡镇",
    "云台乡",
    "安平镇",
    "石门镇",
    "南溪乡",
    "永丰镇",
    "龙泉镇",
    "北岭乡",
    "松坪镇",
];

const VILLAGE_FRONT: [&str; 12] =
    ["东坡", "红石", "金塘", "白沙", "梅岭", "上坪", "下坪", "新塘", "竹园", "松林", "龙口", "桥头"];
const VILLAGE_BACK: [&str; 5] = ["", "湾", "冲", "寨", "垭"];

const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "郑", "谢",
];
const GIVEN: [&str; 30] = [
    "建国", "秀兰", "志强", "晓燕", "文华", "海波", "春生", "丽娟", "国栋", "小梅", "立新", "永福", "桂英",
    "德明", "红霞", "俊杰", "玉珍", "长青", "思远", "雨晴", "成林", "淑芬", "家豪", "世昌", "月娥", "卫东",
    "慧敏", "兴旺", "晨曦", "金凤",
];

/// A village's name; the number keeps two of one township apart.
pub(super) fn village(town: usize, number: usize) -> String {
    let at = town * 5 + number;
    let front = VILLAGE_FRONT[at % VILLAGE_FRONT.len()];
    let round = number / VILLAGE_FRONT.len();
    let back = VILLAGE_BACK[round % VILLAGE_BACK.len()];
    let more = round / VILLAGE_BACK.len();
    // More villages than there are names are counted.
    if more == 0 { format!("{front}{back}村") } else { format!("{front}{back}{}组村", more + 1) }
}

/// A town's name.
pub(super) fn town(number: usize) -> String {
    let name = TOWNS[number % TOWNS.len()];
    match number / TOWNS.len() {
        0 => name.to_owned(),
        round => format!("{}{name}", ["东", "西", "南", "北"][(round - 1) % 4]),
    }
}

/// A person's name.
pub(super) fn person(dice: &mut Dice) -> String {
    format!("{}{}", dice.word(&SURNAMES), dice.word(&GIVEN))
}

/// What people write with steps whose titles hold these words; the first that fits counts.
const NOTES: &[(&[&str], &[&str])] = &[
    (&["不同意延期"], &["理由不充分，仍按原定时限办理", "剩余工作量不大，请调配人手按期完成"]),
    (
        &["申请延期"],
        &["连日降雨，现场无法施工", "上级补助资金预计下旬到账", "涉及三户外出，已约定返乡后办理"],
    ),
    (&["同意延期", "另定时限"], &["情况属实，同意顺延一次", "与施工单位核过工期，按新时限办"]),
    (&["拒签"], &["此项不属本单位职责，建议由行业主管部门承办", "与上月交办的任务重复，请核"]),
    (&["维持交办"], &["按职责分工仍由你单位牵头，配合单位已明确", "已与编办核对，职责在你单位"]),
    (&["转办"], &["按职责调整，转由对口单位承办"]),
    (&["撤销退回"], &["补充的佐证齐全，撤销退回"]),
    (&["维持退回"], &["复核后问题仍在，请继续整改"]),
    (
        &["退回", "不合格"],
        &[
            "佐证与填报的数字对不上，请核实后再报",
            "照片看不出整改前后的变化，请补拍同一角度",
            "只写了做法，没有写结果，请补充数量和完成时间",
        ],
    ),
    (&["复核"], &["佐证已按清单报齐，请予复核"]),
    (&["中止"], &["受汛情影响停工，汛后恢复"]),
    (&["撤销", "核减", "剔除", "不属实"], &["与另一项重复，并入办理", "现场核查，与登记不符"]),
    (&["回头看"], &["抽查发现反弹，须重新整治"]),
    (&["更正", "调整"], &["登记时填错，按现场情况更正"]),
    (&["免报"], &["本期已单独报过专题材料"]),
    (&["验收", "复查", "审核", "通过", "销号"], &["现场看过，与所报一致", "抽查三处，均已落实"]),
    (&["停产"], &["隐患未消除前不得生产"]),
];

/// Reasons and remarks that go with a step.
pub(super) fn note(dice: &mut Dice, title: &str) -> String {
    let fit = NOTES.iter().find(|(titles, _)| titles.iter().any(|word| title.contains(word)));
    let others: &[&str] = &["已按方案要求落实", "责任已到人，按周调度", "主体工作完成，正在收尾"];
    format!("{}。", dice.word(fit.map_or(others, |(_, notes)| notes)))
}

/// What stands in a field of words.
pub(super) fn text(dice: &mut Dice, key: &str) -> String {
    let words: &[&str] = match key {
        "content" => &[
            "召开推进会2次，入户走访46户，发现问题3个均已交办",
            "本期完成节点任务，发放明白纸320份，开展宣讲4场",
            "组织联合检查1次，检查点位12处，整改5处",
        ],
        "measure" | "measures" => &[
            "专人盯办、每周调度",
            "更换老化线路并加装漏电保护",
            "清理堆物、恢复疏散通道",
            "划片包干、逐户落实",
        ],
        "problem" => &["人手不足，进度偏慢", "部分农户外出，入户困难", "资金尚未到位", "暂无"],
        "next" => &["下周完成剩余点位", "协调施工队进场", "对照清单逐项销账"],
        "enterprise" => ENTERPRISES,
        "post" => &["缝纫工", "装配工", "质检员", "包装工"],
        "kind" => &["消防通道", "用电安全", "燃气", "高处作业", "交通"],
        "cause" => &["紧急切断装置失效，现场无人值守", "承重墙开裂并有扩展，尚在使用"],
        "harm" => &["泄漏可能波及周边居民", "坍塌可能造成人员伤亡"],
        "contingency" => &["已编制专项预案并演练一次", "设警戒区，专人值守，备足物资"],
        "notice" => &["县政府门户网站", "县应急管理局公众号"],
        "link" => &["县融媒体中心专题报道", "镇公众号推送"],
        _ => &["已按要求落实", "详见附件", "情况属实"],
    };
    dice.word(words).to_owned()
}

/// Enterprises that people are sent to and hazards are found at.
const ENTERPRISES: &[&str] = &[
    "锦程纺织有限公司",
    "宏达电子有限公司",
    "旺禾食品有限公司",
    "恒固建材有限公司",
    "启帆鞋业有限公司",
    "北山采石场",
    "老码头饭店",
];

pub(super) fn place(dice: &mut Dice) -> String {
    let place = dice.word(&[
        "村部广场",
        "二组路口",
        "集镇东街",
        "水库大坝",
        "中心小学门口",
        "卫生室旁",
        "厂区配电室",
    ]);
    format!("{place}{}号点", dice.between(1, 40))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_towns_and_no_two_villages_of_a_town_share_a_name() {
        let towns: BTreeSet<String> = (0..48).map(town).collect();
        assert_eq!(towns.len(), 48);
        for of in 0..12 {
            let villages: BTreeSet<String> = (0..200).map(|number| village(of, number)).collect();
            assert_eq!(villages.len(), 200);
        }
    }
}
