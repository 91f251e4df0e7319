//! Two wordings of one item: what the new one says otherwise, whatever its number, marks and spaces.

use crate::compare::Differs;

/// What of two wordings differs, by whole sentences; none where they are the same but for numbering,
/// punctuation and white space, or where one of them is not known.
pub fn reworded(old: &str, new: &str) -> Option<Differs> {
    let (mut old, mut new) = (sentences(old), sentences(new));
    if old.is_empty() || new.is_empty() {
        return None;
    }
    if whole(&old) == whole(&new) {
        return None;
    }
    let same = |(a, b): &(&Sentence<'_>, &Sentence<'_>)| a.plain == b.plain;
    let head = old.iter().zip(&new).take_while(same).count();
    (old, new) = (old.split_off(head), new.split_off(head));
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    old.truncate(old.len() - tail);
    new.truncate(new.len() - tail);
    let words = |sentences: Vec<Sentence<'_>>| {
        sentences.into_iter().map(|one| one.words).collect::<String>().trim().to_owned()
    };
    Some(Differs { field: String::from("原文"), from: words(old), to: words(new) })
}

/// A wording without all that makes no other one of it.
pub(crate) fn bare(text: &str) -> String {
    whole(&sentences(text))
}

fn whole(sentences: &[Sentence<'_>]) -> String {
    sentences.iter().map(|one| one.plain.as_str()).collect()
}

struct Sentence<'t> {
    words: &'t str,
    /// Its letters and figures.
    plain: String,
}

/// The sentences of a wording, without the numbers before its lines.
fn sentences(text: &str) -> Vec<Sentence<'_>> {
    let lines = text.lines().map(unmarked);
    let of_lines = lines.flat_map(|line| line.split_inclusive(['。', '；', ';', '！', '？']));
    let all = of_lines.map(|words| Sentence { words, plain: plain(words) });
    all.filter(|one| !one.plain.is_empty()).collect()
}

/// Letters and figures alone, wide ones as narrow ones.
fn plain(words: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    words.chars().map(narrow).filter(|c| c.is_alphanumeric()).collect()
}

/// A line without the number that it begins with: 一、（二）3．④ 2.1 第五条 一是. A measure is none.
fn unmarked(line: &str) -> &str {
    let line = line.trim();
    let opened = line.trim_start_matches(['（', '(', '〔', '[', '第']);
    let rest = opened.trim_start_matches(|c: char| {
        c.is_ascii_digit() || ('０'..='９').contains(&c) || "一二三四五六七八九十百零〇.．".contains(c)
    });
    let circled = rest.trim_start_matches(|c: char| ('①'..='⓿').contains(&c) || ('❶'..='➓').contains(&c));
    if circled.len() < rest.len() {
        return circled;
    }
    let number = &opened[..opened.len() - rest.len()];
    let ends = number.ends_with(['.', '．']);
    let stripped =
        rest.trim_start_matches(['、', '）', ')', '〕', ']', ':', '：', '\t', ' ', '　', '条', '是']);
    if number.is_empty() || (stripped.len() == rest.len() && !ends) { line } else { stripped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expect: &str) {
        let told = reworded(old, new).map_or(String::from("-"), |told| format!("{}→{}", told.from, told.to));
        assert_eq!(told, expect);
    }

    #[test]
    fn the_sentences_that_differ_are_told() {
        check(
            "（一）排查隐患。逐户查看老旧线路和违规充电点。8月底前完成。",
            "（一）排查隐患。逐户查看老旧线路、违规充电点和液化气罐，逐户张贴告知单。8月底前完成。",
            "逐户查看老旧线路和违规充电点。→逐户查看老旧线路、违规充电点和液化气罐，逐户张贴告知单。",
        );
        check("1.开展宣传。", "1.开展宣传。张贴标语。", "→张贴标语。");
        check("1.开展宣传。发放3000份。", "1.开展宣传。发放4000份。", "发放3000份。→发放4000份。");
        check("3.5公里", "4.5公里", "3.5公里→4.5公里");
    }

    #[test]
    fn numbers_marks_and_spaces_are_no_change() {
        check("（一）排查隐患。逐户查看，登记。", "（三）排查隐患。 逐户查看、\u{3000}登记；", "-");
        check("1．排查隐患", "2.1 排查隐患", "-");
        check("第五条 排查隐患\n①登记", "第六条　排查隐患\n②登记", "-");
        check("4\t增设减速带20处", "5\t增设减速带２０处", "-");
        check("一是核查，二是上报。", "一是核查；二是上报。", "-");
        check("", "排查隐患", "-");
    }
}
