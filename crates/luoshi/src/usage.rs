//! Faults of the command line in Chinese.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

/// One Chinese sentence for a fault of the command line.
pub(crate) fn sentence(error: &Error) -> String {
    let get = |kind| error.get(kind).map(words).unwrap_or_default();
    let arg = get(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    let hint = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(|kind| error.get(kind).map(words))
        .map(|w| format!("，是不是“{w}”"))
        .unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument if arg.starts_with('-') && !arg.starts_with("--") => {
            format!("没有“{arg}”这个选项；文件名以 - 开头的，前面加 ./ ，如 ./-方案.docx")
        }
        ErrorKind::UnknownArgument => format!("没有“{arg}”这个选项或参数{hint}"),
        ErrorKind::InvalidSubcommand => {
            format!("没有“{}”这个命令{hint}", get(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => "没有写命令".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("还缺 {arg}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("选项“{arg}”后面缺内容"),
        ErrorKind::InvalidValue => {
            let valid = get(ContextKind::ValidValue);
            format!("“{arg}”不接受“{value}”{hint}；可用：{valid}")
        }
        ErrorKind::ValueValidation => {
            let cause = std::error::Error::source(error).map(|e| e.to_string()).unwrap_or_default();
            // Ranges of numbers are refused in English by the library itself.
            let cause = if cause.is_ascii() { out_of_range(&cause) } else { cause };
            format!("“{arg}”不接受“{value}”：{cause}")
        }
        ErrorKind::ArgumentConflict => {
            format!("“{arg}”不能重复，也不能与“{}”同用", get(ContextKind::PriorArg))
        }
        ErrorKind::TooManyValues => format!("“{arg}”后面多了“{value}”"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("“{arg}”后面的内容不够"),
        ErrorKind::NoEquals => format!("“{arg}”与内容之间要写等号"),
        ErrorKind::InvalidUtf8 => "参数不是有效的文字编码（UTF-8）".to_owned(),
        _ => "命令写法不对".to_owned(),
    }
}

/// What the library says of numbers: `5 is not in 20..=1000`.
fn out_of_range(cause: &str) -> String {
    let range = cause.rsplit_once("not in ").and_then(|(_, range)| range.split_once("..="));
    match range {
        Some((from, to)) => format!("数字超出范围，应在{from}到{to}之间"),
        None => "数字超出范围或不是数字".to_owned(),
    }
}

/// The help text. The library puts an ASCII colon behind the heads of its lists.
pub(crate) fn help(error: &Error) -> String {
    error.render().to_string().replace(":\n", "：\n")
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(s) => s.clone(),
        ContextValue::Strings(list) => list.join("、"),
        ContextValue::StyledStr(s) => s.to_string(),
        ContextValue::StyledStrs(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
        ContextValue::Number(n) => n.to_string(),
        ContextValue::Bool(b) => b.to_string(),
        _ => String::new(),
    }
}
