//! What the command line takes. Help texts are Chinese; comments here are no help texts, so they
//! are no doc comments.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use luoshi_text::Level;

use crate::office::args::Office;
use crate::source::harmless;

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}\n";
pub(crate) const ARGUMENTS: &str = "参数";
pub(crate) const OPTIONS: &str = "选项";

#[derive(Debug, Parser)]
#[command(
    name = "luoshi",
    version,
    about = "落实：把实施方案编译成任务、单位、时限和指标，并检查其中的缺漏和矛盾",
    override_usage = "luoshi <命令> [选项]…",
    after_help = "例：\n  luoshi compile 方案.docx                 看任务表\n  luoshi compile 方案.docx --format xlsx -o 任务分解表.xlsx\n  luoshi check 方案.docx                   查缺漏和矛盾\n  luoshi compile --help                    看某个命令的用法",
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[arg(short = 'h', long, global = true, action = ArgAction::Help, help = "显示帮助", help_heading = OPTIONS, display_order = 900)]
    help: Option<bool>,
    #[arg(short = 'V', long, action = ArgAction::Version, help = "显示版本", help_heading = OPTIONS, display_order = 901)]
    version: Option<bool>,
    #[arg(
        long, global = true, value_enum, value_name = "时机", default_value_t = Colour::Auto,
        hide_default_value = true, hide_possible_values = true, display_order = 800,
        help = "是否用颜色：auto（终端上用，默认）、always（总是）、never（不用）", help_heading = OPTIONS
    )]
    pub(crate) color: Colour,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(
        about = "编译方案：列出任务、牵头和责任单位、时限、指标、报送和奖惩",
        override_usage = "luoshi compile <方案>… [选项]…"
    )]
    Compile(CompileArgs),
    #[command(
        about = "检查方案：指出缺漏、矛盾和笔误，附原文位置和修改建议",
        override_usage = "luoshi check <方案>… [选项]…",
        after_help = "退出码：0 没有达到失败级别的问题；1 有错误（加 --strict 时含警告）；2 文件读不了或用法不对。"
    )]
    Check(CheckArgs),
    #[command(about = "显示方案的层次结构", override_usage = "luoshi outline <方案>… [选项]…")]
    Outline(OutlineArgs),
    #[command(
        about = "解释一段话中的时间说法",
        override_usage = "luoshi when <文字> --on <日期>",
        after_help = "例：luoshi when \"每季度末月25日前报送，6月底前完成\" --on 2026-03-09"
    )]
    When(WhenArgs),
    #[command(
        about = "说明一项检查：查什么、为什么、举例、怎么改；不给名称则列出全部",
        override_usage = "luoshi explain [检查名称]"
    )]
    Explain {
        #[arg(value_name = "检查名称", help = "检查的名称，如 task-without-unit", help_heading = ARGUMENTS)]
        name: Option<String>,
    },
    #[command(flatten)]
    Office(Office),
    #[command(about = "输出命令行补全脚本", override_usage = "luoshi completions <SHELL>")]
    Completions {
        #[arg(value_enum, value_name = "SHELL", hide_possible_values = true, help = "bash、zsh、fish、powershell 或 elvish", help_heading = ARGUMENTS)]
        shell: clap_complete::Shell,
    },
    #[command(about = "输出手册页（man）", override_usage = "luoshi man [-o <文件夹>]")]
    Man {
        #[arg(short, long = "out", value_name = "文件夹", help = "把总手册和各命令的手册写入文件夹；不给则输出总手册", help_heading = OPTIONS)]
        out: Option<PathBuf>,
    },
    #[command(about = "输出 --format json 的格式说明（JSON Schema）", override_usage = "luoshi schema")]
    Schema,
}

