//! What the TOML reader finds, said so that somebody who keeps a pack can mend it.

use luoshi_text::{Diagnostic, Level, Span};

/// What the reader says of the form of the text, and the sentence and help for it. The first whose
/// words are in its message is taken.
const SYNTAX: &[(&str, &str, &str)] = &[
    ("duplicate key", "这个键在同一处写了两次", "留下一个，删去另一个"),
    ("string values must be quoted", "文字没有加引号", "在文字两边加英文双引号"),
    ("missing opening quote", "引号不成对", "在文字两边各写一个英文双引号"),
    ("invalid basic string", "这段文字的引号没有写完", "在文字末尾补上英文双引号"),
    (
        "invalid unquoted key",
        "键名里有不能用的字符",
        "键名只用小写字母、数字和下划线；等号、括号和引号要用英文的",
    ),
    ("unquoted keys cannot be empty", "等号前面没有键名", "在等号前面写上键名"),
    ("missing value", "等号后面没有写内容", "在等号后面写上内容"),
    ("extra `=`", "多写了一个等号", "删去多余的等号"),
    ("missing comma", "两项之间少了英文逗号", "在两项之间加英文逗号"),
    ("extra comma", "多写了一个逗号", "删去多余的逗号"),
    ("unclosed array", "方括号没有写完", "补上英文右方括号“]”"),
    ("unclosed inline table", "花括号没有写完", "补上英文右花括号“}”"),
    ("unclosed table", "表头的方括号没有写完", "写成 [表名] 或 [[表名]]"),
    ("recursion limit", "括号套得太深", "减少括号的层数"),
    ("escape", "引号里的反斜杠写法不对", "要写反斜杠本身，写两个反斜杠"),
    ("leading zero", "数字前面多写了 0", "删去数字前面的 0；日期写成 2026-01-09 的样子"),
];

/// An error in the form of the text.
pub(crate) fn syntax(error: &toml::de::Error, text: &str) -> Diagnostic {
    // A value that is not there is told by the reader as one without quotes.
    let nothing = text.get(place(error, text).range()).is_none_or(|words| words.trim().is_empty());
    let said =
        if nothing && error.message().contains("must be quoted") { "missing value" } else { error.message() };
    let (sentence, help) = SYNTAX.iter().find(|(words, ..)| said.contains(words)).map_or(
        ("这里的写法不合 TOML 格式", "对照 packs/README.md 的例子改写这一行"),
        |(_, sentence, help)| (sentence, help),
    );
    Diagnostic::new("pack-syntax", Level::Error, place(error, text), format!("{sentence}。"))
        .help(format!("{help}。"))
}

/// An error in what the text holds: keys and values that the model does not know.
pub(crate) fn content(error: &toml::de::Error, text: &str) -> Diagnostic {
    let said = error.message();
    let make = |code: &str, sentence: String, help: String| {
        Diagnostic::new(code, Level::Error, place(error, text), sentence).help(help)
    };
    let mut quoted = said.split('`').skip(1).step_by(2);
    if said.starts_with("unknown field") {
        let key = quoted.next().unwrap_or_default();
        let known: Vec<&str> = quoted.collect();
        return make("unknown-key", format!("不认识的键“{key}”。"), could_be(key, &known, "键"));
    }
    if said.starts_with("unknown variant") {
        let word = quoted.next().unwrap_or_default();
        let known: Vec<&str> = quoted.collect();
        return make("unknown-word", format!("“{word}”不在可写的词里。"), could_be(word, &known, "词"));
    }
    if said.starts_with("missing field") {
        let key = quoted.next().unwrap_or_default();
        return make("missing-key", format!("缺少“{key}”。"), format!("在这一项里补上 {key} = …。"));
    }
    if said.starts_with("duplicate field") {
        let key = quoted.next().unwrap_or_default();
        return make("pack-syntax", format!("“{key}”写了两次。"), "留下一个，删去另一个。".to_owned());
    }
    if let Some((found, wanted)) = expected(said) {
        return make(
            "wrong-type",
            format!("这里写的是{found}，应当是{wanted}。"),
            format!("改写成{wanted}。"),
        );
    }
    if said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
        return make("bad-value", format!("{said}。"), "照上面列出的写法改。".to_owned());
    }
    make("bad-value", "这里的内容读不懂。".to_owned(), hint_for(text, place(error, text)))
}

/// A misspelt word is told by its nearest neighbour, any other by the whole list.
fn could_be(word: &str, known: &[&str], kind: &str) -> String {
    let near = known.iter().map(|known| (distance(word, known), known)).min();
    match near {
        Some((distance, near)) if distance <= 2 && distance * 2 < near.len() => {
            format!("是不是要写 {near}？")
        }
        _ if known.is_empty() => format!("删去这个{kind}。"),
        _ => format!("这里可以写的{kind}：{}。", known.join("、")),
    }
}

/// How many letters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    // A word longer than any key is near to none; its length is bounded so that the work is.
    for (i, from) in a.chars().take(40).enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or_default().max(a.chars().count().saturating_sub(b.len()))
}

/// `invalid type: string "x", expected u32` → 文字, 整数.
fn expected(said: &str) -> Option<(&'static str, &'static str)> {
    let said = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "))?;
    let (found, wanted) = said.rsplit_once(", expected ")?;
    let found = match found.split([' ', '`']).next()? {
        "string" => "文字",
        "integer" if found.contains("`-") => "负数",
        "integer" => "整数",
        "floating" => "小数",
        "boolean" => "true 或 false",
        "sequence" => "一列（方括号）",
        "map" => "一张表（花括号或表头）",
        _ => "别的内容",
    };
    let wanted = match wanted {
        "a string" | "string" => "带英文双引号的文字",
        "a boolean" => "true 或 false",
        "u32" | "a nonnegative number" => "不小于 0 的整数",
        "i32" => "整数",
        "f64" => "数",
        w if w.contains("sequence") => "一列，写在方括号里",
        w if w.contains("tuple") => "两个数，写在方括号里",
        w if w.contains("date") => "日期，例如 2026-03-31",
        w if w.contains("time") => "时刻，例如 08:30",
        w if w.contains("struct") || w.contains("map") => "一张表，写在花括号里或用表头",
        w if w.contains("enum") => "一个词",
        _ => "另一种写法",
    };
    Some((found, wanted))
}

/// Days and times are read by another library, whose words are not for users.
fn hint_for(text: &str, span: Span) -> String {
    let line =
        text.get(..span.range().start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    let time = ["opening", "closing"].iter().any(|key| line.contains(key));
    if time {
        "时刻写成 08:30 的样子。"
    } else {
        "日期写成 2026-03-31 的样子，要是真有的一天。"
    }
    .to_owned()
}

/// Where an error is: at most the first line of what the reader points at, within the text and on
/// boundaries of characters.
fn place(error: &toml::de::Error, text: &str) -> Span {
    let range = error.span().unwrap_or(0..0);
    let on_boundary =
        |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = on_boundary(range.start);
    let end = on_boundary(range.end.max(start));
    let line = text.get(start..end).and_then(|words| words.split('\n').next()).map_or(0, str::len);
    Span::new(start, start + line)
}
