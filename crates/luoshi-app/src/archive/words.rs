//! `说明.txt`: what is in an archive and how anybody checks it.

use luoshi_engine::Plan;

use super::{Stamp, said};

/// The words, with a mark at the beginning and line ends that every editor opens rightly.
pub(super) fn about(plan: &Plan, stamp: &Stamp, volumes: &[(String, usize)]) -> String {
    let Stamp { anchor, events, entries, attachments, missing, .. } = stamp;
    let number = if plan.number.is_empty() { "（无文号）" } else { &plan.number };
    let registers: Vec<String> =
        volumes.iter().map(|(name, rows)| format!("  台账/{name}（{rows}条）")).collect();
    let registers =
        if registers.is_empty() { String::from("  （没有台账条目）") } else { registers.join("\n") };
    let gone = match missing.len() {
        0 => String::new(),
        count => {
            let list: Vec<String> = missing.iter().map(|hash| format!("  {hash}")).collect();
            format!(
                "\n有{count}个附件不在包内（含个人信息的不放入，或制作时已经找不到），记录中登记的散列值是：\n{}\n",
                list.join("\n")
            )
        }
    };
    let words = format!(
        "归档包：{title}\n\
         文号：{number}\n\
         制作时间：{at}\n\
         \n\
         一、包内文件\n\
         方案/　方案原文件和据以办理的正文，每次修订各一版。\n\
         台账/　各台账的表格，xlsx供阅读打印，csv供其他程序读取，内容相同：\n{registers}\n\
         办理经过　全部办理记录的文字说明：何时、何人、什么岗位、对哪个条目、办了什么，供阅读查找；散列值以事件.jsonl为准。\n\
         事件.jsonl　全部办理记录，共{events}条，涉及{entries}个条目，一行一条，按发生的先后排列。\n\
         附件/　佐证材料等，共{attachments}个。文件名前64位是文件内容的SM3散列值。\n\
         锚.json　制作时办理记录链的末端：第{seq}条，散列值\n  {hash}\n\
         清单.sm3　包内其他文件的SM3散列值，一行一个文件。\n{gone}\
         \n\
         二、个人信息\n\
         台账表格中的个人信息以＊＊＊代替；办理记录中的个人信息是密文，没有本单位的密钥不能读出；\n\
         含个人信息的台账，其附件和认定名单不放入包内。\n\
         \n\
         三、怎样核对\n\
         有“落实”程序的，运行：luoshi verify 本文件.zip\n\
         没有程序的，用任何能算SM3（GB/T 32905）的工具，例如 openssl dgst -sm3：\n\
         1. 逐个计算包内文件的SM3值，与清单.sm3对照，应当一致，不多不少。\n\
         2. 事件.jsonl的每一行，去掉末尾的 ,\"hash\":\"……\" 一段，保留最后的 }}，算出的SM3值应等于\n   \
         去掉的那段里的hash；每行的prev应等于上一行的hash，第一行的prev全是0；seq从1起逐行加1。\n\
         3. 最后一行的seq和hash应与锚.json中的相同，并且这一行记的就是制作本归档包。\n\
         4. 文件本身可以连同清单一起被人重做。要确认没有重做过，请把锚.json中的散列值与本单位在别处\n   \
         留存的锚（每日锚文件、印在公文上的散列值）对照。\n",
        title = plan.title,
        at = said(anchor.at),
        seq = anchor.seq,
        hash = anchor.hash,
    );
    format!("\u{feff}{}", words.replace('\n', "\r\n"))
}
