//! `luoshi org`: the organisation.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{Acting, DataArgs};
use crate::args::{ARGUMENTS, OPTIONS, date};

#[derive(Debug, Subcommand)]
pub(crate) enum Org {
    #[command(
        about = "启用系统：登记本单位和三名管理员",
        override_usage = "luoshi org found <单位名称> --system <姓名> --security <姓名> --audit <姓名>"
    )]
    Found {
        #[arg(value_name = "单位名称", help = "最上级单位的全称，如 河源县人民政府", help_heading = ARGUMENTS)]
        name: String,
        #[arg(long, value_name = "类别", default_value = "county", hide_default_value = true, help = "单位类别：county 县（默认）、township 乡镇、department 部门、school 学校", help_heading = OPTIONS)]
        kind: String,
        #[arg(long, value_name = "姓名", help = "系统管理员", help_heading = OPTIONS)]
        system: String,
        #[arg(long, value_name = "姓名", help = "安全管理员", help_heading = OPTIONS)]
        security: String,
        #[arg(long, value_name = "姓名", help = "审计管理员", help_heading = OPTIONS)]
        audit: String,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "导入单位和人员名单（xlsx 或 csv），先试导入看每行结果",
        override_usage = "luoshi org import <名单> [--do] [选项]…",
        after_help = "不加 --do 只试导入。列名：编码、名称、简称、上级、类别；姓名、手机、单位、职务、角色。"
    )]
    Import {
        #[arg(value_name = "名单", help = "xlsx 或 csv 文件", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[arg(long = "do", help = "真正导入；单位和人员以系统管理员、角色以安全管理员的身份", help_heading = OPTIONS)]
        carry_out: bool,
        #[arg(long = "as", value_name = "姓名", help = "以哪一名系统管理员的身份；不给则为第一名", help_heading = OPTIONS)]
        system: Option<String>,
        #[arg(long, value_name = "姓名", help = "角色以哪一名安全管理员的身份；不给则为第一名", help_heading = OPTIONS)]
        security: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(about = "导出单位和人员名单", override_usage = "luoshi org export -o <文件.xlsx> [选项]…")]
    Export {
        #[arg(short, long = "out", value_name = "文件", help = "写入的 xlsx 文件", help_heading = OPTIONS)]
        out: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(about = "列出单位和岗位", override_usage = "luoshi org list [选项]…")]
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "委托代理：某人在一段时间内代行某岗位",
        override_usage = "luoshi org delegate <岗位> --to <姓名> --until <日期> --reason <理由> --as <姓名>"
    )]
    Delegate {
        #[arg(value_name = "岗位", help = "姓名，有多个岗位的写“姓名@单位/职务”", help_heading = ARGUMENTS)]
        post: String,
        #[arg(long, value_name = "姓名", help = "由谁代行", help_heading = OPTIONS)]
        to: String,
        #[arg(long, value_name = "日期", value_parser = date, help = "从哪一天起，不给则为今天", help_heading = OPTIONS)]
        from: Option<Date>,
        #[arg(long, value_name = "日期", value_parser = date, help = "到哪一天止", help_heading = OPTIONS)]
        until: Date,
        #[arg(long, value_name = "理由", help = "委托的理由", help_heading = OPTIONS)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "提前结束代理",
        override_usage = "luoshi org undelegate <岗位> --to <姓名> --as <姓名> [选项]…"
    )]
    Undelegate {
        #[arg(value_name = "岗位", help = "姓名，有多个岗位的写“姓名@单位/职务”", help_heading = ARGUMENTS)]
        post: String,
        #[arg(long, value_name = "姓名", help = "代行的人", help_heading = OPTIONS)]
        to: String,
        #[arg(long, value_name = "日期", value_parser = date, help = "代理的最后一天，不给则为今天", help_heading = OPTIONS)]
        last: Option<Date>,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "安排领导分工：分管的单位和领域，取代原来的分工",
        override_usage = "luoshi org divide <岗位> [--unit <单位>]… [--field <领域>]… [选项]…"
    )]
    Divide {
        #[arg(value_name = "岗位", help = "姓名，有多个岗位的写“姓名@单位/职务”", help_heading = ARGUMENTS)]
        post: String,
        #[arg(long, value_name = "单位", help = "分管的单位，可重复", help_heading = OPTIONS)]
        unit: Vec<String>,
        #[arg(long, value_name = "领域", help = "分管的工作，可重复", help_heading = OPTIONS)]
        field: Vec<String>,
        #[arg(long = "as", value_name = "姓名", help = "以哪一名系统管理员的身份；不给则为第一名", help_heading = OPTIONS)]
        person: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "把某一天设为工作日或休息日，或恢复按国家放假安排计算",
        override_usage = "luoshi org workday <日期> work|rest|clear --reason <依据> [选项]…"
    )]
    Workday {
        #[arg(value_name = "日期", value_parser = date, help_heading = ARGUMENTS)]
        day: Date,
        #[arg(value_enum, value_name = "设为", hide_possible_values = true, help = "work 工作日、rest 休息日、clear 恢复", help_heading = ARGUMENTS)]
        to: Day,
        #[arg(long, value_name = "依据", help = "通知名称或文号", help_heading = OPTIONS)]
        reason: String,
        #[arg(long = "as", value_name = "姓名", help = "以哪一名系统管理员的身份；不给则为第一名", help_heading = OPTIONS)]
        person: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "查看或设置管理岗位可用的网络地址；进不来时在这里清除",
        override_usage = "luoshi org addresses [网段]… [--clear] [选项]…"
    )]
    Addresses {
        #[arg(value_name = "网段", help = "如 10.1.2.3、10.1.0.0/16、2001:db8::/32；不给则只查看", help_heading = ARGUMENTS)]
        networks: Vec<String>,
        #[arg(long, conflicts_with = "networks", help = "不再限定", help_heading = OPTIONS)]
        clear: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "查看或设置管理岗位是否须用动态口令；都丢了、进不来时在这里取消",
        override_usage = "luoshi org second-factor [on|off] [选项]…"
    )]
    SecondFactor {
        #[arg(value_name = "要求", value_enum, hide_possible_values = true, help = "on 须用，off 不须；不给则只查看", help_heading = ARGUMENTS)]
        required: Option<Switch>,
        #[command(flatten)]
        data: DataArgs,
    },
}

// Whether something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

// What becomes of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Day {
    Work,
    Rest,
    Clear,
}
