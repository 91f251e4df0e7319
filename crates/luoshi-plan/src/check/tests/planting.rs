//! How a fault gets into a text: each gives the text with the faulty words between ⟦ and ⟧, or none where it does
//! not fit.

use std::ops::Range;

use super::{Date, Options, Span, document};

/// Replaces a stretch.
pub(super) fn splice(text: &str, range: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

/// The lines of the body: those before the list of annexes or the first annex.
fn body(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    text.split('\n')
        .map(move |line| {
            let range = at..at + line.len();
            at = range.end + 1;
            range
        })
        .take_while(|r| !text[r.clone()].starts_with("附件"))
}

/// The last paragraph of the body that begins with （一） and ends with a full stop.
pub(super) fn last_item(text: &str) -> Option<Range<usize>> {
    body(text).filter(|r| text[r.clone()].starts_with('（') && text[r.clone()].ends_with('。')).last()
}

pub(super) fn add(text: &str, words: &str) -> Option<String> {
    let line = last_item(text)?;
    Some(splice(text, line.end..line.end, words))
}

pub(super) fn after_last(text: &str, line: &str) -> Option<String> {
    let last = last_item(text)?;
    Some(splice(text, last.end..last.end, &format!("\n{line}")))
}

/// A heading with nothing below it, before the second chapter.
pub(super) fn empty_section(text: &str) -> Option<String> {
    let third = body(text).find(|r| text[r.clone()].starts_with("二、"))?;
    let names = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一"];
    let mut out = text[..third.start].to_owned();
    out += "⟦二、经费安排⟧\n";
    let mut rest = text[third.start..].to_owned();
    for n in (1..names.len() - 1).rev() {
        let (from, to) = (format!("{}、", names[n]), format!("{}、", names[n + 1]));
        rest = rest
            .split('\n')
            .map(|l| l.strip_prefix(&from).map_or_else(|| l.to_owned(), |tail| format!("{to}{tail}")))
            .collect::<Vec<_>>()
            .join("\n");
    }
    Some(out + &rest)
}

/// Changes the number of the first line of the body that begins with it.
pub(super) fn number(text: &str, from: &str, to: &str) -> Option<String> {
    let line = body(text).find(|r| {
        let words = &text[r.clone()];
        words.starts_with(from) && !words[from.len()..].starts_with(|c: char| c.is_ascii_digit())
    })?;
    Some(splice(text, line.start..line.start + from.len(), &format!("⟦{to}⟧")))
}

/// Where the value of a label ends.
fn value_end(text: &str, from: usize) -> usize {
    text[from..].find(['；', '）', '】', '。', '，', '\n']).map_or(text.len(), |i| from + i)
}

/// The first label of the body that no longer label ends with, and its value.
fn label(text: &str, name: &str) -> Option<(Range<usize>, Range<usize>)> {
    let end = body(text).last()?.end;
    let (at, _) = text[..end].match_indices(name).find(|(at, _)| {
        !text[..*at].ends_with(['副', '一', '接', '包', '　'])
            && text[..*at].chars().next_back().is_none_or(|c| !super::text::is_han(c))
    })?;
    let from = at + name.len();
    let to = value_end(text, from);
    (to > from && !text[from..to].contains('\n')).then_some((at..from, from..to))
}

pub(super) fn blank(text: &str, name: &str) -> Option<String> {
    let (label, value) = label(text, name)?;
    Some(splice(text, label.start..value.end, &format!("⟦{name}⟧")))
}

/// Takes the bracket with the parties out of an item and leaves the time.
pub(super) fn drop_label(text: &str, names: &[&str]) -> Option<String> {
    let line = labelled_line(text, names)?;
    let words = &text[line.clone()];
    let open = words.rfind(['（', '【'])?;
    let time = words[open..].find("完成时限：").map(|i| {
        let from = open + i;
        words[from..value_end(words, from + "完成时限：".len())].to_owned()
    });
    let tail = time.map_or_else(String::new, |t| format!("（{t}）"));
    let stop = if words[..open].ends_with('。') { "" } else { "。" };
    Some(splice(text, line.clone(), &format!("⟦{}{stop}{tail}⟧", &words[..open])))
}

/// The second numbered item that gives its parties in brackets at its end and names no one else.
fn labelled_line(text: &str, names: &[&str]) -> Option<Range<usize>> {
    body(text).find(|r| {
        let words = &text[r.clone()];
        let Some(open) = words.rfind(['（', '【']) else { return false };
        let tail = &words[open..];
        names.iter().any(|n| tail.contains(n))
            && tail.ends_with(['）', '】'])
            && words.starts_with(|c: char| c.is_ascii_digit())
            && ![
                "由", "各", "县", "镇", "乡", "局", "教师", "社区", "干部", "科", "所", "班", "校医", "家长",
                "教", "医生",
            ]
            .iter()
            .any(|w| words[..open].contains(w))
    })
}

/// Takes the time label out of an item that says no other time.
pub(super) fn drop_time(text: &str) -> Option<String> {
    let line = body(text).find(|r| {
        let words = &text[r.clone()];
        let Some(at) = words.find("；完成时限：") else { return false };
        !words[..at].contains(['日', '月', '年', '周', '季', '时', '期', '次', '每'])
            && words.starts_with(|c: char| c.is_ascii_digit())
    })?;
    let words = &text[line.clone()];
    let at = words.find("；完成时限：")?;
    let end = value_end(words, at + "；完成时限：".len());
    Some(splice(text, line.clone(), &format!("⟦{}{}⟧", &words[..at], &words[end..])))
}

/// A deadline of the body: 2025年6月30日前, 6月30日前, in a numbered paragraph.
fn deadlines(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    for line in body(text).filter(|r| text[r.clone()].starts_with(|c: char| c.is_ascii_digit() || c == '（'))
    {
        let words = &text[line.clone()];
        for (at, _) in words.match_indices("日前") {
            let head = &words[..at];
            let start = head.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '年' | '月')).len();
            let end = at + "日前".len();
            let plain = head[start..].contains('月') && !head[start..].starts_with(['年', '月']);
            let bare = !head[..start].ends_with(['、', '每', '和', '至', '—', '度', '首', '第', '（'])
                && !words[end..].starts_with('登');
            if plain && bare && line.start + start > line.start + 9 {
                out.push(line.start + start..line.start + end);
            }
        }
    }
    out
}

