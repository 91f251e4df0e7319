//! `luoshi entry`: entries shown, added and worked on.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::{Acting, By, DataArgs};
use crate::args::{ARGUMENTS, OPTIONS, date};

#[derive(Debug, Subcommand)]
pub(crate) enum Entry {
    #[command(about = "列出条目，按时限先后", override_usage = "luoshi entry list [选项]…")]
    List {
        #[arg(long, value_name = "单位", help = "这一单位及其下级；不给则为最上级单位", help_heading = OPTIONS)]
        unit: Option<String>,
        #[arg(long, help = "只列逾期的", help_heading = OPTIONS)]
        overdue: bool,
        #[arg(long, value_name = "页", default_value_t = 1, hide_default_value = true, help = "第几页，每页25条", help_heading = OPTIONS)]
        page: i64,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "查看一个条目、它的经过和我能办的步骤",
        override_usage = "luoshi entry show <方案编号> <条目号> [选项]…"
    )]
    Show {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "条目号", help_heading = ARGUMENTS)]
        entry: i64,
        #[arg(long, value_name = "日期", value_parser = date, help = "看这一天结束时的情况", help_heading = OPTIONS)]
        as_of: Option<Date>,
        #[arg(long = "as", value_name = "姓名", help = "列出此人能办的步骤；对上报送的，列出下级报送汇总", help_heading = OPTIONS)]
        person: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "办理一步：签收、报送进展、办结、审核、销号……",
        override_usage = "luoshi entry do <方案编号> <条目号> <步骤> --as <姓名> [选项]…"
    )]
    Do {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "条目号", help_heading = ARGUMENTS)]
        entry: i64,
        #[arg(value_name = "步骤", help = "步骤的名称或代号，如 签收、acknowledge", help_heading = ARGUMENTS)]
        step: String,
        #[command(flatten)]
        body: BodyArgs,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "在台账中登记一个新条目",
        override_usage = "luoshi entry add <方案编号> <台账> --title <标题> --as <姓名> [选项]…"
    )]
    Add {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "台账", help = "台账的名称或代号", help_heading = ARGUMENTS)]
        register: String,
        #[command(flatten)]
        new: NewArgs,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "人工调整灯色，写明理由",
        override_usage = "luoshi entry light <方案编号> <条目号> <灯> --reason <理由> --as <姓名>"
    )]
    Light {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "条目号", help_heading = ARGUMENTS)]
        entry: i64,
        #[arg(value_name = "灯", help = "灯的名称，如 黄灯", help_heading = ARGUMENTS)]
        light: String,
        #[arg(long, value_name = "理由", help = "调整的理由", help_heading = OPTIONS)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "依法删除条目中的个人信息（安全管理员办理，不能恢复）",
        override_usage = "luoshi entry forget <方案编号> <条目号> --reason <依据> --as <姓名>",
        after_help = "保密栏目和加密的材料从此打不开，事件链仍可核验；标题和说明文字不在其内。\n已做的备份里还有当时的密钥：随后运行 luoshi key rotate 和 luoshi key retire，旧备份也就打不开。"
    )]
    Forget {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "条目号", help_heading = ARGUMENTS)]
        entry: i64,
        #[arg(long, value_name = "依据", help = "删除的依据：本人申请、保存期满或所依据的条款", help_heading = OPTIONS)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
    #[command(
        about = "查看台账栏目，保密栏目按权限显示，查看会留下记录",
        override_usage = "luoshi entry read <方案编号> <条目号> --purpose <用途> --as <姓名>"
    )]
    Read {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(value_name = "条目号", help_heading = ARGUMENTS)]
        entry: i64,
        #[arg(long, value_name = "用途", default_value = "", hide_default_value = true, help = "查看保密栏目的用途", help_heading = OPTIONS)]
        purpose: String,
        #[arg(long, value_name = "序号", help = "取出第几份佐证材料，须同时写明 -o", requires = "out", help_heading = OPTIONS)]
        file: Option<usize>,
        #[arg(short, long = "out", value_name = "文件", help = "材料写入的文件", help_heading = OPTIONS)]
        out: Option<PathBuf>,
        #[command(flatten)]
        by: By,
    },
}

#[derive(Args, Debug)]
pub(crate) struct NewArgs {
    #[arg(long, value_name = "标题", help = "条目的标题", help_heading = OPTIONS)]
    pub(crate) title: String,
    #[arg(long, value_name = "单位", help = "承办单位，不给则为本单位", help_heading = OPTIONS)]
    pub(crate) lead: Option<String>,
    #[arg(long, value_name = "单位", help = "配合单位，可重复", help_heading = OPTIONS)]
    pub(crate) support: Vec<String>,
    #[arg(long, value_name = "日期", value_parser = date, help = "时限", help_heading = OPTIONS)]
    pub(crate) due: Option<Date>,
    #[arg(long = "set", value_name = "栏目=内容", value_parser = pair, help = "填写台账栏目，可重复", help_heading = OPTIONS)]
    pub(crate) set: Vec<(String, String)>,
}

#[derive(Args, Debug)]
pub(crate) struct BodyArgs {
    #[arg(long, value_name = "说明", default_value = "", hide_default_value = true, help = "情况说明或理由", help_heading = OPTIONS)]
    pub(crate) note: String,
    #[arg(long, value_name = "文件", help = "佐证材料，可重复", help_heading = OPTIONS)]
    pub(crate) evidence: Vec<PathBuf>,
    #[arg(long, value_name = "序时,实际", value_parser = progress, help = "序时进度和实际进度，如 50,40", help_heading = OPTIONS)]
    pub(crate) progress: Option<(f64, f64)>,
    #[arg(long, value_name = "日期", value_parser = date, help = "拟延至或延至的日期", help_heading = OPTIONS)]
    pub(crate) due: Option<Date>,
    #[arg(long, value_name = "单位", help = "转给的单位", help_heading = OPTIONS)]
    pub(crate) unit: Option<String>,
    #[arg(long = "set", value_name = "栏目=内容", value_parser = pair, help = "填写台账栏目，可重复", help_heading = OPTIONS)]
    pub(crate) set: Vec<(String, String)>,
}

fn progress(words: &str) -> Result<(f64, f64), String> {
    let (planned, actual) = words.split_once([',', '，']).ok_or("应写成 序时,实际，如 50,40")?;
    let number =
        |words: &str| words.trim().trim_end_matches('%').parse().map_err(|_| "进度应是0到100的数".to_owned());
    Ok((number(planned)?, number(actual)?))
}

pub(super) fn pair(words: &str) -> Result<(String, String), String> {
    let (key, value) = words.split_once(['=', '＝']).ok_or("应写成 栏目=内容")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}
