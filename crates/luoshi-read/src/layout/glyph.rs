//! Glyphs, and characters that producers write for others of the same shape.

/// One character where it stands on a page; all measures in points, counted from the top left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// The character.
    pub(crate) c: char,
    /// Where it begins.
    pub(crate) left: f64,
    /// Where the next one would begin without extra space.
    pub(crate) right: f64,
    /// The line it stands on.
    pub(crate) base: f64,
    /// The font size.
    pub(crate) size: f64,
    /// Whether the file says that it is no part of the text (page header, page number).
    pub(crate) artifact: bool,
}

/// The characters of the 214 radicals U+2F00 to U+2FD5, in their order.
const RADICALS: &str = "\
     一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕\
     大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日\
     曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿\
     目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行\
     衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音\
     頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠\
     ";

/// The character that a reader sees: some programs write a radical for the character of the same
/// shape. `None` for what has no shape.
pub(super) fn seen(c: char) -> Option<char> {
    Some(match c {
        '\u{2F00}'..='\u{2FD5}' => {
            let nth = c as usize - 0x2F00;
            RADICALS.chars().nth(nth).unwrap_or(c)
        }
        '\u{2E80}'..='\u{2EFF}' => radical_variant(c),
        '\u{A0}' | '\u{2002}'..='\u{200A}' | '\t' => ' ',
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FFFD}' => return None,
        c if c.is_control() => return None,
        c => c,
    })
}

/// The characters of the simplified radicals beyond the 214.
fn radical_variant(c: char) -> char {
    match c {
        '⻅' => '见',
        '⻆' => '角',
        '⻉' => '贝',
        '⻋' => '车',
        '⻓' => '长',
        '⻔' => '门',
        '⻙' => '韦',
        '⻚' => '页',
        '⻛' => '风',
        '⻜' => '飞',
        '⻝' => '食',
        '⻢' => '马',
        '⻣' => '骨',
        '⻤' => '鬼',
        '⻥' => '鱼',
        '⻦' => '鸟',
        '⻧' => '卤',
        '⻨' => '麦',
        '⻩' => '黄',
        '⻬' => '齐',
        '⻮' => '齿',
        '⻰' => '龙',
        '⻳' => '龟',
        '⻄' => '西',
        '⻁' => '虎',
        '⺟' => '母',
        '⺠' => '民',
        '⻘' => '青',
        '⻑' => '长',
        '⺼' => '月',
        '⻫' => '斉',
        '⻭' => '歯',
        '⻯' => '竜',
        '⻲' => '亀',
        other => other,
    }
}

/// Whether a glyph takes a full square, so that no blank separates it from its neighbours.
/// Quotation marks and dashes are drawn both full and narrow.
pub(super) fn is_wide(glyph: &Glyph) -> bool {
    let drawn_full = glyph.right - glyph.left > 0.7 * glyph.size;
    match glyph.c {
        '“' | '”' | '‘' | '’' | '—' | '…' | '·' => drawn_full,
        c => is_full_width(c),
    }
}

fn is_full_width(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFF}'
        | '①'..='⑳' | '⑴'..='⒇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_are_read_as_characters() {
        assert_eq!(RADICALS.chars().count(), 214);
        let text: String = "\u{2F45}案\u{2FA5}\u{2ED3}页\u{200B}".chars().filter_map(seen).collect();
        assert_eq!(text, "方案里长页");
    }
}
