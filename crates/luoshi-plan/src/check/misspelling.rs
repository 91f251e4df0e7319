//! Misspellings that official texts often have.

use luoshi_text::Level;

use super::text::{after, before, places};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "misspelling",
    level: Level::Warning,
    title: "常见错别字",
    what: "文中有公文里常见的错别字，如“布署”“既日起”“按装”“签定”。词表不长，只收没有歧义的写法。",
    why: "错别字有损文件的严肃性，日期、职务一类词写错还会引起误解。",
    fix: "改为正确的写法。",
    faults: &[
        "一、主要任务\n各村要认真⟦布署⟧，自⟦既日起⟧开展排查。",
        "一、主要任务\n在路口⟦按装⟧警示牌，与农户⟦签定⟧承诺书，不折不扣⟦贯彻落时⟧。",
        "一、主要任务\n由⟦付组长⟧牵头，解决⟦复工难得问题⟧，完善⟦各项项⟧制度，保护⟦未年人⟧。",
    ],
    near: &[
        "一、主要任务\n按装置容量分类部署，防犯罪宣传同步开展，交付主任审定。",
        "一、主要任务\n这是难得的机会，各项项目按期开工，签订承诺书。",
        "一、主要任务\n按照《关于部署安装工作的通知》执行，成年人陪同未成年人登记。",
    ],
    run,
};

/// The wrong form, the right one, and what must not follow it.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("布署", "部署", &[]),
    ("部暑", "部署", &[]),
    ("既日起", "即日起", &[]),
    ("按装", "安装", &["置", "载", "机", "配", "修", "备"]),
    ("贯彻落时", "贯彻落实", &[]),
    ("贯彻落十", "贯彻落实", &[]),
    ("各项项", "各项", &["目"]),
    ("签定", "签订", &[]),
    ("未年人", "未成年人", &[]),
    ("辩识", "辨识", &[]),
    ("辩别", "辨别", &[]),
    ("防犯", "防范", &["罪"]),
    ("付组长", "副组长", &[]),
    ("付主任", "副主任", &[]),
    ("付书记", "副书记", &[]),
    ("付校长", "副校长", &[]),
    ("付局长", "副局长", &[]),
    ("报消", "报销", &[]),
    ("峻工", "竣工", &[]),
    ("坚苦奋斗", "艰苦奋斗", &[]),
    ("复盖", "覆盖", &[]),
    ("松驰", "松弛", &[]),
    ("再接再励", "再接再厉", &[]),
    ("按步就班", "按部就班", &[]),
    ("责无旁代", "责无旁贷", &[]),
    ("迫不急待", "迫不及待", &[]),
    ("名列前矛", "名列前茅", &[]),
    ("相辅相承", "相辅相成", &[]),
    ("一如继往", "一如既往", &[]),
    ("一愁莫展", "一筹莫展", &[]),
    ("竭尽全利", "竭尽全力", &[]),
    ("凑效", "奏效", &[]),
    ("幅射", "辐射", &[]),
    ("震憾", "震撼", &[]),
    ("家俱", "家具", &[]),
    ("寒喧", "寒暄", &[]),
    ("渡假", "度假", &[]),
    ("座谈坐谈", "座谈", &[]),
    ("坐谈会", "座谈会", &[]),
    ("台帐", "台账", &[]),
    ("记帐", "记账", &[]),
    ("建帐", "建账", &[]),
    ("帐户", "账户", &[]),
    ("帐号", "账号", &[]),
    ("份量不足", "分量不足", &[]),
    ("蒙敝", "蒙蔽", &[]),
    ("疏浚通畅", "疏浚畅通", &[]),
    ("针贬", "针砭", &[]),
    ("妨害不法", "妨碍", &[]),
    ("脉博", "脉搏", &[]),
    ("安祥", "安详", &[]),
    ("慎密", "缜密", &[]),
    ("渎职失责", "渎职失职", &[]),
    ("抵毁", "诋毁", &[]),
    ("弘杨", "弘扬", &[]),
    ("发杨", "发扬", &[]),
    ("惟护", "维护", &[]),
    ("必需要", "必须要", &[]),
    ("务比", "务必", &[]),
    ("按期完城", "按期完成", &[]),
    ("拖廷", "拖延", &[]),
    ("涣然一新", "焕然一新", &[]),
    ("精减机构", "精简机构", &[]),
    ("撤消", "撤销", &[]),
    ("申请书书", "申请书", &[]),
];

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        for (wrong, right, not_after) in WORDS {
            for place in places(line.text, wrong) {
                let rest = &line.text[place.end..];
                let post = wrong.starts_with('付')
                    && before(line.text, place.start).is_some_and(|c| "支交给拨兑垫应托".contains(c));
                if post || not_after.iter().any(|w| rest.starts_with(w)) {
                    continue;
                }
                out.add(line.span(place.clone()), format!("“{wrong}”应为“{right}”。"));
            }
        }
        hard_got(line, out);
    }
}

/// 招工难得问题: 得 for 的 between 难 and 问题.
fn hard_got(line: &super::Line<'_>, out: &mut Findings) {
    for place in places(line.text, "难得问题") {
        let mut start = place.start;
        for _ in 0..2 {
            match before(line.text, start).filter(|c| super::text::is_han(*c)) {
                Some(c) => start -= c.len_utf8(),
                None => break,
            }
        }
        if after(line.text, place.end) != Some('的') {
            out.add(line.span(start..place.end), "“难得问题”应为“难的问题”。");
        }
    }
}