#[derive(Args, Debug)]
pub(crate) struct InputArgs {
    #[arg(required = true, value_name = "方案", help = "文件或文件夹，可给多个；- 为标准输入。可读 docx doc wps pdf ofd odt html xlsx txt md", help_heading = ARGUMENTS)]
    pub(crate) files: Vec<PathBuf>,
    #[arg(long, value_name = "文件", help = "单独成文件的附件，与方案一并读取，可重复", help_heading = OPTIONS)]
    pub(crate) annex: Vec<PathBuf>,
    #[arg(long, value_name = "日期", value_parser = date, help = "印发日期，如 2026-03-09；不给则用文稿上的日期，再没有则用今天", help_heading = OPTIONS)]
    pub(crate) issued: Option<Date>,
    #[arg(long, value_name = "文件", help = "当地的节假日和学期起止（JSON），可重复；不给则用国家放假安排和通常的学期", help_heading = OPTIONS)]
    pub(crate) calendar: Vec<PathBuf>,
    #[arg(long, value_name = "文件", help = "单位名录（CSV 或 XLSX，列名：名称、简称、上级、类别）", help_heading = OPTIONS)]
    pub(crate) units: Option<PathBuf>,
    #[arg(long, value_name = "MB", default_value_t = 64, hide_default_value = true, value_parser = clap::value_parser!(u64).range(1..=1024), help = "单个文件的大小上限，默认 64 MB", help_heading = OPTIONS)]
    pub(crate) max_size: u64,
    #[arg(long, value_name = "列数", value_parser = clap::value_parser!(u16).range(20..=1000), help = "按多少列排版；不给则按终端宽度", help_heading = OPTIONS)]
    pub(crate) width: Option<u16>,
    #[arg(short, long = "out", value_name = "文件", help = "写入文件；给已有的文件夹则每个方案写一个文件", help_heading = OPTIONS)]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct CompileArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[arg(
        long, value_enum, value_name = "格式", hide_possible_values = true,
        help = "不给则看 -o 的文件后缀：table（默认，给人看）、json（多个文件时每个文件一行，即 JSON Lines）、facts（逐行 JSON）、xlsx、ics（日历）、md、html、csv", help_heading = OPTIONS
    )]
    format: Option<Format>,
    #[arg(long, help = "在 json、xlsx、html、md 中附上检查结果", help_heading = OPTIONS)]
    pub(crate) check: bool,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[arg(
        long, value_enum, value_name = "格式", hide_possible_values = true,
        help = "不给则看 -o 的文件后缀：text（默认，给人看）、json（多个文件时每个文件一行，即 JSON Lines）、sarif、html", help_heading = OPTIONS
    )]
    format: Option<Shape>,
    #[arg(long, value_name = "名称=理由", value_parser = off, help = "关闭一项检查并写明理由，可重复", help_heading = OPTIONS)]
    pub(crate) off: Vec<(String, String)>,
    #[arg(
        long, value_enum, value_name = "级别", default_value_t = LevelArg::Hint,
        hide_default_value = true, hide_possible_values = true,
        help = "只显示此级别及以上：hint（提示，默认）、warning（警告）、error（错误）", help_heading = OPTIONS
    )]
    pub(crate) level: LevelArg,
    #[arg(long, help = "有警告也算不通过", help_heading = OPTIONS)]
    pub(crate) strict: bool,
}

#[derive(Args, Debug)]
pub(crate) struct OutlineArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

#[derive(Args, Debug)]
pub(crate) struct WhenArgs {
    #[arg(value_name = "文字", help = "含有时间说法的文字；- 为标准输入", help_heading = ARGUMENTS)]
    pub(crate) text: String,
    #[arg(long, value_name = "日期", value_parser = date, help = "从哪一天起算，如 2026-03-09；不给则用今天", help_heading = OPTIONS)]
    pub(crate) on: Option<Date>,
    #[arg(long, value_name = "文件", help = "当地的学期起止（JSON），可重复；不给则用通常的学期", help_heading = OPTIONS)]
    pub(crate) calendar: Vec<PathBuf>,
    #[arg(long, help = "输出 JSON", help_heading = OPTIONS)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Facts,
    Xlsx,
    Ics,
    Md,
    Html,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    Text,
    Json,
    Sarif,
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelArg {
    Hint,
    Warning,
    Error,
}

impl CompileArgs {
    /// The form asked for, else what the ending of the output says.
    pub(crate) fn format(&self) -> Format {
        self.format.or_else(|| named_by_ending(self.input.out.as_deref()?)).unwrap_or(Format::Table)
    }

