//! Faults planted in every clean sample where they fit are found at their place.

use super::planting::{
    add, after_last, blank, blank_cell, conflict, date, drop_label, drop_time, empty_section, extra_row, gap,
    headless, labelled, last_item, late_step, no_annexes, number, other_day, person, phases, splice, total,
    traditional, twice, two_leads, undated,
};
use super::{Date, Span, document, marked_document, run, samples, show};

/// A fault and how it gets into a text.
struct Plant {
    /// The check that must find it.
    check: &'static str,
    /// In how many of the samples it fits, at least.
    fits: usize,
    /// Puts it into a text, the faulty words between ⟦ and ⟧; none where it does not fit.
    put: fn(&str) -> Option<String>,
}

const PLANTS: &[Plant] = &[
    // Words added to the last numbered paragraph of the body.
    Plant { check: "misspelling", fits: 16, put: |t| add(t, "各单位要⟦布署⟧到位。") },
    Plant {
        check: "mark-repeated", fits: 16, put: |t| add(t, "各单位要做好清查⟦，，⟧不留死角。")
    },
    Plant { check: "letter-for-digit", fits: 16, put: |t| add(t, "各单位要配足⟦1O⟧人。") },
    Plant { check: "words-repeated", fits: 16, put: |t| add(t, "各单位要⟦开展开展⟧清查。") },
    Plant { check: "masked-value", fits: 16, put: |t| add(t, "资料由⟦××⟧保管。") },
    Plant {
        check: "bracket-unbalanced", fits: 16, put: |t| add(t, "各单位要做好⟦“⟧两清行动。")
    },
    Plant {
        check: "half-width-punctuation", fits: 16, put: |t| add(t, "各单位要加强领导⟦,⟧落实责任。")
    },
    Plant {
        check: "law-outdated", fits: 16, put: |t| add(t, "合同依据⟦《中华人民共和国合同法》⟧解除。")
    },
    Plant {
        check: "document-number-form", fits: 16, put: |t| add(t, "手续按照⟦云政办发[2025]7号⟧办理。")
    },
    Plant {
        check: "reference-without-number",
        fits: 16,
        put: |t| add(t, "各单位要落实⟦《关于做好信息公开工作的通知》⟧要求。"),
    },
    Plant {
        check: "rate-over-hundred", fits: 16, put: |t| add(t, "入户宣传覆盖率达到⟦120%⟧。")
    },
    Plant { check: "annex-missing", fits: 16, put: |t| add(t, "清单见⟦附件9⟧。") },
    Plant {
        check: "span-reversed", fits: 16, put: |t| add(t, "⟦2026年9月30日至2026年9月1日⟧集中清查。")
    },
    Plant {
        check: "numbering-missing", fits: 16, put: |t| add(t, "抓好两件事：1.清查；⟦、⟧登记。")
    },
    Plant {
        check: "numbering-skipped", fits: 16, put: |t| add(t, "做到：一是快；⟦三是⟧准。")
    },
    Plant {
        check: "numbering-repeated", fits: 16, put: |t| add(t, "做到：一是快；⟦一是⟧准。")
    },
    Plant { check: "rule-without-subject", fits: 16, put: |t| add(t, "⟦一律予以通报批评⟧。") },
    Plant {
        check: "reward-reading-ambiguous", fits: 16, put: |t| add(t, "⟦超额完成的按600元/人⟧补贴。")
    },
    Plant { check: "leader-blank", fits: 16, put: |t| add(t, "（⟦责任领导：⟧）") },
    Plant {
        check: "weekday-wrong", fits: 16, put: |t| add(t, "2026年3月12日（⟦星期一⟧）集中清查。")
    },
    Plant { check: "no-such-day", fits: 16, put: |t| add(t, "⟦2026年2月30日前⟧清查完毕。") },
    Plant {
        check: "slogan-count", fits: 16, put: |t| add(t, "抓好⟦四项⟧工作：清查、登记、公示。")
    },
    Plant { check: "vague-word", fits: 16, put: |t| add(t, "必要时⟦适时⟧组织现场观摩。") },
    Plant {
        check: "ranking-tie-open",
        fits: 11,
        // One that the text settles, or that is told already, is not told here.
        put: |t| {
            let settled = ["并列", "得分相同", "名的", "排名"].iter().any(|word| t.contains(word));
            add(t, "年终得分⟦前两名⟧的单位，各奖励5000元。").filter(|_| !settled)
        },
    },
    Plant {
        check: "reward-boundary-open",
        fits: 16,
        put: |t| after_last(t, "得分不足60分的，由县纪委约谈；⟦70分以上⟧的，奖励500元。"),
    },
    Plant {
        check: "reward-boundary-overlap",
        fits: 16,
        put: |t| add(t, "得分80分以下的，扣减经费500元；⟦80分以上⟧的，奖励1000元。"),
    },
    Plant {
        check: "party-two-names",
        fits: 16,
        put: |t| add(t, "由县粮储管理局牵头登记，由县粮储管理局牵头核对。由⟦县粮储局⟧牵头公布。"),
    },
    Plant {
        check: "report-without-receiver",
        fits: 16,
        put: |t| after_last(t, "各单位每月25日前⟦报送盘库进展⟧。"),
    },
    Plant {
        check: "report-without-time",
        fits: 16,
        put: |t| after_last(t, "各单位要向县粮储局⟦报送盘库进展⟧。"),
    },
    Plant {
        check: "burden-repeated",
        fits: 16,
        put: |t| {
            let lines =
                "各单位每月25日前向县粮储局报送盘库台账。\n⟦各单位每月28日前向县粮储局报送盘库台账⟧。";
            after_last(t, lines)
        },
    },
    Plant {
        check: "quota-text-differs",
        fits: 16,
        put: |t| {
            let text = add(t, "全县培训⟦60人⟧，任务分解见附件9。")?;
            let table =
                "附件9\n培训任务分解表\n序号\t单位\t任务数\n1\t东乡\t20人\n2\t西乡\t30人\n合计\t\t50人";
            Some(format!("{}\n{table}\n", text.trim_end()))
        },
    },
    Plant { check: "issue-date-missing", fits: 16, put: undated },
    Plant { check: "script-traditional", fits: 16, put: traditional },
    // Lines added or torn.
    Plant { check: "web-residue", fits: 16, put: |t| after_last(t, "⟦相关推荐 更多 +⟧") },
    Plant { check: "section-empty", fits: 16, put: empty_section },
    Plant {
        check: "sentence-broken",
        fits: 16,
        put: |t| {
            let line = last_item(t)?;
            Some(splice(t, line.end - '。'.len_utf8()..line.end, "⟦，⟧"))
        },
    },
    Plant {
        check: "paragraph-repeated",
        fits: 16,
        put: |t| {
            let line = last_item(t)?;
            let words = &t[line.start..line.end];
            let body = &words[words.find('）').map_or(0, |i| i + '）'.len_utf8())..];
            Some(splice(t, line.end..line.end, &format!("\n⟦{body}⟧")))
        },
    },
    // Numbers changed.
    Plant { check: "numbering-skipped", fits: 16, put: |t| number(t, "（二）", "（四）") },
    Plant { check: "numbering-repeated", fits: 14, put: |t| number(t, "（三）", "（二）") },
    Plant { check: "numbering-skipped", fits: 16, put: |t| number(t, "二、", "三、") },
    Plant { check: "numbering-repeated", fits: 16, put: |t| number(t, "三、", "二、") },
    Plant { check: "numbering-skipped", fits: 12, put: |t| number(t, "2.", "3.") },
    Plant { check: "numbering-repeated", fits: 12, put: |t| number(t, "3.", "2.") },
    // Values taken out of labels.
    Plant { check: "unit-blank", fits: 5, put: |t| blank(t, "责任单位：") },
    Plant { check: "unit-blank", fits: 2, put: |t| blank(t, "牵头单位：") },
    Plant { check: "unit-blank", fits: 1, put: |t| blank(t, "牵头科室：") },
    Plant { check: "leader-blank", fits: 1, put: |t| blank(t, "责任领导：") },
    Plant { check: "leader-blank", fits: 1, put: |t| blank(t, "责任人：") },
    Plant { check: "leader-blank", fits: 1, put: |t| blank(t, "负责人：") },
    Plant { check: "leader-blank", fits: 3, put: |t| blank(t, "组长：") },
    Plant { check: "deadline-blank", fits: 4, put: |t| blank(t, "完成时限：") },
    // Labels taken out of items.
    Plant {
        check: "task-without-unit",
        fits: 4,
        put: |t| drop_label(t, &["牵头单位：", "责任单位：", "牵头科室：", "责任人："]),
    },
    Plant { check: "task-without-deadline", fits: 2, put: |t| drop_time(t) },
    // Dates changed.
    Plant { check: "no-such-day", fits: 15, put: |t| date(t, "2月30日前") },
    Plant { check: "deadline-before-issue", fits: 15, put: |t| date(t, "2019年3月1日前") },
    Plant { check: "deadline-on-rest-day", fits: 15, put: |t| date(t, "2026年4月11日前") },
    Plant { check: "deadline-outside-plan", fits: 4, put: |t| labelled(t, "2029年6月29日前") },
    Plant { check: "deadline-conflict", fits: 4, put: conflict },
    Plant {
        check: "acceptance-before-work",
        fits: 16,
        put: |t| add(t, "各单位2026年6月30日前完成整改，⟦2026年5月29日前⟧组织验收。"),
    },
    // Phases.
    Plant {
        check: "stages-out-of-order",
        fits: 11,
        put: |t| phases(t, |a, b| (b.to_owned(), format!("⟦{a}⟧"))),
    },
    Plant {
        check: "stages-overlap",
        fits: 11,
        put: |t| {
            phases(t, |a, b| {
                let start = &a[..a.find(['至', '—']).unwrap_or(a.len())];
                let rest = &b[b.find(['至', '—']).unwrap_or(0)..];
                (a.to_owned(), format!("⟦{start}{rest}⟧"))
            })
        },
    },
    Plant { check: "step-outside-phase", fits: 11, put: late_step },
    Plant { check: "stages-gap", fits: 9, put: gap },
    // Annexes and quotas.
    Plant { check: "annex-missing", fits: 9, put: no_annexes },
    Plant { check: "quota-sum", fits: 7, put: total },
    // Parties and people.
    Plant {
        check: "unit-text-differs",
        fits: 1,
        put: |t| {
            let at = t.find("\t施国梁")? + 1;
            Some(splice(t, at..at + "施国梁".len(), "⟦佟海波⟧"))
        },
    },
    Plant { check: "deadline-text-differs", fits: 4, put: other_day },
    Plant { check: "table-cell-blank", fits: 8, put: blank_cell },
    Plant { check: "task-one-side", fits: 8, put: extra_row },
    Plant { check: "competing-leads", fits: 5, put: two_leads },
    Plant { check: "party-listed-twice", fits: 4, put: twice },
    Plant { check: "person-two-posts", fits: 4, put: person },
    Plant { check: "group-without-head", fits: 4, put: headless },
];

