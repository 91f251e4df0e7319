//! What a version of a plan's text says otherwise than the one before it, word for word.

use std::time::Duration;

use luoshi_engine::{Plan, RefusalKind};
use similar::{ChangeTag, TextDiff};

use crate::error::AppError;
use crate::ledger::refused;
use crate::reader::Reader;
use crate::survey::Version;

/// How many lines that stay are shown around those that change.
const AROUND: usize = 1;

/// How long the shortest way from one text to the other is looked for; then any way will do.
const PATIENCE: Duration = Duration::from_millis(500);

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineBecame {
    /// It stays.
    Same,
    /// It is no longer there.
    Gone,
    /// It is new.
    New,
}

/// A line of one of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLine {
    /// What becomes of it.
    pub became: LineBecame,
    /// Its words, piece by piece, each with whether it is what changed in the line.
    pub pieces: Vec<(bool, String)>,
}

/// A version held against the one before it.
#[derive(Clone, Debug)]
pub struct Rewording {
    /// The version.
    pub version: Version,
    /// What changed, place by place.
    pub places: Vec<Vec<ChangedLine>>,
}

impl Reader {
    /// What a version of a plan's text says otherwise than the one before it.
    ///
    /// # Errors
    ///
    /// There is no such version or none before it, or a text was lost.
    pub async fn rewording(&self, plan: &Plan, version: u32) -> Result<Rewording, AppError> {
        let versions = self.versions(plan.id).await?;
        let at = versions.iter().position(|found| found.version == version);
        let missing =
            || refused(RefusalKind::NotFound, "没有这一版，或者它之前没有别的版本；请从“文件”页进入");
        let at = at.filter(|at| *at > 0).ok_or_else(missing)?;
        let old = self.app().attachment(versions[at - 1].text).await?;
        let new = self.app().attachment(versions[at].text).await?;
        let places = tokio::task::spawn_blocking(move || {
            places(&String::from_utf8_lossy(&old), &String::from_utf8_lossy(&new))
        });
        let places = places.await.map_err(|_| AppError::Closing)?;
        Ok(Rewording { version: versions[at].clone(), places })
    }
}

fn places(old: &str, new: &str) -> Vec<Vec<ChangedLine>> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let line = |change: similar::InlineChange<'_, str>| ChangedLine {
        became: match change.tag() {
            ChangeTag::Equal => LineBecame::Same,
            ChangeTag::Delete => LineBecame::Gone,
            ChangeTag::Insert => LineBecame::New,
        },
        pieces: change
            .iter_strings_lossy()
            .map(|(changed, words)| (changed, words.trim_end_matches(['\r', '\n']).to_owned()))
            .filter(|(_, words)| !words.is_empty())
            .collect(),
    };
    let place = |ops: &Vec<similar::DiffOp>| {
        let lines = ops.iter().flat_map(|op| diff.iter_inline_changes(op)).map(line);
        lines.filter(|line| !line.pieces.is_empty()).collect::<Vec<_>>()
    };
    let places = diff.grouped_ops(AROUND);
    places
        .iter()
        .map(place)
        .filter(|place| place.iter().any(|line| line.became != LineBecame::Same))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &ChangedLine) -> String {
        let mark = match line.became {
            LineBecame::Same => ' ',
            LineBecame::Gone => '-',
            LineBecame::New => '+',
        };
        let pieces = line.pieces.iter();
        let pieces =
            pieces.map(|(changed, words)| if *changed { format!("[{words}]") } else { words.clone() });
        format!("{mark}{}", pieces.collect::<String>())
    }

    #[test]
    fn what_changed_in_a_line_is_told_by_its_words() {
        let old = "一、清查\n各村6月底前完成清查。\n二、登记\n三、归档\n四、总结\n五、奖励\n";
        let new = "一、清查\n各村7月底前完成清查。\n二、登记\n三、归档\n四、总结\n五、奖励\n六、问责\n";
        let places = places(old, new);
        let told: Vec<Vec<String>> = places.iter().map(|place| place.iter().map(told).collect()).collect();
        let first = [" 一、清查", "-各村[6]月底前完成清查。", "+各村[7]月底前完成清查。", " 二、登记"];
        assert_eq!(told, [&first[..], &[" 五、奖励", "+六、问责"]]);
    }

    #[test]
    fn the_same_text_has_no_places() {
        assert_eq!(places("一、清查\n", "一、清查\n"), Vec::<Vec<ChangedLine>>::new());
        // Blank lines are no words.
        assert_eq!(places("一、清查\n二、登记\n", "一、清查\n\n二、登记\n"), Vec::<Vec<ChangedLine>>::new());
    }
}