pub(super) fn date(text: &str, with: &str) -> Option<String> {
    let place = deadlines(text).into_iter().next()?;
    Some(splice(text, place, &format!("⟦{with}⟧")))
}

pub(super) fn labelled(text: &str, with: &str) -> Option<String> {
    let (_, value) = label(text, "完成时限：")?;
    Some(splice(text, value, &format!("⟦{with}⟧")))
}

/// A later day before the bracket with the deadline.
pub(super) fn conflict(text: &str) -> Option<String> {
    let line = body(text).find(|r| {
        let words = &text[r.clone()];
        words.contains("完成时限：")
            && words.starts_with(|c: char| c.is_ascii_digit() || c == '（')
            && words.ends_with(['）', '】'])
    })?;
    let open = line.start + text[line.clone()].rfind(['（', '【'])?;
    Some(splice(text, open..open, "⟦2029年6月29日前⟧全部完成。"))
}

/// The dates of the phases: stretches in brackets at the head of a paragraph.
fn phase_dates(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    for line in body(text) {
        let words = &text[line.clone()];
        let stop = ["）。", "）："].iter().filter_map(|w| words.find(w)).min();
        let Some(stop) = stop else { continue };
        let head = &words[..stop + '）'.len_utf8()];
        let Some(close) = head.rfind('）') else { continue };
        let Some(open) = head[..close].rfind('（').map(|i| i + '（'.len_utf8()) else { continue };
        let dates = &head[open..close];
        let span = dates.contains('月')
            && dates.contains(['至', '—'])
            && dates.ends_with('日')
            && !dates.contains(['自', '，']);
        if span && head.chars().count() < 45 {
            out.push(line.start + open..line.start + close);
        }
    }
    out
}

/// Rewrites the dates of the first two phases.
pub(super) fn phases(text: &str, rewrite: fn(&str, &str) -> (String, String)) -> Option<String> {
    let places = phase_dates(text);
    let [first, second, ..] = places.as_slice() else { return None };
    let (a, b) = rewrite(&text[first.clone()], &text[second.clone()]);
    // Where the phases say the year, moving days about may change it.
    if text[first.clone()].contains('年') != text[second.clone()].contains('年') {
        return None;
    }
    let out = splice(text, second.clone(), &b);
    Some(splice(&out, first.clone(), &a))
}

/// A step after the end of its phase.
pub(super) fn late_step(text: &str) -> Option<String> {
    let first = phase_dates(text).into_iter().next()?;
    let end = first.end + text[first.end..].find('\n')?;
    Some(splice(text, end..end, "⟦2031年5月9日前⟧召开现场会。"))
}

