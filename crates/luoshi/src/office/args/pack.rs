//! `luoshi pack`: what a kind of plan is made of.

use std::path::PathBuf;

use clap::Subcommand;

use super::DataArgs;
use crate::args::{ARGUMENTS, OPTIONS};

#[derive(Debug, Subcommand)]
pub(crate) enum Pack {
    #[command(
        about = "检查方案包并演算其中的例子；不给文件则检查内置的",
        override_usage = "luoshi pack check [文件或文件夹]…",
        after_help = "退出码：0 无误；1 有错误；2 文件读不了。"
    )]
    Check {
        #[arg(value_name = "文件", help = "方案包文件（*.toml）或文件夹", help_heading = ARGUMENTS)]
        files: Vec<PathBuf>,
    },
    #[command(about = "列出内置的方案包", override_usage = "luoshi pack list")]
    List,
    #[command(about = "输出一个内置方案包的全文，供修改", override_usage = "luoshi pack show <名称>")]
    Show {
        #[arg(value_name = "名称", help = "方案包的名称，如 task", help_heading = ARGUMENTS)]
        name: String,
    },
    #[command(about = "由编译好的方案起草方案包", override_usage = "luoshi pack new --from <方案> [选项]…")]
    New {
        #[arg(long, value_name = "方案", help = "方案文件", help_heading = OPTIONS)]
        from: PathBuf,
        #[arg(long, value_name = "名称", default_value = "new", hide_default_value = true, help = "方案包的名称，用英文小写字母", help_heading = OPTIONS)]
        name: String,
        #[arg(short, long = "out", value_name = "文件", help = "写入文件；不给则输出到屏幕", help_heading = OPTIONS)]
        out: Option<PathBuf>,
    },
    #[command(
        about = "发布方案包，供本单位各方案选用；执行中的方案仍用原版本",
        override_usage = "luoshi pack publish <文件> [选项]…"
    )]
    Publish {
        #[arg(value_name = "文件", help = "方案包文件（*.toml）", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[arg(long = "as", value_name = "姓名", help = "以哪一名系统管理员的身份；不给则为第一名", help_heading = OPTIONS)]
        person: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
}
