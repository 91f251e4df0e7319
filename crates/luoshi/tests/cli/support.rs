//! Running the program and looking at what it said.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A plan with a table of everything, in our own words.
pub(crate) const PLAN: &str = "\
清河镇2026年道路交通安全整治实施方案

各村、各有关单位：
为减少道路交通事故，制定本方案。
一、主要任务
（一）排查隐患
1.排查路口。各村要在4月底前完成排查，建立隐患台账。（牵头单位：镇交通办；责任单位：各村；完成时限：4月30日前）
2.整治路口。对12处路口增设警示标志。（牵头单位：镇派出所；配合单位：镇城建办；完成时限：6月30日前）
（二）常态管理
3.开展夜查。每周四晚开展夜查。（牵头单位：镇派出所；完成时限：12月20日前）
二、实施步骤
（一）动员部署阶段（3月10日至3月31日）。各村召开动员会。
（二）集中整治阶段（4月1日至12月20日）。镇交通办每月25日前向镇人民政府报送进展情况。
三、工作要求
（一）严格奖惩。全年无事故的村，奖励3000元。

清河镇人民政府
2026年3月9日
";

/// What the program said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("ended by itself"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

/// The program in a folder of its own.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A folder with a plan in it.
    pub(crate) fn with_plan() -> Self {
        let place = Self::new();
        place.write("方案.txt", PLAN);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_luoshi"));
        command.current_dir(self.folder.path()).args(args).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.command(args).output().expect("started").into()
    }

    /// Runs it with bytes on standard input.
    pub(crate) fn feed(&self, args: &[&str], input: &[u8]) -> Said {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        child.stdin.take().expect("a pipe").write_all(input).expect("written");
        child.wait_with_output().expect("ended").into()
    }
}

/// The plans that the project ships.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

/// The text files among them.
pub(crate) fn sample_texts() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(samples())
        .expect("samples")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    assert_eq!(files.len(), 16);
    files
}
