//! What a page draws: glyphs where they stand and straight lines that may rule a table.

use std::collections::HashMap;
use std::rc::Rc;

use super::file::{File, Page};
use super::font::Font;
use super::object::{Dict, Lexer, Object, Token, is_blank};
use crate::layout::{Glyph, Matrix, Path, Sheet};

/// Drawings inside drawings.
const MAX_FORMS: usize = 12;

/// States pushed at one time, and glyphs of one page.
const MAX_STATES: usize = 512;
const MAX_GLYPHS: usize = 400_000;

/// How often the clock is asked.
const CLOCK: usize = 4_096;

/// Reads pages, keeping the fonts that it has met.
pub(super) struct Painter<'f, 'a> {
    file: &'f File<'a>,
    fonts: HashMap<*const Dict, (Rc<Dict>, Rc<Font>)>,
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    char_spacing: f64,
    word_spacing: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// The drawing of one page.
struct Canvas {
    sheet: Sheet,
    path: Path,
    /// How many glyphs stand turned by each number of quarters.
    turned: [usize; 4],
    operations: usize,
    stopped: bool,
}

impl<'f, 'a> Painter<'f, 'a> {
    pub(super) fn new(file: &'f File<'a>) -> Self {
        Self { file, fonts: HashMap::new() }
    }

    /// Draws a page; one whose text stands sideways is turned. `None` where time ran out.
    pub(super) fn page(&mut self, page: &Page) -> Option<Sheet> {
        let content = self.file.content(page);
        let canvas = self.draw(page, page.turns, &content);
        let most = (0..4).max_by_key(|&i| (canvas.turned[i], 4 - i)).unwrap_or(0);
        let canvas =
            if most == 0 { canvas } else { self.draw(page, (page.turns + 4 - most as i64) % 4, &content) };
        (!canvas.stopped).then_some(canvas.sheet)
    }

