//! The words around a point: before it, behind it, and the time of day.

use jiff::civil::Time;

use crate::Clock;
use crate::cursor::{Cursor, INNER, head};
use crate::numeral::{digit, is_numeral};

/// What a word before a point makes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    None,
    /// 自, 从
    From,
    /// 截至, 不迟于, 最迟
    By,
    /// 到, 至
    To,
}

/// What a word behind a point makes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suffix {
    None,
    /// 前, 之前, 止
    Before,
    /// 内
    Within,
    /// 期间
    During,
    /// 起, 开始, 后
    Start,
    /// 以来, 至今
    Since,
    /// 前后, 左右
    Around,
}

/// 自, 从, 截至, 不迟于, 到 and their like.
pub(crate) fn prefix(c: &mut Cursor<'_>) -> Prefix {
    if !c.sees("从自截不最至务赶到") {
        return Prefix::None;
    }
    let before = c.before();
    if c.eat_one(&["从", "自"]).is_some() {
        return Prefix::From;
    }
    let by = [
        "截至",
        "截止到",
        "截止至",
        "截止",
        "不迟于",
        "不晚于",
        "最迟在",
        "最迟于",
        "最迟不超过",
        "最迟",
        "最晚在",
        "最晚于",
        "最晚",
        "至迟",
        "务必于",
        "务于",
        "赶在",
    ];
    if c.eat_one(&by).is_some() {
        c.eat_one(&["时间为", "时间：", "时间:", "日期为"]);
        return Prefix::By;
    }
    if !before.is_some_and(|p| "达得收接做受找甚迟感看想".contains(p)) && c.eat_of("到至").is_some()
    {
        return Prefix::To;
    }
    Prefix::None
}

/// The closing word behind a point; the end of it.
pub(crate) fn suffix(c: &mut Cursor<'_>) -> (Suffix, usize) {
    let mut t = *c;
    if !c.sees("以来至到前左上为止截之期内起开后 \u{3000}\u{a0}") {
        return (Suffix::None, c.at);
    }
    if t.eat_one(&["以来", "来看"]).is_some() || t.eat_one(&["至今", "到目前"]).is_some() {
        return (Suffix::Since, t.at);
    }
    if t.eat_one(&["前后", "左右", "上下"]).is_some() {
        return (Suffix::Around, t.at);
    }
    if t.eat_one(&["为止", "止", "截止"]).is_some() {
        return (Suffix::Before, t.at);
    }
    if t.eat_one(&["之前", "以前"]).is_some() || t.eat_unless("前", "期往述来夕赴移置沿景言线端列")
    {
        return (Suffix::Before, t.at);
    }
    if t.eat_one(&["期间"]).is_some() {
        return (Suffix::During, t.at);
    }
    if t.eat_one(&["以内", "之内"]).is_some() || t.eat_unless("内", INNER) {
        return (Suffix::Within, t.at);
    }
    if t.eat_one(&["之日起", "开始", "以后", "之后"]).is_some()
        || t.eat_unless("起", "草诉步")
        || t.eat_unless("后", "勤续备期盾台")
    {
        return (Suffix::Start, t.at);
    }
    (Suffix::None, c.at)
}

/// （国庆假期后第一个工作日） right behind a day says what day it is and is no other time.
pub(crate) fn explanation(c: &mut Cursor<'_>) {
    let mut t = *c;
    if t.eat_of("（(").is_none() {
        return;
    }
    let inner = head(t.rest(), 24);
    let Some(close) = inner.find(['）', ')']) else { return };
    let words = &inner[..close];
    let speaks =
        ["假期", "假后", "节后", "节前", "开学", "工作日", "周末", "除夕", "元旦", "国庆", "春节", "五一"]
            .iter()
            .any(|word| words.contains(word));
    let says_more = words.contains(['，', ',', '；', ';', '。', '：', ':', '内', '（', '('])
        || words.contains("完成")
        || words.chars().any(|x| digit(x).is_some());
    if speaks && !says_more {
        c.at = t.at + close + inner[close..].chars().next().map_or(0, char::len_utf8);
    }
}

/// A time of day: （星期五）, 上午, 18:00, 9时30分, 下班. Whether anything was there.
pub(crate) fn clock(c: &mut Cursor<'_>) -> (Option<Clock>, bool) {
    let mut t = *c;
    if !c.rest().starts_with(|x: char| {
        "(（当上中下晚早凌零 \u{3000}\u{a0}".contains(x) || digit(x).is_some() || is_numeral(x)
    }) {
        return (None, false);
    }
    if t.eat_of("(（").is_some() {
        let week = t.eat_one(&["星期", "周"]).is_some() && t.eat_of("一二三四五六日天").is_some();
        if !(week && t.eat_of(")）").is_some()) {
            t = *c;
            explanation(&mut t);
        }
    }
    let day = ["当天", "当日"];
    t.eat_one(&day);
    let halves = ["上午", "中午", "下午", "晚上", "晚间", "早上", "凌晨", "晚", "早"];
    let half = t.eat_one(&halves);
    let afternoon = matches!(half, Some(2..=4 | 7));
    let found = if t.eat("下班") {
        Some(if half == Some(0) { Clock::NoonClosing } else { Clock::Closing })
    } else if let Some(time) = hour(&mut t, afternoon) {
        Some(Clock::At(time))
    } else if matches!(half, Some(0 | 1)) {
        Time::new(12, 0, 0, 0).ok().map(Clock::At)
    } else {
        None
    };
    let any = t.at > c.at;
    *c = t;
    (found, any)
}

/// 18:00, 9时30分, 5点半; 24时 is the last minute of the day.
fn hour(c: &mut Cursor<'_>, afternoon: bool) -> Option<Time> {
    let mut t = *c;
    let mut hour = if t.eat("零") { 0 } else { t.number().filter(|h| *h <= 24)? };
    let mut minute = 0;
    if t.eat_of(":：").is_some() {
        minute = t.number().filter(|m| *m < 60)?;
    } else {
        t.eat_one(&["时", "点钟", "点"])?;
        if t.eat("半") {
            minute = 30;
        } else {
            let mut m = t;
            if let Some(number) = m.number().filter(|m| *m < 60)
                && m.eat("分")
            {
                minute = number;
                t = m;
            }
        }
    }
    if afternoon && hour < 12 {
        hour += 12;
    }
    if hour == 24 {
        (hour, minute) = (23, 59);
    }
    *c = t;
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
}
