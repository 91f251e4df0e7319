//! What the commands of a running office take. Help texts are Chinese; comments here are no help
//! texts, so they are no doc comments.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::args::{ARGUMENTS, OPTIONS, date};

#[derive(Debug, Subcommand)]
pub(crate) enum Office {
    #[command(
        subcommand,
        about = "方案包：检查、列出、查看、由方案起草",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Pack(Pack),
    #[command(
        subcommand,
        about = "机构名录：启用、导入、导出、查看",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Org(Org),
    #[command(
        subcommand,
        about = "账号：开通、重置、停用、解锁、查看",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    User(User),
    #[command(
        subcommand,
        about = "方案：起草、确认、印发、归档",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Plan(Plan),
    #[command(
        subcommand,
        about = "台账条目：查看、办理",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Entry(Entry),
    #[command(about = "我的待办", override_usage = "luoshi desk --as <姓名> [选项]…")]
    Desk {
        #[command(flatten)]
        data: DataArgs,
        #[command(flatten)]
        hand: HandArgs,
    },
    #[command(about = "办理到期事项：开报送、变灯、提醒、汇总", override_usage = "luoshi tick [选项]…")]
    Tick {
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "核验：事件链、数据表、附件和锚点；也可核验归档包",
        override_usage = "luoshi verify [归档包.zip] [选项]…",
        after_help = "退出码：0 无误；1 有问题；2 打不开。"
    )]
    Verify {
        #[arg(value_name = "归档包", help = "归档包文件；不给则核验数据目录", help_heading = ARGUMENTS)]
        file: Option<PathBuf>,
        #[command(flatten)]
        data: DataArgs,
        #[arg(long, value_name = "文件", help = "锚点文件，用来发现改写和截尾", help_heading = OPTIONS)]
        anchors: Option<PathBuf>,
    },
    #[command(about = "由事件重建全部数据表", override_usage = "luoshi rebuild [选项]…")]
    Rebuild {
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "把各链的链头追加到另处保存的锚点文件",
        override_usage = "luoshi anchor <文件> [选项]…"
    )]
    Anchor {
        #[arg(value_name = "文件", help = "锚点文件，应放在另一台机器或移动介质上", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "把一个方案归档成压缩包：不装本软件也能看，随时可核验",
        override_usage = "luoshi archive <方案编号> -o <文件.zip> --as <姓名> [选项]…"
    )]
    Archive {
        #[arg(value_name = "方案编号", help_heading = ARGUMENTS)]
        plan: i64,
        #[arg(short, long = "out", value_name = "文件", help = "写入的压缩包", help_heading = OPTIONS)]
        out: PathBuf,
        #[command(flatten)]
        hand: HandArgs,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "备份数据和附件（运行中也可以），不含主密钥",
        override_usage = "luoshi backup -o <文件夹> [选项]…"
    )]
    Backup {
        #[arg(short, long = "out", value_name = "文件夹", help = "写入的文件夹；附件只补缺的", help_heading = OPTIONS)]
        out: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(about = "由备份恢复到空的数据目录或数据库", override_usage = "luoshi restore <文件夹> [选项]…")]
    Restore {
        #[arg(value_name = "文件夹", help = "备份的文件夹", help_heading = ARGUMENTS)]
        from: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "模拟一个县的运行，用于演示和测试；同一种子结果相同",
        override_usage = "luoshi simulate --data <空文件夹> [选项]…"
    )]
    Simulate {
        #[arg(long, value_name = "数", default_value_t = 1, help = "种子，默认1", hide_default_value = true, help_heading = OPTIONS)]
        seed: u64,
        #[arg(long, value_name = "数", default_value_t = 3, help = "乡镇数，默认3", hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=100), help_heading = OPTIONS)]
        towns: u32,
        #[arg(long, value_name = "数", default_value_t = 4, help = "每个乡镇的村数，默认4", hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=100), help_heading = OPTIONS)]
        villages: u32,
        #[arg(long, value_name = "数", default_value_t = 8, help = "方案数，默认8", hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = OPTIONS)]
        plans: u32,
        #[arg(long, value_name = "天数", default_value_t = 60, help = "运行多少天，默认60", hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=3660), help_heading = OPTIONS)]
        days: u32,
        #[arg(long, value_name = "日期", value_parser = date, default_value = "2026-03-02", help = "从哪一天开始，默认 2026-03-02", hide_default_value = true, help_heading = OPTIONS)]
        start: Date,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(about = "启动网站：供电脑和手机使用", override_usage = "luoshi serve [选项]…")]
    Serve {
        #[arg(long, value_name = "地址", default_value = "127.0.0.1:8380", help = "监听的地址和端口，默认 127.0.0.1:8380", hide_default_value = true, help_heading = OPTIONS)]
        listen: SocketAddr,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "演示：在临时文件夹里模拟一个县并启动网站，停止后不留数据",
        override_usage = "luoshi demo [选项]…"
    )]
    Demo {
        #[arg(long, value_name = "地址", default_value = "127.0.0.1:8380", help = "监听的地址和端口，默认 127.0.0.1:8380", hide_default_value = true, help_heading = OPTIONS)]
        listen: SocketAddr,
        #[arg(long, value_name = "数", default_value_t = 1, help = "种子，默认1", hide_default_value = true, help_heading = OPTIONS)]
        seed: u64,
        #[arg(long, value_name = "数", default_value_t = 3, help = "乡镇数，默认3", hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=100), help_heading = OPTIONS)]
        towns: u32,
        #[arg(long, value_name = "数", default_value_t = 3, help = "每个乡镇的村数，默认3", hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=100), help_heading = OPTIONS)]
        villages: u32,
        #[arg(long, value_name = "数", default_value_t = 8, help = "方案数，默认8", hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = OPTIONS)]
        plans: u32,
        #[arg(long, value_name = "天数", default_value_t = 60, help = "模拟到昨天为止的多少天，默认60", hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=3660), help_heading = OPTIONS)]
        days: u32,
    },
    #[command(
        subcommand,
        about = "个人信息的主密钥：生成、更换",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Key(Key),
}