    fn draw(&mut self, page: &Page, turns: i64, content: &[u8]) -> Canvas {
        let [left, bottom, right, top] = page.media;
        let (wide, high) = (right - left, top - bottom);
        // The y axis is turned to count from the top.
        let (ctm, width, height) = match turns {
            1 => (Matrix([0.0, 1.0, 1.0, 0.0, -bottom, -left]), high, wide),
            2 => (Matrix([-1.0, 0.0, 0.0, 1.0, right, -bottom]), wide, high),
            3 => (Matrix([0.0, -1.0, -1.0, 0.0, top, right]), high, wide),
            _ => (Matrix([1.0, 0.0, 0.0, -1.0, -left, top]), wide, high),
        };
        let mut canvas = Canvas {
            sheet: Sheet::new(width, height),
            path: Path::default(),
            turned: [0; 4],
            operations: 0,
            stopped: false,
        };
        let state = State {
            ctm,
            font: None,
            size: 0.0,
            char_spacing: 0.0,
            word_spacing: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        self.run(content, &page.resources, state, &mut canvas, 0, false);
        canvas
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &Object,
        mut state: State,
        canvas: &mut Canvas,
        depth: usize,
        artifact: bool,
    ) {
        let mut lexer = Lexer::of_content(content);
        let mut operands: Vec<Object> = Vec::new();
        let mut states: Vec<State> = Vec::new();
        // Whether each open stretch of marked content lies outside the text proper.
        let mut marks: Vec<bool> = Vec::new();
        let mut text = Matrix::IDENTITY;
        let mut line = Matrix::IDENTITY;
        while let Some(token) = lexer.token() {
            let operator = match token {
                Token::Object(object) => {
                    if operands.len() < 64 {
                        operands.push(object);
                    }
                    continue;
                }
                Token::Word(word) => word,
            };
            canvas.operations += 1;
            if canvas.operations.is_multiple_of(CLOCK) && self.file.deadline.passed() {
                canvas.stopped = true;
            }
            if canvas.stopped {
                return;
            }
            let number = |i: usize| operands.get(i).and_then(Object::number).unwrap_or(0.0);
            let matrix = || Matrix(std::array::from_fn(number));
            let outside = artifact || marks.iter().any(|&mark| mark);
            match operator {
                b"q" if states.len() < MAX_STATES => states.push(state.clone()),
                b"Q" => {
                    if let Some(saved) = states.pop() {
                        state = saved;
                    }
                }
                b"cm" => state.ctm = matrix().then(&state.ctm),
                b"BT" => {
                    text = Matrix::IDENTITY;
                    line = text;
                }
                b"Tf" => {
                    state.size = number(1);
                    state.font =
                        operands.first().and_then(Object::name).and_then(|name| self.font(resources, name));
                }
                b"Tc" => state.char_spacing = number(0),
                b"Tw" => state.word_spacing = number(0),
                b"Tz" => state.stretch = number(0) / 100.0,
                b"TL" => state.leading = number(0),
                b"Ts" => state.rise = number(0),
                b"Tm" => {
                    line = matrix();
                    text = line;
                }
                b"Td" | b"TD" => {
                    if operator == b"TD" {
                        state.leading = -number(1);
                    }
                    line = line.shifted(number(0), number(1));
                    text = line;
                }
                b"T*" | b"'" | b"\"" => {
                    if operator == b"\"" {
                        state.word_spacing = number(0);
                        state.char_spacing = number(1);
                    }
                    line = line.shifted(0.0, -state.leading);
                    text = line;
                    if operator != b"T*"
                        && let Some(string) = operands.last().and_then(Object::text)
                    {
                        show(canvas, &state, &mut text, string, outside);
                    }
                }
                b"Tj" => {
                    if let Some(string) = operands.first().and_then(Object::text) {
                        show(canvas, &state, &mut text, string, outside);
                    }
                }
                b"TJ" => {
                    for item in operands.first().map(Object::array).unwrap_or_default() {
                        match item {
                            Object::Text(string) => {
                                show(canvas, &state, &mut text, string, outside);
                            }
                            Object::Number(n) => {
                                let back = n / 1000.0 * state.size * state.stretch;
                                text = text.shifted(-back, 0.0);
                            }
                            _ => {}
                        }
                    }
                }
                b"BMC" | b"BDC" if marks.len() < MAX_STATES => {
                    marks.push(operands.first().and_then(Object::name) == Some(b"Artifact"));
                }
                b"EMC" => {
                    marks.pop();
                }
                b"Do" if depth < MAX_FORMS => {
                    if let Some(name) = operands.first().and_then(Object::name) {
                        self.form(resources, name, &state, canvas, depth, outside);
                    }
                }
                b"BI" => skip_inline_image(&mut lexer),
                _ => canvas.path.operator(operator, number, &state.ctm, &mut canvas.sheet.rules),
            }
            operands.clear();
        }
    }

    /// Draws a form, which is a content with resources of its own.
    fn form(
        &mut self,
        resources: &Object,
        name: &[u8],
        state: &State,
        canvas: &mut Canvas,
        depth: usize,
        artifact: bool,
    ) {
        let Some(Object::Stream(stream)) = self.resource(resources, "XObject", name) else {
            return;
        };
        if self.file.get(&stream.dict, "Subtype").name() != Some(b"Form") {
            return;
        }
        let mut state = state.clone();
        let given = self.file.get(&stream.dict, "Matrix");
        if let [_, _, _, _, _, _] = given.array() {
            let number = |i: usize| self.file.resolve(&given.array()[i]).number();
            let matrix = Matrix(std::array::from_fn(|i| number(i).unwrap_or(0.0)));
            state.ctm = matrix.then(&state.ctm);
        }
        let own = self.file.get(&stream.dict, "Resources");
        let resources = if own.dict().is_some() { &own } else { resources };
        let content = self.file.data(&stream);
        self.run(&content, resources, state, canvas, depth + 1, artifact);
    }

    fn resource(&self, resources: &Object, kind: &str, name: &[u8]) -> Option<Object> {
        let of_kind = self.file.get(resources.dict()?, kind);
        let (_, found) = of_kind.dict()?.iter().find(|(key, _)| *key == name)?;
        Some(self.file.resolve(found))
    }

    fn font(&mut self, resources: &Object, name: &[u8]) -> Option<Rc<Font>> {
        let object = self.resource(resources, "Font", name)?;
        let dict = object.dict()?;
        let file = self.file;
        let (_, font) = self
            .fonts
            .entry(Rc::as_ptr(dict))
            .or_insert_with(|| (Rc::clone(dict), Rc::new(Font::read(file, dict))));
        Some(Rc::clone(font))
    }
}

/// Puts the glyphs of a string on the page and moves on behind them.
fn show(canvas: &mut Canvas, state: &State, text: &mut Matrix, string: &[u8], artifact: bool) {
    let Some(font) = &state.font else { return };
    font.show(string, |shown, chars| {
        let place = text.shifted(0.0, state.rise).then(&state.ctm);
        let advance = shown.width * state.size * state.stretch;
        let spacing = state.char_spacing + if shown.is_space { state.word_spacing } else { 0.0 };
        *text = text.shifted(advance + spacing * state.stretch, 0.0);
        let [a, b, c, d, x, y] = place.0;
        let quarter = if b.abs() <= a.abs() * 0.3 {
            usize::from(a < 0.0) * 2
        } else if a.abs() <= b.abs() * 0.3 {
            1 + usize::from(b < 0.0) * 2
        } else {
            return;
        };
        if chars.iter().any(|c| !c.is_whitespace()) {
            canvas.turned[quarter] += 1;
        }
        if quarter != 0 {
            return;
        }
        if !shown.known {
            canvas.sheet.unknown += 1;
        }
        let size = state.size.abs() * c.hypot(d);
        let wide = advance * a;
        let inside = x > -5.0 && x < canvas.sheet.width + 5.0 && y > -5.0 && y < canvas.sheet.height + size;
        if !inside || !size.is_finite() || canvas.sheet.glyphs.len() >= MAX_GLYPHS {
            return;
        }
        let (left, right) = (x.min(x + wide), x.max(x + wide));
        let each = (right - left) / chars.len().max(1) as f64;
        for (i, &c) in (0_u32..).zip(chars) {
            let start = left + each * f64::from(i);
            canvas.sheet.glyphs.push(Glyph { c, left: start, right: start + each, base: y, size, artifact });
        }
    });
}

/// Passes over the bytes of an image that stands in the content itself.
fn skip_inline_image(lexer: &mut Lexer) {
    while let Some(token) = lexer.token() {
        if matches!(token, Token::Word(b"ID")) {
            break;
        }
    }
    let bytes = lexer.bytes;
    let from = lexer.at.min(bytes.len());
    for at in memchr::memmem::find_iter(&bytes[from..], b"EI") {
        let at = from + at;
        let before = at > from && is_blank(bytes[at - 1]);
        let after = bytes.get(at + 2).is_none_or(|&b| is_blank(b));
        let rest = &bytes[(at + 2).min(bytes.len())..(at + 12).min(bytes.len())];
        if before && after && rest.iter().all(|b| b.is_ascii_graphic() || is_blank(*b)) {
            lexer.at = at + 2;
            return;
        }
    }
    lexer.at = bytes.len();
}