/// Takes a phase out of the middle.
pub(super) fn gap(text: &str) -> Option<String> {
    let places = phase_dates(text);
    let [_, second, third, ..] = places.as_slice() else { return None };
    let line = body(text).find(|r| r.contains(&second.start))?;
    let marked = splice(text, third.clone(), &format!("⟦{}⟧", &text[third.clone()]));
    Some(splice(&marked, line.start..line.end + 1, ""))
}

/// Cuts off the annexes and their list; the first citation is left without its annex.
pub(super) fn no_annexes(text: &str) -> Option<String> {
    let end = body(text).last()?.end;
    let cited = text[..end].match_indices("附件1").map(|(i, _)| i).next()?;
    Some(format!("{}⟦附件1⟧{}", &text[..cited], &text[cited + "附件1".len()..end]))
}

/// Adds one hundred to a total.
pub(super) fn total(text: &str) -> Option<String> {
    let start = text.find("\n合计")? + 1;
    let end = start + text[start..].find('\n').unwrap_or(text.len() - start);
    let line = &text[start..end];
    let digit = line.find(|c: char| c.is_ascii_digit())?;
    let stop = digit + line[digit..].find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len() - digit);
    let unit = line[stop..].chars().next().filter(|c| super::text::is_han(*c)).map_or(0, char::len_utf8);
    let value: u32 = line[digit..stop].parse().ok()?;
    let with = format!("⟦{}{}⟧", value + 100, &line[stop..stop + unit]);
    Some(splice(text, start + digit..start + stop + unit, &with))
}

pub(super) fn two_leads(text: &str) -> Option<String> {
    for name in ["牵头单位：", "牵头科室："] {
        if let Some((_, value)) = label(text, name) {
            let words = &text[value.clone()];
            return Some(splice(text, value.clone(), &format!("⟦{words}、审计局⟧")));
        }
    }
    let end = body(text).last()?.end;
    let at = text[..end].find("牵头，")?;
    let by =
        text[..at].rfind('由').filter(|by| !text[*by..at].contains(['，', '。', '、']))? + '由'.len_utf8();
    Some(splice(text, by..at, &format!("⟦{}、审计局⟧", &text[by..at])))
}

pub(super) fn twice(text: &str) -> Option<String> {
    let (_, value) = label(text, "责任单位：")?;
    let first = text[value.clone()].split('、').next()?;
    Some(splice(text, value.end..value.end, &format!("、⟦{first}⟧")))
}

/// A table of the tasks of a section behind the text, as title, day and the title's own row, made by
/// `write`; none where fewer than three can be told by their names.
fn tabled(text: &str, write: impl Fn(&[(String, Option<Date>)]) -> String) -> Option<String> {
    let doc = document(text);
    let options = Options::new(None, Date::constant(2024, 1, 2));
    let plan = crate::compile(&doc, &options).plans.into_iter().next()?;
    let annexes = plan.annexes.first().map_or(u32::MAX, |a| a.span.start);
    let tasks: Vec<_> = plan.tasks.iter().filter(|t| !t.from_table && t.span.start < annexes).collect();
    let row = |t: &&crate::model::Task| {
        let finished = |s: Span| {
            doc.text()[..s.start as usize].ends_with("完成时限：")
                || doc.text()[s.end as usize..]
                    .strip_prefix("完成")
                    .is_some_and(|rest| !rest.starts_with("首轮"))
        };
        let own = t.times.iter().filter(|t| !t.inherited);
        let last =
            own.filter_map(|t| Some((crate::twin::day_of(&t.when)?, t.span))).max_by_key(|(day, _)| *day);
        let day = last.filter(|(_, span)| finished(*span)).map(|(day, _)| day);
        (t.title.clone(), day)
    };
    let lists = tasks.chunk_by(|a, b| a.path == b.path);
    let rows: Vec<(String, Option<Date>)> = lists.max_by_key(|l| l.len())?.iter().map(row).collect();
    let told = rows.iter().all(|(title, _)| {
        title.chars().count() >= 4
            && tasks.iter().filter(|t| t.title.contains(title) || title.contains(&t.title)).count() == 1
    });
    let table = write(&rows);
    (told && rows.len() >= 3 && table.contains('⟦'))
        .then(|| format!("{}\n附件9\n任务清单\n{table}", text.trim_end()))
}

