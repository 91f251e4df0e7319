//! Word's automatic numbers: which list and level gives an item the number that its text shows.

/// The formats of the four levels of a plan, as Word names them.
pub(super) const LEVELS: [(&str, &str); 4] = [
    ("chineseCountingThousand", "%1、"),
    ("chineseCountingThousand", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "（%4）"),
];

/// The number of a use of a list (`w:num`) and the level in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) num: usize,
    pub(super) level: usize,
}

/// A list that goes on where the plan's own list would begin anew, or begins elsewhere than at one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aside {
    pub(super) level: usize,
    pub(super) start: u32,
}

/// The lists of a file: number 1 is the plan's own with all levels, the others follow from 2.
#[derive(Debug, Default)]
pub(super) struct Lists {
    counts: [u32; 4],
    pub(super) asides: Vec<Aside>,
    /// The last number of each aside.
    last: Vec<u32>,
}

impl Lists {
    /// Finds a place for an item that shows the number `n`.
    pub(super) fn place(&mut self, level: usize, n: u32) -> Place {
        if self.counts[level] + 1 == n {
            self.counts[level] = n;
            self.counts[level + 1..].fill(0);
            return Place { num: 1, level };
        }
        let running =
            self.asides.iter().zip(&self.last).rposition(|(a, last)| a.level == level && last + 1 == n);
        let at = running.unwrap_or_else(|| {
            self.asides.push(Aside { level, start: n });
            self.last.push(0);
            self.asides.len() - 1
        });
        self.last[at] = n;
        Place { num: at + 2, level }
    }
}

/// The level and number that a line begins with, and the rest of the line.
pub(super) fn item(line: &str) -> Option<(usize, u32, &str)> {
    if let Some(rest) = line.strip_prefix('（') {
        let (inside, rest) = rest.split_once('）')?;
        return match (han(inside), arabic(inside)) {
            (Some(n), _) => Some((1, n, rest)),
            (_, Some(n)) => Some((3, n, rest)),
            _ => None,
        };
    }
    if let Some((n, rest)) = line.split_once('、').and_then(|(head, rest)| Some((han(head)?, rest))) {
        return Some((0, n, rest));
    }
    let (n, rest) = line.split_once('.').and_then(|(head, rest)| Some((arabic(head)?, rest)))?;
    let figure = rest.starts_with(|c: char| c.is_ascii_digit());
    (!figure).then_some((2, n, rest))
}

fn arabic(text: &str) -> Option<u32> {
    (text.len() <= 2).then(|| text.parse().ok()).flatten()
}

/// A Chinese number up to 99.
fn han(text: &str) -> Option<u32> {
    let digit = |c: char| "一二三四五六七八九".chars().position(|d| d == c).map(|n| n as u32 + 1);
    let chars: Vec<char> = text.chars().collect();
    match chars[..] {
        ['十'] => Some(10),
        ['十', d] => Some(10 + digit(d)?),
        [d, '十'] => Some(10 * digit(d)?),
        [t, '十', d] => Some(10 * digit(t)? + digit(d)?),
        [d] => digit(d),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_told_from_text() {
        assert_eq!(item("十二、总结"), Some((0, 12, "总结")));
        assert_eq!(item("（三）送工"), Some((1, 3, "送工")));
        assert_eq!(item("4.登记"), Some((2, 4, "登记")));
        assert_eq!(item("（2）复核"), Some((3, 2, "复核")));
        for line in ["2026年", "4.5万元", "一是登记", "（草案）说明", "春、夏两季"] {
            assert_eq!(item(line), None, "{line}");
        }
    }

    #[test]
    fn items_that_go_on_have_a_list_aside() {
        let mut lists = Lists::default();
        let mut place = |level, n| lists.place(level, n).num;
        assert_eq!([place(0, 1), place(1, 1), place(2, 1), place(2, 2)], [1, 1, 1, 1]);
        assert_eq!([place(1, 2), place(2, 3), place(2, 4), place(1, 3), place(2, 5)], [1, 2, 2, 1, 2]);
        assert_eq!(place(2, 1), 1);
        assert_eq!(lists.asides, [Aside { level: 2, start: 3 }]);
    }
}
