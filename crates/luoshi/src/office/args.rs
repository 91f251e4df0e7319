//! What the commands of a running office take. Help texts are Chinese; comments here are no help
//! texts, so they are no doc comments.

mod entry;
mod ledger;
mod org;
mod pack;
mod plan;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::args::{ARGUMENTS, OPTIONS, date};

pub(crate) use entry::{BodyArgs, Entry, NewArgs};
pub(crate) use ledger::Ledger;
pub(crate) use org::{Day, Org, Switch};
pub(crate) use pack::Pack;
pub(crate) use plan::{CallArgs, Plan, WordArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum Office {
    #[command(
        subcommand,
        about = "方案包：检查、列出、查看、由方案起草、发布",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Pack(Pack),
    #[command(
        subcommand,
        about = "机构名录：启用、导入、导出、查看、代理、分工、节假日",
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
        about = "方案：起草、确认、印发、修订、归档",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Plan(Plan),
    #[command(
        subcommand,
        about = "台账条目：查看、登记、办理",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Entry(Entry),
    #[command(
        subcommand,
        about = "台账表格：导出、导入、下发和收回报送表、认定名单",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Ledger(Ledger),
    #[command(about = "我的待办", override_usage = "luoshi desk --as <姓名> [选项]…")]
    Desk {
        #[command(flatten)]
        by: By,
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
        acting: Acting,
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
        watch: WatchArgs,
        #[command(flatten)]
        tls: TlsArgs,
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
        about = "个人信息的主密钥：生成、更换、停用",
        subcommand_help_heading = "命令",
        subcommand_value_name = "命令"
    )]
    Key(Key),
}

#[derive(Args, Debug)]
pub(crate) struct DataArgs {
    #[arg(long, value_name = "文件夹", default_value = "luoshi-data", hide_default_value = true, help = "数据目录，默认 luoshi-data", help_heading = OPTIONS)]
    pub(crate) data: PathBuf,
    #[arg(long, value_name = "地址", help = "PostgreSQL 数据库地址，如 postgres://用户@主机/库；附件默认和密钥一样仍在数据目录", help_heading = OPTIONS)]
    pub(crate) database: Option<String>,
    #[arg(long, value_name = "文件", help = "附件存到 S3 兼容的对象存储：写明地址、桶和密钥的文件（toml），写法见用户指南；默认存在数据目录", help_heading = OPTIONS)]
    pub(crate) attachments: Option<PathBuf>,
    #[arg(long, value_name = "文件夹", help = "本单位的方案包文件夹（*.toml）", help_heading = OPTIONS)]
    pub(crate) packs: Option<PathBuf>,
    #[arg(long, value_name = "文件", help = "主密钥文件，默认为数据目录下的 master.key；宜另处保存", help_heading = OPTIONS)]
    pub(crate) key: Option<PathBuf>,
}

// How a server is watched over.
#[derive(Args, Debug)]
pub(crate) struct WatchArgs {
    #[arg(long, value_name = "文件", help = "每天把各条链的链头追加到这个文件，供以后核对；应放在另一台机器的磁盘上", help_heading = OPTIONS)]
    pub(crate) anchors: Option<PathBuf>,
    #[arg(long, value_name = "地址", help = "另开一个地址供监控用：/healthz、/readyz、/metrics（Prometheus）；不含个人信息，默认不开", help_heading = OPTIONS)]
    pub(crate) status: Option<SocketAddr>,
    #[arg(long, value_name = "格式", value_enum, default_value_t = Form::Text, hide_default_value = true, hide_possible_values = true, help = "运行日志的格式：text 或 json，写到标准错误，默认 text", help_heading = OPTIONS)]
    pub(crate) log: Form,
    #[arg(long = "log-level", value_name = "级别", default_value = "info,sqlx=warn", hide_default_value = true, help = "运行日志的级别：info（默认，每个请求一行）、warn、error，也可按部分写", help_heading = OPTIONS)]
    pub(crate) level: String,
}

// The form of lines in the log.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    Text,
    Json,
}

// How connections are made safe.
#[derive(Args, Debug)]
pub(crate) struct TlsArgs {
    #[arg(long = "tls-cert", value_name = "文件", requires = "tls_key", help = "加密传输（HTTPS）用的证书，PEM 格式，含证书链", help_heading = OPTIONS)]
    pub(crate) tls_cert: Option<PathBuf>,
    #[arg(long = "tls-key", value_name = "文件", requires = "tls_cert", help = "证书的私钥，PEM 格式", help_heading = OPTIONS)]
    pub(crate) tls_key: Option<PathBuf>,
    #[arg(long = "tls-self", conflicts_with = "tls_cert", help = "没有证书时用自己的：在数据目录的 tls 文件夹生成，电脑和手机各装一次证书即可", help_heading = OPTIONS)]
    pub(crate) tls_self: bool,
    #[arg(long = "tls-name", value_name = "名称", requires = "tls_self", help = "本机的其他域名或地址，写进证书，可重复", help_heading = OPTIONS)]
    pub(crate) tls_name: Vec<String>,
    #[arg(long = "tls-plain", value_name = "地址", help = "不加密的地址，只供下载证书和转到加密地址；默认端口加1", help_heading = OPTIONS)]
    pub(crate) tls_plain: Option<SocketAddr>,
    #[arg(long = "behind-proxy", conflicts_with_all = ["tls_cert", "tls_self"], help = "前面有本机的反向代理负责加密：采信它转来的客户端地址", help_heading = OPTIONS)]
    pub(crate) behind_proxy: bool,
}

// Who looks, and where the data lies.
#[derive(Args, Debug)]
pub(crate) struct By {
    #[arg(long = "as", value_name = "姓名", help = "以谁的身份办理：姓名，同名的写“姓名@单位”", help_heading = OPTIONS)]
    pub(crate) person: String,
    #[command(flatten)]
    pub(crate) data: DataArgs,
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

// Who does something, once.
#[derive(Args, Debug)]
pub(crate) struct Acting {
    #[command(flatten)]
    pub(crate) by: By,
    #[arg(long, value_name = "编号", help = "操作编号：同一编号重复提交只办一次", help_heading = OPTIONS)]
    pub(crate) once: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    #[command(about = "生成主密钥文件", override_usage = "luoshi key new [选项]…")]
    New {
        #[command(flatten)]
        data: DataArgs,
        #[arg(
            long,
            help = "原主密钥确已丢失、无法找回：另建新的继续使用，原有的个人信息从此打不开",
            help_heading = OPTIONS
        )]
        lost: bool,
    },
    #[command(
        about = "停用更换下来的主密钥：从文件中去掉，仍有数据用它时不予停用",
        override_usage = "luoshi key retire <编号> [选项]…"
    )]
    Retire {
        #[arg(value_name = "编号", help = "主密钥的编号，即主密钥文件每行开头的数", help_heading = ARGUMENTS)]
        master: u32,
        #[command(flatten)]
        data: DataArgs,
    },
    #[command(
        about = "更换主密钥：各条个人信息的密钥随即改由新主密钥保护",
        override_usage = "luoshi key rotate [选项]…"
    )]
    Rotate {
        #[command(flatten)]
        data: DataArgs,
    },
}