#[derive(Args, Debug)]
pub(crate) struct DataArgs {
    #[arg(long, value_name = "文件夹", default_value = "luoshi-data", hide_default_value = true, help = "数据目录，默认 luoshi-data", help_heading = OPTIONS)]
    pub(crate) data: PathBuf,
    #[arg(long, value_name = "地址", help = "PostgreSQL 数据库地址，如 postgres://用户@主机/库；附件和密钥仍在数据目录", help_heading = OPTIONS)]
    pub(crate) database: Option<String>,
    #[arg(long, value_name = "文件夹", help = "本单位的方案包文件夹（*.toml）", help_heading = OPTIONS)]
    pub(crate) packs: Option<PathBuf>,
    #[arg(long, value_name = "文件", help = "主密钥文件，默认为数据目录下的 master.key；宜另处保存", help_heading = OPTIONS)]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct HandArgs {
    #[arg(long = "as", value_name = "姓名", help = "以谁的身份办理：姓名，同名的写“姓名@单位”", help_heading = OPTIONS)]
    pub(crate) person: String,
}

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
}

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
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    #[command(about = "开通账号，给出一次性代码", override_usage = "luoshi user open <人员> [选项]…")]
    Open {
        #[arg(value_name = "人员", help = "姓名或登录名，同名的写“姓名@单位”", help_heading = ARGUMENTS)]
        person: String,
        #[arg(long, value_name = "登录名", help = "登录名；不给则用手机号，没有手机号的用姓名", help_heading = OPTIONS)]
        login: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "重置账号：密码、动态口令、登录和令牌作废，给出新的一次性代码",
        override_usage = "luoshi user reset <人员> [选项]…"
    )]
    Reset {
        #[arg(value_name = "人员", help = "姓名或登录名，同名的写“姓名@单位”", help_heading = ARGUMENTS)]
        person: String,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(about = "停用账号", override_usage = "luoshi user close <人员> [选项]…")]
    Close {
        #[arg(value_name = "人员", help = "姓名或登录名，同名的写“姓名@单位”", help_heading = ARGUMENTS)]
        person: String,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(about = "解除因密码错误造成的锁定", override_usage = "luoshi user unlock <人员> [选项]…")]
    Unlock {
        #[arg(value_name = "人员", help = "姓名或登录名，同名的写“姓名@单位”", help_heading = ARGUMENTS)]
        person: String,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(about = "列出账号", override_usage = "luoshi user list [选项]…")]
    List {
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Plan {
    #[command(
        about = "读入方案并编译成草稿，逐项等人确认",
        override_usage = "luoshi plan draft <方案> --as <姓名> [选项]…"
    )]
    Draft {
        #[arg(value_name = "方案", help = "方案文件：docx doc wps pdf ofd odt html txt md", help_heading = ARGUMENTS)]
        file: PathBuf,
        #[arg(long, value_name = "日期", value_parser = date, help = "印发日期；不给则用文稿上的日期", help_heading = OPTIONS)]
        issued: Option<Date>,
        #[command(flatten)]
        hand: HandArgs,
        #[command(flatten)]
        data: DataArgs,
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
        hand: HandArgs,
        #[command(flatten)]
        data: DataArgs,
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
        hand: HandArgs,
        #[command(flatten)]
        data: DataArgs,
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
        hand: HandArgs,
        #[command(flatten)]
        data: DataArgs,
    },
}

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
        #[arg(long = "as", value_name = "姓名", help = "列出此人能办的步骤", help_heading = OPTIONS)]
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
        hand: HandArgs,
        #[command(flatten)]
        data: DataArgs,
    },
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
    #[arg(long, value_name = "编号", help = "操作编号：同一编号重复提交只办一次", help_heading = OPTIONS)]
    pub(crate) once: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    #[command(about = "生成主密钥文件", override_usage = "luoshi key new [选项]…")]
    New {
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "更换主密钥：新数据用新密钥，旧密钥仍可打开旧数据",
        override_usage = "luoshi key rotate [选项]…"
    )]
    Rotate {
        #[command(flatten)]
        data: DataArgs,
    },
}

fn progress(words: &str) -> Result<(f64, f64), String> {
    let (planned, actual) = words.split_once([',', '，']).ok_or("应写成 序时,实际，如 50,40")?;
    let number =
        |words: &str| words.trim().trim_end_matches('%').parse().map_err(|_| "进度应是0到100的数".to_owned());
    Ok((number(planned)?, number(actual)?))
}

fn pair(words: &str) -> Result<(String, String), String> {
    let (key, value) = words.split_once(['=', '＝']).ok_or("应写成 栏目=内容")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}
