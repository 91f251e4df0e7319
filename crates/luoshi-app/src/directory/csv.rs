//! Comma- or tab-separated values, quotes as RFC 4180 has them.

/// The rows with the line on which each begins, without empty ones.
pub(super) fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
    let text = text.trim_start_matches('\u{feff}');
    let separator = separator(text);
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut field = String::new();
    let (mut quoted, mut line, mut begun) = (false, 1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += u32::from(c == '\n');
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push((begun, std::mem::take(&mut row)));
                begun = line;
            }
            '\r' => {}
            c if c == separator && !quoted => row.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    row.push(field);
    rows.push((begun, row));
    rows.retain(|(_, row)| row.iter().any(|field| !field.trim().is_empty()));
    rows
}

/// What separates the fields: what stands most often in one of the first lines, and in most of
/// them, so that a title above the head does no harm.
fn separator(text: &str) -> char {
    let rank = |separator: &char| {
        let counts: Vec<usize> = text.lines().take(10).map(|line| line.matches(*separator).count()).collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        (most, counts.iter().filter(|count| **count == most).count())
    };
    // The last of equals wins: a comma where nothing else is more frequent.
    ['，', ';', '\t', ','].into_iter().max_by_key(rank).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_may_hold_separators_quotes_and_lines() {
        let got = rows("\u{feff}名称,简称\r\n\"县文化馆\",\"文化馆,\"\"县馆\"\"\n馆\"\r\n\r\n县档案馆,\n");
        let row = |fields: [&str; 2]| fields.map(str::to_owned).to_vec();
        assert_eq!(got[0], (1, row(["名称", "简称"])));
        assert_eq!(got[1], (2, row(["县文化馆", "文化馆,\"县馆\"\n馆"])));
        assert_eq!(got[2], (5, row(["县档案馆", ""])));
        assert_eq!(rows("单位名录\n名称\t简称\n甲,乙\t丙")[2].1, row(["甲,乙", "丙"]));
        assert_eq!(rows("名称\n甲")[1], (2, vec!["甲".to_owned()]));
    }
}
