//! `luoshi ledger`: registers in Excel, report forms, certifying lists.

use std::path::PathBuf;

use clap::Subcommand;

use super::entry::pair;
use super::{Acting, By};
use crate::args::{ARGUMENTS, OPTIONS};

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    #[command(
        about = "导出一本台账（xlsx 或 csv）；保密栏目显示为＊＊＊",
        override_usage = "luoshi ledger export <方案编号> <台账> -o <文件> --as <姓名> [选项]…"
    )]
    Export {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "台账", help = "台账的名称或代号", help_heading = ARGUMENTS)]
        register: String,
        #[arg(short, long = "out", value_name = "文件", help = "写入的 xlsx 或 csv 文件", help_heading = OPTIONS)]
        out: PathBuf,
        #[arg(long, value_name = "用途", help = "导出保密栏目的原值，写明用途；只含您有权查看的，并留下记录", help_heading = OPTIONS)]
        open: Option<String>,
        #[command(flatten)]
        by: By,
    },
    #[command(
        about = "导入台账表格，先试导入看每行结果",
        override_usage = "luoshi ledger import <方案编号> <台账> <表格> [--do] --as <姓名> [选项]…",
        after_help = "不加 --do 只试导入。表头对应的栏目会记住，下次不必再写。退出码：0 各行无误；1 有出错的行；2 读不了。"
    )]
    Import {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "台账", help = "台账的名称或代号", help_heading = ARGUMENTS)]
        register: String,
        #[arg(value_name = "表格", help = "xlsx、xls、csv、docx 等文件", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[arg(long = "do", help = "真正导入；出错的行不导入", help_heading = OPTIONS)]
        carry_out: bool,
        #[arg(long, value_name = "步骤", help = "有改动的行办理这一步", help_heading = OPTIONS)]
        step: Option<String>,
        #[arg(long = "map", value_name = "表头=栏目", value_parser = pair, help = "表头对应哪一栏，如 牵头股室=承办单位；不要的写 不导入。可重复", help_heading = OPTIONS)]
        map: Vec<(String, String)>,
        #[arg(long, value_name = "用途", help = "按保密栏目的原值比对，写明用途，并留下记录", help_heading = OPTIONS)]
        open: Option<String>,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "做一张报送表，发给不便上网的单位填写",
        override_usage = "luoshi ledger form <方案编号> (--entry <条目号> | --duty <报送任务> --unit <单位>) -o <文件.xlsx> [选项]…"
    )]
    Form {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(long, value_name = "条目号", help = "哪一个条目的", help_heading = OPTIONS)]
        entry: Option<i64>,
        #[arg(long, value_name = "报送任务", requires = "unit", conflicts_with = "entry", help = "哪一项报送的，写名称或代号", help_heading = OPTIONS)]
        duty: Option<String>,
        #[arg(long, value_name = "单位", help = "哪个单位的", help_heading = OPTIONS)]
        unit: Option<String>,
        #[arg(short, long = "out", value_name = "文件", help = "写入的 xlsx 文件", help_heading = OPTIONS)]
        out: PathBuf,
        #[command(flatten)]
        by: By,
    },
    #[command(
        about = "读回填好的报送表，按表上的内容办理；同一张表只办一次",
        override_usage = "luoshi ledger submit <报送表> --as <姓名> [选项]…"
    )]
    Submit {
        #[arg(value_name = "报送表", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[command(flatten)]
        by: By,
    },
    #[command(
        about = "导入认定名单：对上的认定，对不上的、重复的列出来",
        override_usage = "luoshi ledger certify <方案编号> <台账> <名单> [--do] --as <姓名> [选项]…",
        after_help = "不加 --do 只试导入。退出码：0 全部对上；1 有对不上或重复的；2 读不了。"
    )]
    Certify {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "台账", help = "台账的名称或代号", help_heading = ARGUMENTS)]
        register: String,
        #[arg(value_name = "名单", help = "认定单位给的 xlsx 或 csv 文件", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[arg(long = "do", help = "真正导入", help_heading = OPTIONS)]
        carry_out: bool,
        #[arg(long, value_name = "来源", default_value = "", hide_default_value = true, help = "名单的来源，不给则用台账写明的", help_heading = OPTIONS)]
        source: String,
        #[command(flatten)]
        acting: Acting,
    },
}