/// A table in which the first task with a day of its own has a later one.
pub(super) fn other_day(text: &str) -> Option<String> {
    tabled(text, |rows| {
        let first = rows.iter().position(|(_, day)| day.is_some());
        let row = |(i, (title, day)): (usize, &(String, Option<Date>))| {
            let later =
                day.map(|d| d.saturating_add(jiff::Span::new().days(if first == Some(i) { 9 } else { 0 })));
            let words = later.map_or("长期坚持".to_owned(), |d| {
                format!("{}年{}月{}日前", d.year(), d.month(), d.day())
            });
            format!("\n{title}\t{}", if first == Some(i) { format!("⟦{words}⟧") } else { words })
        };
        format!("任务\t完成时限{}", rows.iter().enumerate().map(row).collect::<String>())
    })
}

/// A table with one task that the text does not have.
pub(super) fn extra_row(text: &str) -> Option<String> {
    tabled(text, |rows| {
        let lines: String = rows.iter().map(|(title, _)| format!("{title}\t各责任单位\n")).collect();
        format!("任务\t责任单位\n{lines}⟦校准钟楼⟧\t钟表所")
    })
}

/// A row whose cell for the leader is empty.
pub(super) fn blank_cell(text: &str) -> Option<String> {
    tabled(text, |rows| {
        let row = |(title, _): &(String, Option<Date>)| format!("{title}\t周明远\t各责任单位\n");
        let lines: String = rows.iter().map(row).collect();
        format!("任务\t责任领导\t责任单位\n{lines}⟦校准钟楼⟧\t\t钟表所")
    })
}

/// The first member once more.
pub(super) fn person(text: &str) -> Option<String> {
    let at = text
        .find("成员：")
        .map(|i| i + "成员：".len())
        .or_else(|| text.find("成　员：").map(|i| i + "成　员：".len()));
    let at = at?;
    let end = at + text[at..].find(['、', '（', '　', '。', '，'])?;
    let name = &text[at..end];
    if !(2..=3).contains(&name.chars().count()) {
        return None;
    }
    let mut place = end;
    if text[end..].starts_with('（') {
        place = end + text[end..].find('）')? + '）'.len_utf8();
    } else if text[end..].starts_with('　') {
        return None;
    }
    Some(splice(text, place..place, &format!("、⟦{name}⟧")))
}

/// The head taken out; the deputy comes first.
pub(super) fn headless(text: &str) -> Option<String> {
    let (from, to) = if let Some(at) = text.find("组长：").filter(|at| !text[..*at].ends_with('副')) {
        (at, at + text[at..].find('；')? + '；'.len_utf8())
    } else {
        let at = text.find("\n组　长：")? + 1;
        (at, at + text[at..].find('\n')? + 1)
    };
    let deputy = to + text[to..].find("副组长：")? + "副组长：".len();
    let mut start = deputy;
    // 党组成员、副局长杭晓梅: the name follows the post.
    let end = deputy + text[deputy..].find(['（', '；', '、', '　', '。', '\n'])?;
    let words = &text[start..end];
    if words.chars().count() > 3 {
        start = end - words.chars().rev().take(3).map(char::len_utf8).sum::<usize>();
    }
    if text[end..].starts_with('、') && text[start..end].contains(['成', '员']) {
        return None;
    }
    let marked = splice(text, start..end, &format!("⟦{}⟧", &text[start..end]));
    Some(splice(&marked, from..to, ""))
}

/// The text without a year in it, and a day put below its title.
pub(super) fn undated(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('年') {
        let digits = rest[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let dated = digits == 4;
        out += &rest[..if dated { at - digits } else { at + '年'.len_utf8() }];
        rest = &rest[at + '年'.len_utf8()..];
    }
    out += rest;
    let title = out.find('\n')?;
    Some(splice(&out, title..title, "\n各单位⟦6月29日前⟧清点库存。"))
}

/// The text in the traditional script as far as its commonest characters go.
pub(super) fn traditional(text: &str) -> Option<String> {
    const PAIRS: &str = "县縣务務创創树樹库庫养養环環学學长長训訓练練处處资資产產车車规規划劃区區护護卫衛单單位位责責任任时時间間农農业業开開组組织織领領导導总總结結实實项項发發动動关關应應对對门門问問题題级級统統进進报報员員镇鎮乡鄉检檢查查负負评評设設备備";
    let pairs: Vec<char> = PAIRS.chars().collect();
    let of = |c: char| pairs.chunks_exact(2).find(|pair| pair[0] == c).map_or(c, |pair| pair[1]);
    let turned: String = text.chars().map(of).collect();
    let line = turned.lines().next()?;
    let at = turned.find(line)?;
    Some(splice(&turned, at..at + line.len(), &format!("⟦{line}⟧")))
}
