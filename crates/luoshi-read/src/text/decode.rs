use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file is looked at to guess its encoding.
const SAMPLE: usize = 1 << 20;

/// A decoded text and what had to be left out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// Where the first broken character stands, in bytes from 0, and how many there are.
    pub(crate) broken: Option<(usize, usize)>,
    /// Control characters that were left out.
    pub(crate) controls: usize,
}

impl Decoded {
    /// What was no text in the bytes: the name of each notice and a Chinese sentence.
    pub(crate) fn notices(&self) -> impl Iterator<Item = (&'static str, String)> {
        let broken = self.broken.map(|(first, count)| {
            let message = format!("第{}字节不是有效文字，已用�代替，共{count}处。", first + 1);
            ("broken-characters", message)
        });
        let controls = (self.controls > 0).then(|| {
            let message = format!("文件中有控制字符{}个，已略去。", self.controls);
            ("control-characters", message)
        });
        broken.into_iter().chain(controls)
    }
}

/// Decodes a text in any of the encodings in use: what a byte order mark says, UTF-8, UTF-16,
/// GB18030 with its subsets, at last what the bytes look most like. `None` for bytes that are no
/// text.
pub(crate) fn decode(bytes: &[u8]) -> Option<Decoded> {
    decode_declared(bytes, None)
}

/// The same, where the text itself declares an encoding: it is believed if the bytes are neither
/// UTF-8 nor UTF-16.
pub(crate) fn decode_declared(bytes: &[u8], declared: Option<&'static Encoding>) -> Option<Decoded> {
    let (encoding, skip) = Encoding::for_bom(bytes).unwrap_or_else(|| (guess(bytes, declared), 0));
    let (text, faulty) = encoding.decode_without_bom_handling(&bytes[skip..]);
    let (mut chars, mut lost, mut controls) = (0_usize, 0_usize, 0_usize);
    for c in text.chars() {
        chars += 1;
        lost += usize::from(c == char::REPLACEMENT_CHARACTER);
        controls += usize::from(is_control(c));
    }
    if lost > 2 + chars / 50 || controls > 4 + chars / 100 || controls * 2 > chars {
        return None;
    }
    // No reader sees a control character, databases refuse a NUL, terminals obey an escape.
    let text = if controls > 0 { text.replace(is_control, "") } else { text.into_owned() };
    let broken = if faulty { broken(encoding, &bytes[skip..]) } else { None };
    let broken = broken.map(|(first, count)| (first + skip, count));
    Some(Decoded { text, broken, controls })
}

/// Control characters that are neither blanks nor the end mark of old systems.
fn is_control(c: char) -> bool {
    c.is_control() && !c.is_whitespace() && c != '\u{1a}'
}

/// The first byte that is no text in an encoding, and how many such places there are.
fn broken(encoding: &'static Encoding, bytes: &[u8]) -> Option<(usize, usize)> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut sink = vec![0_u8; 8192];
    let (mut at, mut first, mut count) = (0, None, 0);
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut sink, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return first.map(|first| (first, count)),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                count += 1;
                first.get_or_insert(at.saturating_sub(usize::from(bad) + usize::from(after)));
            }
        }
    }
}

/// Whether the bytes are UTF-8 but for a few broken places: hardly any text in another encoding
/// holds sequences that are UTF-8.
fn nearly_utf8(bytes: &[u8]) -> bool {
    let (mut wide, mut lost) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        wide += chunk.valid().chars().filter(|c| c.len_utf8() > 2).count();
        lost += usize::from(!chunk.invalid().is_empty());
    }
    lost * 20 <= wide
}

fn guess(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    let utf8 = str::from_utf8(bytes).is_ok();
    if utf8 && !bytes.contains(&0) {
        return UTF_8;
    }
    if let Some(wide) = [UTF_16LE, UTF_16BE].into_iter().find(|encoding| reads_wide(bytes, encoding)) {
        return wide;
    }
    if utf8 || nearly_utf8(bytes) {
        return UTF_8;
    }
    if let Some(declared) = declared.filter(|e| e.is_ascii_compatible() && *e != UTF_8) {
        return if declared == encoding_rs::GBK { GB18030 } else { declared };
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let (gb, big5) = (GB18030.decode_without_bom_handling(sample), BIG5.decode_without_bom_handling(sample));
    if !big5.1 && familiar(&big5.0) > 2 * familiar(&gb.0) + 3 {
        return BIG5;
    }
    // A few broken characters do not speak against the encoding that nearly all such files have.
    let lost = gb.0.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let han = gb.0.chars().filter(|c| is_chinese(*c)).count();
    if lost * 20 <= han {
        return GB18030;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == bytes.len());
    let guessed = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    if guessed == encoding_rs::GBK { GB18030 } else { guessed }
}

/// Whether the bytes are UTF-16 without a byte order mark: nearly every unit is a character that
/// a Chinese text uses.
fn reads_wide(bytes: &[u8], encoding: &'static Encoding) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE) & !1];
    if sample.len() < 4 || bytes.len() % 2 == 1 {
        return false;
    }
    let text = encoding.decode_without_bom_handling(sample).0;
    let (mut all, mut usual) = (0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        usual += usize::from(is_chinese(c) || matches!(c, ' '..='~' | '\n' | '\r' | '\t'));
    }
    usual * 100 >= all * 95
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{301f}' | '\u{ff00}'..='\u{ff65}'
        | '“' | '”' | '‘' | '’' | '…' | '—' | '·' | '×' | '①'..='⑳')
}

/// How many of the commonest characters a decoding yields.
fn familiar(text: &str) -> usize {
    text.chars().filter(|c| "的，。、一和在工作有人不是為为年月".contains(*c)).count()
}
