//! `luoshi when`.

use std::io::Read;

use anyhow::{Context as _, Result};
use jiff::ToSpan;
use luoshi_press::{Terminal, visible};
use luoshi_report::{Cell, Column, Part, Report, Table, Writer};
use luoshi_when::{Clock, Context, Found, Reading, When, find, term_days};
use serde_json::json;

use crate::args::{Colour, WhenArgs};
use crate::output::{Screen, Target};
use crate::{clock, input, wording};

/// Bytes of text that are read from standard input.
const MOST: u64 = 16 << 20;

pub(super) fn run(args: &WhenArgs) -> Result<u8> {
    let text = match args.text.as_str() {
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().take(MOST).read_to_end(&mut bytes).context("读不了标准输入。")?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        text => text.to_owned(),
    };
    let on = args.on.unwrap_or_else(clock::today);
    let (_, terms) = super::calendar::local(&args.calendar, &input::limits(1))?;
    let context = Context::new(on).with_terms(terms);
    let found = find(&text, &context);
    let mut out = Vec::new();
    if args.json {
        for one in &found {
            let words = &text[one.range.clone()];
            let line = json!({
                "words": words, "start": one.range.start, "end": one.range.end,
                "when": one.when, "clock": one.clock, "reading": one.reading,
                "trigger": one.trigger.clone().map(|r| &text[r]),
            });
            out.extend(format!("{line}\n").into_bytes());
        }
    } else {
        let screen = Screen::new(Colour::Auto, None, false);
        let writer = Terminal { width: screen.width, colour: screen.colour };
        writer.write(&report(&text, &found, &context, args.on.is_none()), &mut out)?;
    }
    Target::Stdout.write(&out)?;
    Ok(0)
}

fn report(text: &str, found: &[Found], context: &Context, assumed: bool) -> Report {
    let mut report = Report::default();
    let how = if assumed { "（今天）" } else { "" };
    report.parts.push(Part::Paragraph(format!("从{}{how}起算。", wording::day(context.anchor, None))));
    if found.is_empty() {
        report.parts.push(Part::Paragraph("没有安排工作的时间说法。".to_owned()));
        return report;
    }
    let columns = vec![
        Column::new("原文", 10.0),
        Column::new("种类", 4.0),
        Column::new("含义", 12.0),
        Column::new("说明", 18.0),
    ];
    let mut table = Table::new("时间", "", columns);
    for one in found {
        let words = &text[one.range.clone()];
        let mut meaning = match &one.when {
            When::Every { rrule } => every(rrule, words, context),
            when => wording::when(when, "", None),
        };
        match one.clock {
            Some(Clock::At(time)) => meaning.push_str(&format!("，{}", time.strftime("%H:%M"))),
            Some(Clock::NoonClosing) => meaning.push_str("，上午下班"),
            Some(Clock::Closing) => meaning.push_str("，下班"),
            None => {}
        }
        let mut notes: Vec<String> = one.reading.iter().map(|r| reading(*r).to_owned()).collect();
        if let Some(trigger) = &one.trigger {
            notes.push(format!("自“{}”起算", &text[trigger.clone()]));
        }
        if let When::Every { rrule } = &one.when {
            notes.push(rrule.clone());
        }
        table.rows.push(vec![
            Cell::words(visible(words)),
            Cell::words(kind(&one.when)),
            Cell::words(meaning),
            Cell::words(notes.join("；")),
        ]);
    }
    report.parts.push(Part::Table(table));
    report
}

/// What comes again, in words; of what comes each term the days of the next year too.
fn every(rrule: &str, words: &str, context: &Context) -> String {
    let rule = wording::rule(rrule, words);
    let (from, to) = (context.anchor, context.anchor.saturating_add(1.year()));
    match term_days(words, &context.terms, from, to) {
        Some(days) => {
            let days: Vec<String> = days.into_iter().map(|day| wording::day(day, None)).collect();
            format!("{rule}：{}", days.join("、"))
        }
        None => rule,
    }
}

fn kind(when: &When) -> &'static str {
    match when {
        When::By { .. } => "截止",
        When::Span { .. } => "起止",
        When::From { .. } => "开始",
        When::On { .. } => "当日",
        When::Every { .. } => "定期",
        When::Within { before: true, .. } => "提前",
        When::Within { .. } => "期限",
        When::Ongoing => "长期",
    }
}

/// A choice that was made in reading, in Chinese.
fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::YearAssumed => "未写年份，按起算日往后推",
        Reading::MaskedYear => "年份以 xx 代替，按起算日往后推",
        Reading::ShortYear => "年份只写两位",
        Reading::RelativeYear => "年份按起算日推算",
        Reading::NoSuchDay => "没有这一天，取当月最后一天",
        Reading::EndRounded => "“底”“末”取最后一天",
        Reading::PeriodEnd => "写到月、季或年为止，取最后一天",
        Reading::PartRounded => "“初”取前十天，“中”取中间十天",
        Reading::BareYear => "只写年份，取全年",
        Reading::Distributed => "并列各项共用“前”字",
        Reading::Longest => "写成区间，取较长的",
        Reading::EndBeforeStart => "止于起之前，取起",
        Reading::BeforeIssue => "早于起算日",
        Reading::SchoolTerms => "按校历推算",
        Reading::Holiday => "按节假日安排推算",
        Reading::HolidayProvisional => "该年节假日安排尚未公布，暂按法定日推算",
        Reading::FromIssue => "按起算日推算",
        Reading::Approximate => "大约",
        Reading::FirstMonthOfQuarter => "取季度首月",
        Reading::LastMonthOfQuarter => "取季度末月",
        _ => "",
    }
}
