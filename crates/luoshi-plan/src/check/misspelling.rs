//! Misspellings that official texts often have.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use luoshi_text::Level;

use super::text::{after, before, places};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "misspelling",
    level: Level::Warning,
    title: "常见错别字",
    what: "文中有公文里常见的错别字，如“布署”“既日起”“按装”“签定”“不少与”。词表不长，只收没有歧义的写法。",
    why: "错别字有损文件的严肃性，日期、职务一类词写错还会引起误解。",
    fix: "改为正确的写法。",
    faults: &[
        "一、主要任务\n各村要认真⟦布署⟧，自⟦既日起⟧开展排查。",
        "一、主要任务\n在路口⟦按装⟧警示牌，与农户⟦签定⟧承诺书，不折不扣⟦贯彻落时⟧。",
        "一、主要任务\n由⟦付组长⟧牵头，解决⟦复工难得问题⟧，完善⟦各项项⟧制度，保护⟦未年人⟧。",
        "一、主要任务\n每村⟦不少与⟧10人，⟦秸杆⟧禁烧，修订应急⟦予案⟧，办好⟦黑班⟧报。",
    ],
    near: &[
        "一、主要任务\n按装置容量分类部署，防犯罪宣传同步开展，交付主任审定。",
        "一、主要任务\n这是难得的机会，各项项目按期开工，签订承诺书。",
        "一、主要任务\n不少与会人员提出建议，对瞒报的给予案件通报、给予警告，查处黑班车。",
        "一、主要任务\n按照《关于部署安装工作的通知》执行，成年人陪同未成年人登记。",
    ],
    run,
};

/// A wrong form.
struct Form {
    wrong: &'static str,
    right: &'static str,
    /// It is right with one of these behind it.
    not_after: Vec<&'static str>,
    /// It is right with one of these before it.
    not_before: Vec<&'static str>,
    /// It is wrong only before a number (不少与10人).
    numbered: bool,
}

/// The forms and the automaton that finds them.
struct Forms {
    automaton: AhoCorasick,
    list: Vec<Form>,
}

fn forms() -> &'static Forms {
    static FORMS: OnceLock<Forms> = OnceLock::new();
    FORMS.get_or_init(|| {
        let source = include_str!("../lexicon/misspellings.txt");
        let list: Vec<Form> = source.lines().filter(|l| !l.starts_with('#')).filter_map(form).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(list.iter().map(|f| f.wrong))
            .unwrap_or_else(|e| unreachable!("the list is fixed and small: {e}"));
        Forms { automaton, list }
    })
}

fn form(line: &'static str) -> Option<Form> {
    let mut words = line.split_whitespace();
    let (wrong, right) = (words.next()?, words.next()?);
    let rest: Vec<&str> = words.collect();
    let with = |mark: char| rest.iter().filter_map(|w| w.strip_prefix(mark)).collect();
    Some(Form { wrong, right, not_after: with('!'), not_before: with('-'), numbered: rest.contains(&"#") })
}

impl Form {
    /// Whether the words around it leave it wrong.
    fn is_wrong(&self, text: &str, place: &Range<usize>) -> bool {
        let (head, rest) = (&text[..place.start], &text[place.end..]);
        let number = rest.starts_with(|c: char| c.is_numeric() || "一二两三四五六七八九十百".contains(c));
        !(self.not_before.iter().any(|w| head.ends_with(w))
            || self.not_after.iter().any(|w| rest.starts_with(w))
            || self.numbered && !number)
    }
}

fn run(context: &Context<'_>, out: &mut Findings) {
    let forms = forms();
    for line in &context.lines {
        for found in forms.automaton.find_iter(line.text) {
            let form = &forms.list[found.pattern().as_usize()];
            if form.is_wrong(line.text, &found.range()) {
                out.add(line.span(found.range()), format!("“{}”应为“{}”。", form.wrong, form.right));
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
