//! How sentences end in official Chinese.

/// Whether a line ends like a sentence, a clause of a list or its introduction.
pub(super) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['”', '’', '）', ')', '》', '"']);
    text.ends_with(['。', '；', '：', '！', '？', ';', ':', '!', '?', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_sentences() {
        assert!(ends_sentence("按时报送（见附件）。"));
        assert!(ends_sentence("按照“谁主管、谁负责。”"));
        assert!(!ends_sentence("按照有关规定，"));
    }
}