#[test]
fn every_planted_fault_is_found_at_its_place() {
    let (mut wrong, mut planted) = (String::new(), 0);
    for (i, plant) in PLANTS.iter().enumerate() {
        let mut fits = 0;
        for (name, text) in samples() {
            let Some(marked) = (plant.put)(&text) else { continue };
            fits += 1;
            let (plain, marks) = marked_document(&marked);
            assert!(!marks.is_empty(), "{}: nothing marked in {name}", plant.check);
            let (doc, found) = run(&plain, None, None);
            let own: Vec<_> = found.iter().filter(|d| d.code == plant.check).collect();
            if !own.iter().any(|d| d.span == marks[0]) {
                let words = doc.slice(marks[0]);
                wrong += &format!(
                    "== {} (plant {i}) not at ⟦{words}⟧ of {name}\n{}",
                    plant.check,
                    show(&doc, &own)
                );
            }
        }
        planted += fits;
        if fits < plant.fits {
            wrong += &format!("== {} (plant {i}) fits only {fits} samples\n", plant.check);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(planted > 500, "{planted}");
}

#[test]
fn all_checks_are_planted() {
    let missing: Vec<&str> =
        super::CHECKS.iter().map(|c| c.name).filter(|n| !PLANTS.iter().any(|p| p.check == *n)).collect();
    // It takes another day to check on: see below.
    let own = ["deadline-in-past"];
    assert_eq!(missing, own);
}

#[test]
fn a_deadline_that_has_passed_is_found_on_the_day_after() {
    // It counts among tasks and requirements; some samples end with rewards or parties.
    let mut fits = 0;
    for (name, text) in samples() {
        let marked = add(&text, "各单位⟦2027年5月8日前⟧清点库存，2027年12月25日前再清点一次。").unwrap();
        let (plain, marks) = marked_document(&marked);
        let told = |today| {
            let (_, found) = run(&plain, Some(Date::constant(2027, 1, 5)), Some(today));
            found.iter().filter(|d| d.code == "deadline-in-past").map(|d| d.span).collect::<Vec<_>>()
        };
        assert!(!told(Date::constant(2027, 5, 8)).contains(&marks[0]), "{name}");
        // Each plan has it told once, at the latest that has passed.
        fits += usize::from(told(Date::constant(2027, 5, 9)) == [marks[0]]);
    }
    assert!(fits >= 5, "{fits}");
}

#[test]
fn a_check_turned_off_with_a_reason_is_silent() {
    for (name, text) in samples() {
        let fault = add(&text, "各单位要布署到位。").unwrap();
        let count = |t: &str| {
            let (_, found) = run(t, None, None);
            found.iter().filter(|d| d.code == "misspelling").count()
        };
        assert_eq!(count(&fault), 1, "{name}");
        assert_eq!(count(&format!("{fault}\n落实检查：关闭 misspelling（理由：引用原文）")), 0, "{name}");
        assert_eq!(count(&format!("{fault}\n落实检查：关闭 misspelling")), 1, "{name}");
    }
}

#[test]
fn any_text_and_every_prefix_of_a_sample_is_checked_without_a_panic() {
    for (_, text) in samples().iter().take(4) {
        let lines: Vec<&str> = text.lines().collect();
        for n in 0..lines.len() {
            let _ = run(&lines[..n].join("\n"), None, None);
        }
    }
    for soup in [
        "",
        "附件",
        "（",
        "》《“",
        "、、、",
        "一、\n二、\n",
        "其中",
        "责任单位：",
        "落实检查：关闭",
        "第第第",
        "20xx年",
    ] {
        let _ = run(&soup.repeat(3), None, None);
        let _ = run(&[soup; 3].join("\n"), None, None);
    }
}

#[test]
fn marks_do_not_change_a_document() {
    let (plain, marks) = marked_document("一、任务\n各村要⟦布署⟧。");
    assert_eq!(document(&plain).slice(marks[0]), "布署");
    assert_ne!(marks[0], Span::default());
}
