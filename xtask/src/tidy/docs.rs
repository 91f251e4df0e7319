//! Rules about what the project says of itself.

use anyhow::Result;

use super::File;

fn page<'a>(files: &'a [File], path: &str) -> Option<&'a str> {
    files.iter().find(|f| f.path == path)?.text.as_deref()
}

/// The depths of a page's headings, and its code blocks word for word.
fn shape(text: &str) -> (Vec<usize>, Vec<String>) {
    let (mut headings, mut blocks) = (Vec::new(), Vec::new());
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
            if inside {
                blocks.push(String::new());
            }
        } else if inside {
            if let Some(block) = blocks.last_mut() {
                block.push_str(line);
                block.push('\n');
            }
        } else if line.starts_with('#') {
            headings.push(line.chars().take_while(|c| *c == '#').count());
        }
    }
    (headings, blocks)
}

pub(super) fn readmes(files: &[File]) -> Result<Vec<String>> {
    let [Some(english), Some(chinese)] = ["README.md", "README.zh-CN.md"].map(|path| page(files, path))
    else {
        return Ok(vec!["README.md and README.zh-CN.md are both wanted".to_owned()]);
    };
    let (english, chinese) = (shape(english), shape(chinese));
    let mut out = Vec::new();
    if english.0 != chinese.0 {
        out.push(format!("headings {:?} and {:?}", english.0, chinese.0));
    }
    if english.1.len() != chinese.1.len() {
        out.push(format!("{} and {} code blocks", english.1.len(), chinese.1.len()));
    }
    let blocks = english.1.iter().zip(&chinese.1);
    out.extend(blocks.filter(|(a, b)| a != b).map(|(a, b)| format!("code blocks differ:\n{a}---\n{b}")));
    Ok(out)
}

pub(super) fn pages(files: &[File]) -> Result<Vec<String>> {
    let pages = crate::docs::pages()?.into_iter();
    let old = pages.filter(|(path, text)| page(files, &path.to_string_lossy()) != Some(text.as_str()));
    Ok(old.map(|(path, _)| format!("{}: cargo xtask docs", path.display())).collect())
}

pub(super) fn commands(_: &[File]) -> Result<Vec<String>> {
    crate::docs::untaken()
}

/// Relative links of Markdown pages; those within the page are left alone.
pub(super) fn links(files: &[File]) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for file in files.iter().filter(|f| f.is(".md")) {
        let text = file.text.as_deref().unwrap_or_default();
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(t, _)| t) {
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.contains(char::is_whitespace) {
                continue;
            }
            if !crate::root().join(folder).join(target).exists() {
                out.push(format!("{}: {target}", file.path));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_readmes_are_compared() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: Some(text.to_owned()) };
        let check =
            |a: &str, b: &str| readmes(&[file("README.md", a), file("README.zh-CN.md", b)]).unwrap().len();
        assert_eq!(check("# A\n```sh\nx # y\n```\n", "# 甲\n```sh\nx # y\n```\n"), 0);
        assert_eq!(check("# A\n## B\n", "# 甲\n"), 1);
        assert_eq!(check("```sh\nx\n```\n", "```sh\ny\n```\n"), 1);
        assert_eq!(readmes(&[]).unwrap().len(), 1);
    }
}