    /// Refuses an ending that says a form we do not write.
    pub(crate) fn ending(&self) -> Result<()> {
        if self.format.is_some() { Ok(()) } else { known_ending::<Format>(self.input.out.as_deref()) }
    }
}

impl CheckArgs {
    /// The form asked for, else what the ending of the output says.
    pub(crate) fn format(&self) -> Shape {
        self.format.or_else(|| named_by_ending(self.input.out.as_deref()?)).unwrap_or(Shape::Text)
    }

    /// Refuses an ending that says a form we do not write.
    pub(crate) fn ending(&self) -> Result<()> {
        if self.format.is_some() { Ok(()) } else { known_ending::<Shape>(self.input.out.as_deref()) }
    }
}

/// The form whose name is the ending of a file: a table for people in a `.xlsx` helps nobody.
fn named_by_ending<F: ValueEnum>(out: &Path) -> Option<F> {
    F::from_str(out.extension()?.to_str()?, true).ok()
}

/// Words for people in a file that ends in `.pdf` help nobody either; without an ending they go anywhere.
fn known_ending<F: ValueEnum>(out: Option<&Path>) -> Result<()> {
    let Some(out) = out.filter(|out| !out.is_dir()) else { return Ok(()) };
    let Some(ending) = out.extension().map(|ending| ending.to_string_lossy().into_owned()) else {
        return Ok(());
    };
    if ending.eq_ignore_ascii_case("txt") || named_by_ending::<F>(out).is_some() {
        return Ok(());
    }
    let names: Vec<String> = F::value_variants()
        .iter()
        .filter_map(|form| Some(form.to_possible_value()?.get_name().to_owned()))
        .collect();
    bail!(
        "不会写后缀为 .{} 的文件：请换一个后缀，或用 --format 指定格式（{}）。",
        harmless(&ending),
        names.join("、")
    )
}

impl From<LevelArg> for Level {
    fn from(level: LevelArg) -> Self {
        match level {
            LevelArg::Hint => Self::Hint,
            LevelArg::Warning => Self::Warning,
            LevelArg::Error => Self::Error,
        }
    }
}

// The command with the Chinese template on every subcommand.
pub(crate) fn command() -> clap::Command {
    chinese(Cli::command(), "luoshi")
}

fn chinese(command: clap::Command, path: &str) -> clap::Command {
    let group = command.has_subcommands() && path != "luoshi";
    let command = command.help_template(TEMPLATE).mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        chinese(sub.disable_help_subcommand(true), &path)
    });
    if group { command.override_usage(format!("{path} <命令> [选项]…")) } else { command }
}

pub(crate) fn date(words: &str) -> std::result::Result<Date, String> {
    let iso = words.trim().replace(['/', '.', '年', '月'], "-").replace('日', "");
    let parts: Vec<i32> = iso.split('-').map_while(|p| p.parse().ok()).collect();
    match parts[..] {
        [y @ 1900..=2200, m @ 1..=12, d @ 1..=31] => {
            Date::new(y as i16, m as i8, d as i8).map_err(|_| "没有这一天".to_owned())
        }
        [_, 1..=12, 1..=31] => Err("年份应在1900到2200之间".to_owned()),
        _ => Err("日期应写成 2026-03-09 的样子".to_owned()),
    }
}

fn off(words: &str) -> std::result::Result<(String, String), String> {
    match words.split_once(['=', '＝']) {
        Some((name, reason)) if !name.trim().is_empty() && !reason.trim().is_empty() => {
            Ok((name.trim().to_owned(), reason.trim().to_owned()))
        }
        _ => Err("应写成 检查名称=理由，关闭检查须写明理由".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for words in ["2026-03-09", "2026-3-9", "2026年3月9日", "2026/3/9", "2026.3.9"] {
            assert_eq!(date(words), Ok(jiff::civil::date(2026, 3, 9)), "{words}");
        }
        assert!(date("9999-12-31").is_err_and(|told| told.contains("1900到2200")));
        for words in ["2026-02-30", "2026-13-01", "昨天", "2026-03", "20260309", "2026-03-09-01"] {
            assert!(date(words).is_err(), "{words}");
        }
    }

    #[test]
    fn a_check_is_turned_off_only_with_a_reason() {
        assert_eq!(off("a-b=旧例"), Ok(("a-b".to_owned(), "旧例".to_owned())));
        assert!(off("a-b").is_err() && off("a-b=").is_err() && off("=理由").is_err());
    }
}
