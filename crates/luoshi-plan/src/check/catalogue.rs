//! The Chinese catalogue of checks, made from the checks themselves.

use std::fmt::Write as _;

use luoshi_text::Level;

use super::{CHECKS, Check};

/// The whole catalogue as Markdown (`docs/checks.md`).
pub fn catalogue() -> String {
    let mut out = String::from(HEAD);
    let _ = writeln!(out, "| 名称 | 级别 | 查什么 |\n| --- | --- | --- |");
    for check in CHECKS {
        let _ = writeln!(out, "| [{0}](#{0}) | {1} | {2} |", check.name, level(check.level), check.title);
    }
    for check in CHECKS {
        let _ = write!(out, "\n{}", page(check));
    }
    out
}

/// The page of one check as Markdown; `luoshi explain` shows it.
pub fn page(check: &Check) -> String {
    let mut out = format!("## {}\n\n**{}**（{}）\n\n", check.name, check.title, level(check.level));
    let _ = writeln!(out, "是什么：{}\n", check.what);
    let _ = writeln!(out, "为什么：{}\n", check.why);
    let _ = writeln!(out, "怎么改：{}\n", check.fix);
    let _ = writeln!(out, "会报的写法（⟦⟧内为报出的位置）：\n");
    examples(&mut out, check.faults);
    let _ = writeln!(out, "\n不报的写法：\n");
    examples(&mut out, check.near);
    out
}

fn examples(out: &mut String, texts: &[&str]) {
    for text in texts {
        let _ = writeln!(out, "```text");
        for line in text.lines().filter(|l| !l.trim().is_empty()) {
            let line = line.trim();
            let line = match line.split_once(' ') {
                Some(("@issued", day)) => format!("（印发日期：{day}）"),
                Some(("@today", day)) => format!("（检查日期：{day}）"),
                _ => line.to_owned(),
            };
            let _ = writeln!(out, "{line}");
        }
        let _ = writeln!(out, "```");
    }
}

/// The level in Chinese.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "错误",
        Level::Warning => "警告",
        Level::Hint => "提示",
    }
}

const HEAD: &str = "\
# 检查目录

`luoshi check` 逐条检查实施方案。本页由各项检查自己的说明和样例生成，样例同时是测试，请勿手工修改。

级别分三等：**错误**，照此文字无法执行；**警告**，执行中很可能出问题；**提示**，值得再看一眼。

## 关闭一项检查

在文件里单独写一行，写明名称和理由，只对本文件有效：

```text
落实检查：关闭 deadline-on-rest-day（理由：值班单位周末照常办公）
```

几项一起关，名称之间用顿号隔开。没有理由的关闭不起作用，并作为 `suppression-without-reason` 报出；\
名称不在本目录内的，作为 `suppression-unknown` 报出。

## 一览

";
