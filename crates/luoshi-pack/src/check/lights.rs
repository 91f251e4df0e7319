//! Lights and the reminder ladder.

use super::{Check, Named, with_paths};
use crate::source::Path;
use crate::{Light, Shines};

/// What a light can be drawn in.
const COLOURS: [&str; 6] = ["green", "blue", "yellow", "orange", "red", "grey"];

pub(super) fn check(check: &mut Check<'_>) {
    let mut milder: Vec<(Shines, &str)> = Vec::new();
    for (i, (light, path)) in with_paths(&check.pack.lights, &Path::top("light")).enumerate() {
        drawn(check, light, i, &path);
        for (shines, path) in with_paths(&light.when, &path.key("when")) {
            threshold(check, light, *shines, &milder, &path);
        }
        milder.extend(light.when.iter().map(|shines| (*shines, light.title.as_str())));
        reset(check, light, &path);
    }
    ladder(check);
}

fn drawn(check: &mut Check<'_>, light: &Light, i: usize, path: &Path) {
    if !COLOURS.contains(&light.colour.as_str()) {
        let message = format!("“{}”不是可用的颜色。", light.colour);
        check.fault(
            "unknown-colour",
            &path.key("colour"),
            message,
            format!("可用：{}。", COLOURS.join("、")),
        );
    }
    if light.when.is_empty() && i > 0 {
        let message = format!("“{}”没有亮灯条件，会盖住前面所有的灯。", light.title);
        check.fault(
            "light-always-on",
            path,
            message,
            "只有第一盏灯（平时亮的）可以没有条件；给它写上 when。",
        );
    }
}

/// Lights go from the mildest to the worst: a worse one must not shine sooner than a milder one.
fn threshold(check: &mut Check<'_>, light: &Light, shines: Shines, milder: &[(Shines, &str)], path: &Path) {
    if let Shines::Behind(gap) = shines
        && !(gap > 0.0 && gap <= 100.0)
    {
        let message = format!("“{}”的进度差 {gap} 不在 0 到 100 个百分点之间。", light.title);
        check.fault("behind-out-of-range", path, message, "写 0 以上、100 以下的数。");
    }
    if let Some((_, other)) = milder.iter().find(|(other, _)| is_sooner(shines, *other)) {
        let message = format!("“{}”比前面较轻的“{other}”更早亮，“{other}”不会被看到。", light.title);
        check.fault("light-order", path, message, "灯从轻到重写；越重的灯，剩余天数越少、逾期和落后越多。");
    }
}

/// Whether one condition holds earlier than another of its kind.
fn is_sooner(worse: Shines, milder: Shines) -> bool {
    match (worse, milder) {
        (Shines::DaysLeft(worse), Shines::DaysLeft(milder))
        | (Shines::WorkdaysLeft(worse), Shines::WorkdaysLeft(milder)) => worse > milder,
        (Shines::DaysLate(worse), Shines::DaysLate(milder))
        | (Shines::MonthsLate(worse), Shines::MonthsLate(milder)) => worse < milder,
        (Shines::Behind(worse), Shines::Behind(milder)) => worse < milder,
        _ => false,
    }
}

fn reset(check: &mut Check<'_>, light: &Light, path: &Path) {
    let lit = check.pack.registers.iter().filter(|register| register.lights);
    let steps: Vec<&str> =
        lit.flat_map(|register| &register.flow.steps).map(|step| step.key.as_str()).collect();
    for (key, path) in with_paths(&light.reset, &path.key("reset")) {
        check.known(Named::Step, key, steps.iter().copied(), &path);
    }
}

fn ladder(check: &mut Check<'_>) {
    let mut last: Option<i32> = None;
    for (rung, path) in with_paths(&check.pack.ladder, &Path::top("rung")) {
        if last.is_some_and(|last| rung.day < last) {
            let message = format!("“{}”的日子早于前一级。", rung.title);
            check.fault("ladder-order", &path.key("day"), message, "提醒阶梯按日子从早到晚写。");
        }
        if rung.to.is_empty() {
            let message = format!("“{}”不告诉任何人。", rung.title);
            check.fault(
                "rung-tells-nobody",
                &path.key("to"),
                message,
                "在 to 里写上告诉谁，例如 [\"handler@lead\"]。",
            );
        }
        last = Some(rung.day);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::expect_tail;

    const GREEN: &str = "light = [\n{ key = \"green\", title = \"绿灯\", colour = \"green\" },\n";
    const YELLOW: &str = "{ key = \"yellow\", title = \"黄灯\", colour = \"yellow\", when = [{ days_left = 3 }, { behind = 10 }]";

    /// Lights stand above the tables, so they are given as one list before the registers.
    fn lights(rest: &str) {
        let text = super::super::testing::pack("", super::super::testing::FLOW, "");
        super::super::testing::expect(
            &text.replace("[[register]]", &format!("{GREEN}{rest}\n]\n[[register]]")),
        );
    }

    #[test]
    fn only_the_mildest_light_needs_no_condition() {
        lights(&format!("{YELLOW} }},"));
        lights("{ key = \"red\", title = \"红灯\", colour = \"red\" }, #! light-always-on");
        lights(&format!(
            "{} }}, #! unknown-colour",
            YELLOW.replace("colour = \"yellow\"", "colour = \"golden\"")
        ));
    }

    #[test]
    fn a_worse_light_does_not_shine_sooner() {
        let red = |when: &str| {
            format!("{YELLOW} }},\n{{ key = \"red\", title = \"红灯\", colour = \"red\", when = [{when}] }},")
        };
        lights(&red("{ days_left = 3 }, { behind = 30 }, { days_late = 0 }"));
        lights(&format!("{} #! light-order", red("{ days_left = 5 }")));
        lights(&format!("{} #! light-order", red("{ behind = 5 }")));
        lights(&format!("{} #! behind-out-of-range", red("{ behind = 300 }")));
    }

    #[test]
    fn a_reset_is_a_step() {
        lights(&format!("{YELLOW}, reset = [\"finish\"] }},"));
        lights(&format!("{YELLOW}, reset = [\"end\"] }}, #! unknown-step"));
    }

    #[test]
    fn the_ladder_climbs_and_tells_somebody() {
        let rungs = |day: &str, to: &str| {
            format!(
                "[[rung]]\nkey = \"a\"\ntitle = \"提示\"\nday = -3\nto = [\"handler@lead\"]\n\
                 [[rung]]\nkey = \"b\"\ntitle = \"催办\"\nday = {day}\nto = {to}\n"
            )
        };
        expect_tail(&rungs("-3", "[\"handler@lead\"]"));
        expect_tail(&rungs("-4 #! ladder-order", "[\"handler@lead\"]"));
        expect_tail(&rungs("1", "[] #! rung-tells-nobody"));
    }
}
