//! `luoshi plan`: plans drafted, decided on, issued, amended, closed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::{Date, DateTime};

use super::{Acting, DataArgs};
use crate::args::{ARGUMENTS, OPTIONS, date};

#[derive(Debug, Subcommand)]
pub(crate) enum Plan {
    #[command(
        about = "读入方案并编译成草稿，逐项等人确认",
        override_usage = "luoshi plan draft <方案> --as <姓名> [选项]…"
    )]
    Draft {
        #[arg(value_name = "方案", help = "方案文件：docx doc wps pdf ofd odt txt md；网页请另存为 PDF", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[arg(long, value_name = "日期", value_parser = date, help = "印发日期；不给则用文稿上的日期", help_heading = OPTIONS)]
        issued: Option<Date>,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(about = "列出方案", override_usage = "luoshi plan list [选项]…")]
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(about = "查看草稿的各项和确认情况", override_usage = "luoshi plan show <方案编号> [选项]…")]
    Show {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "确认、改正或删去草稿中的一项",
        override_usage = "luoshi plan decide <方案编号> [项]… --as <姓名> [选项]…"
    )]
    Decide {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "项", help = "项的编号；不给则为所有未确认的项", help_heading = ARGUMENTS)]
        items: Vec<i64>,
        #[arg(long, value_name = "理由", help = "删去这些项，写明理由", help_heading = OPTIONS)]
        drop: Option<String>,
        #[arg(long, value_name = "单位", help = "改由这些单位承办（可重复），须同时写明 --reason", help_heading = OPTIONS)]
        lead: Vec<String>,
        #[arg(long, value_name = "理由", default_value = "", hide_default_value = true, help = "改动的理由", help_heading = OPTIONS)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "印发方案：任务分到各单位，报送任务开始计期",
        override_usage = "luoshi plan issue <方案编号> --number <文号> --approver <姓名> --as <姓名> [选项]…"
    )]
    Issue {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(long, value_name = "文号", help = "发文字号或编号", help_heading = OPTIONS)]
        number: String,
        #[arg(long, value_name = "姓名", help = "批准印发的领导", help_heading = OPTIONS)]
        approver: String,
        #[arg(long, value_name = "名称", default_value = "task", hide_default_value = true, help = "方案包，默认 task", help_heading = OPTIONS)]
        pack: String,
        #[arg(long, value_name = "日期", value_parser = date, help = "方案执行到哪一天", help_heading = OPTIONS)]
        end: Option<Date>,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "有了事由，开出按事由报送的报告",
        override_usage = "luoshi plan call <方案编号> <报送任务> <事由> --as <姓名> [选项]…"
    )]
    Call {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "报送任务", help = "报送任务的名称", help_heading = ARGUMENTS)]
        duty: String,
        #[arg(value_name = "事由", help = "发生了什么，一句话", help_heading = ARGUMENTS)]
        what: String,
        #[command(flatten)]
        call: CallArgs,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "归档执行完的方案，或撤销草稿",
        override_usage = "luoshi plan close <方案编号> --reason <理由> --as <姓名>"
    )]
    Close {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(long, value_name = "理由", help = "归档或撤销的理由", help_heading = OPTIONS)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "修订执行中的方案：新文稿与现行各项逐一对照，逐处采纳或维持原状",
        override_usage = "luoshi plan amend <方案编号> <新文稿> [--dry-run] --as <姓名> [选项]…",
        after_help = "先用 --dry-run 看对照表；变动都有决定后才修订。"
    )]
    Amend {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "新文稿", help = "方案文件：docx doc wps pdf ofd odt txt md；网页请另存为 PDF", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[arg(long, help = "只看对照表，不修订", help_heading = OPTIONS)]
        dry_run: bool,
        #[arg(long, value_name = "日期", value_parser = date, help = "新文稿的印发日期；不给则用文稿上的日期", help_heading = OPTIONS)]
        issued: Option<Date>,
        #[command(flatten)]
        words: WordArgs,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "执行中的方案换用同一方案包的另一版本",
        override_usage = "luoshi plan move <方案编号> --version <版本> --reason <理由> --as <姓名>"
    )]
    Move {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(long, value_name = "版本", help = "方案包的版本号", help_heading = OPTIONS)]
        version: u32,
        #[arg(long, value_name = "理由", help = "换用的理由", help_heading = OPTIONS)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
}

#[derive(Args, Debug)]
pub(crate) struct CallArgs {
    #[arg(long, value_name = "时间", help = "发生的时间，如 2026-09-03T08:30；不给则为现在", help_heading = OPTIONS)]
    pub(crate) at: Option<DateTime>,
    #[arg(long, value_name = "单位", help = "由哪个单位报（可重复）；不给则为应报的各单位", help_heading = OPTIONS)]
    pub(crate) unit: Vec<String>,
    #[arg(long, value_name = "日期", value_parser = date, help = "报送时限；方案没有写明多久之内报的必填", help_heading = OPTIONS)]
    pub(crate) due: Option<Date>,
}

#[derive(Args, Debug)]
pub(crate) struct WordArgs {
    #[arg(long, value_name = "序号", value_delimiter = ',', help = "采纳这几处变动，如 1,3", help_heading = OPTIONS)]
    pub(crate) accept: Vec<usize>,
    #[arg(long, help = "采纳没有另作决定的全部变动", help_heading = OPTIONS)]
    pub(crate) accept_rest: bool,
    #[arg(long, value_name = "序号=理由", value_parser = numbered, help = "这一处维持原状，可重复", help_heading = OPTIONS)]
    pub(crate) keep: Vec<(usize, String)>,
    #[arg(long, value_name = "序号=单位", value_parser = numbered, help = "采纳这一处，并改由这个单位承办，可重复", help_heading = OPTIONS)]
    pub(crate) lead: Vec<(usize, String)>,
    #[arg(long, value_name = "理由", default_value = "", hide_default_value = true, help = "修订的依据", help_heading = OPTIONS)]
    pub(crate) reason: String,
}

fn numbered(words: &str) -> Result<(usize, String), String> {
    let (no, rest) = super::entry::pair(words).map_err(|_| String::from("应写成 序号=内容"))?;
    Ok((no.parse().map_err(|_| String::from("等号前应是对照表上的序号"))?, rest))
}
