//! ASCII punctuation in Chinese text.

use luoshi_text::Level;

use super::text::{after, before, is_han};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "half-width-punctuation",
    level: Level::Hint,
    title: "中文里用了半角标点",
    what: "中文字之间用了半角的逗号、冒号、分号、括号等。全文只报第一处，并说明有多少段、多少处。",
    why: "GB/T 15834 规定汉语文稿用全角标点；半角标点影响排版，也容易与数字、英文混淆。",
    fix: "改为全角标点，如“，”“：”“；”“（）”。",
    faults: &[
        "一、主要任务\n各村要加强领导⟦,⟧落实责任,确保完成。",
        "一、主要任务\n整修水渠。（责任单位⟦:⟧水利站；完成时限：5月30日前）",
        "一、主要任务\n做好资料收集⟦(⟧含照片)，按时报送。",
    ],
    near: &[
        "一、主要任务\n各村每日17:00前在www.gov.cn填报，比例不低于3.5%。",
        "一、主要任务\n举报电话:0371-1234567，邮箱:a@b.cn。",
        "一、主要任务\n(一)加强领导。1)落实责任；2)按时完成。",
        "一、主要任务\n使用GB/T 9704-2012 (PDF) 格式，网址为http://a.cn/?id=3。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    // One finding a document: a file typed with ASCII marks throughout would drown all others.
    let mut first = None;
    let (mut places, mut paragraphs) = (0, 0);
    for line in &context.lines {
        let text = line.text;
        let mut count = 0;
        for (at, b) in text.bytes().enumerate().skip(line.marker()) {
            if !matches!(b, b',' | b';' | b':' | b'?' | b'!' | b'(') {
                continue;
            }
            let left =
                before(text, at).is_some_and(|c| is_han(c) || matches!(c, '”' | '》' | '）' | '】' | '％'));
            let right = after(text, at + 1).is_none_or(|c| !c.is_ascii() || b == b',' || b == b':');
            let numbered = b == b'(' && is_number(&text[at..]);
            if left && right && !numbered && !is_contact(text, at) {
                first.get_or_insert((line.span(at..at + 1), &text[at..at + 1]));
                count += 1;
            }
        }
        places += count;
        paragraphs += usize::from(count > 0);
    }
    let Some((span, mark)) = first else { return };
    let more = match (places, paragraphs) {
        (1, _) => String::new(),
        (_, 1) => format!("，本段共{places}处"),
        _ => format!("，全文{paragraphs}段共{places}处"),
    };
    out.add(span, format!("这里用了半角标点“{mark}”{more}。"));
}

/// 联系电话:0371…: a mark between a word and a number that is to be copied.
fn is_contact(text: &str, at: usize) -> bool {
    let rest = text[at + 1..].trim_start();
    rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        && ["电话", "传真", "邮箱", "手机", "热线", "网址", "微信", "QQ", "邮编"]
            .iter()
            .any(|w| text[..at].ends_with(w))
}

/// (一) or (1) inside a paragraph.
fn is_number(text: &str) -> bool {
    crate::outline::find_marker(text).is_some()
}
