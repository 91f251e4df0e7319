//! A law or regulation that another has replaced.

use jiff::civil::Date;
use luoshi_text::Level;

use super::text::{day, places};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "law-outdated",
    level: Level::Warning,
    title: "引用了已废止的法律法规",
    what: "引用的法律法规在印发之日以前已经废止或者被新法代替，如《合同法》《婚姻法》。",
    why: "依据失效，据此作出的处理可能被撤销。",
    fix: "改引现行有效的法律法规，并核对条文。",
    faults: &[
        "一、主要任务\n依据⟦《中华人民共和国合同法》⟧解除承包合同。",
        "一、主要任务\n宣传⟦《婚姻法》⟧和《反家庭暴力法》。",
        "一、主要任务\n公文按照⟦《国家行政机关公文处理办法》⟧办理。",
    ],
    near: &[
        "@issued 2019-03-01\n一、主要任务\n依据《中华人民共和国合同法》解除承包合同。",
        "一、主要任务\n依据《中华人民共和国劳动合同法》《民法典》办理。",
        "一、主要任务\n宣传《合同法》的历史沿革不再列入本次内容，仅收集《合同法实务》旧书。",
    ],
    run,
};

/// The old name, what replaced it, since when.
const LAWS: &[(&str, &str, Date)] = &[
    ("合同法", "民法典", Date::constant(2021, 1, 1)),
    ("物权法", "民法典", Date::constant(2021, 1, 1)),
    ("婚姻法", "民法典", Date::constant(2021, 1, 1)),
    ("继承法", "民法典", Date::constant(2021, 1, 1)),
    ("收养法", "民法典", Date::constant(2021, 1, 1)),
    ("担保法", "民法典", Date::constant(2021, 1, 1)),
    ("侵权责任法", "民法典", Date::constant(2021, 1, 1)),
    ("民法通则", "民法典", Date::constant(2021, 1, 1)),
    ("民法总则", "民法典", Date::constant(2021, 1, 1)),
    ("行政监察法", "监察法", Date::constant(2018, 3, 20)),
    ("食品卫生法", "食品安全法", Date::constant(2009, 6, 1)),
    ("城市规划法", "城乡规划法", Date::constant(2008, 1, 1)),
    ("环境噪声污染防治法", "噪声污染防治法", Date::constant(2022, 6, 5)),
    ("治安管理处罚条例", "治安管理处罚法", Date::constant(2006, 3, 1)),
    ("国家公务员暂行条例", "公务员法", Date::constant(2006, 1, 1)),
    ("国家行政机关公文处理办法", "党政机关公文处理工作条例", Date::constant(2012, 7, 1)),
    ("城市房屋拆迁管理条例", "国有土地上房屋征收与补偿条例", Date::constant(2011, 1, 21)),
    ("公司登记管理条例", "市场主体登记管理条例", Date::constant(2022, 3, 1)),
    ("无照经营查处取缔办法", "无证无照经营查处办法", Date::constant(2017, 10, 1)),
    ("企业劳动争议处理条例", "劳动争议调解仲裁法", Date::constant(2008, 5, 1)),
    ("女职工劳动保护规定", "女职工劳动保护特别规定", Date::constant(2012, 4, 28)),
    ("学位条例", "学位法", Date::constant(2025, 1, 1)),
    ("增值税暂行条例", "增值税法", Date::constant(2026, 1, 1)),
    ("企业职工伤亡事故报告和处理规定", "生产安全事故报告和调查处理条例", Date::constant(2007, 6, 1)),
];

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        if !line.text.contains('《') {
            continue;
        }
        for (old, new, since) in LAWS {
            for form in [format!("《{old}》"), format!("《中华人民共和国{old}》")] {
                for place in places(line.text, &form) {
                    let history = line.text[place.end..].starts_with("的历史");
                    if context.plan.issued >= *since && !history {
                        out.add(line.span(place), format!("《{old}》自{}起由《{new}》代替。", day(*since)));
                    }
                }
            }
        }
    }
}
