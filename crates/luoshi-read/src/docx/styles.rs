use std::collections::HashMap;

use roxmltree::Document;

use super::names::{attribute, is, kid, number, on, toggle, val};

/// Styles are followed through their parents this far; loops end here.
const CHAIN: usize = 20;

/// What a style says that matters for the text.
#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    num: Option<String>,
    level: Option<usize>,
    hidden: Option<bool>,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    /// The style of paragraphs that name none.
    default: Option<String>,
}

impl Styles {
    /// Reads `styles.xml`.
    pub(super) fn read(tree: &Document) -> Self {
        let mut out = Self::default();
        for node in tree.root_element().children().filter(|node| is(*node, "style")) {
            let Some(id) = attribute(node, "styleId") else {
                continue;
            };
            let numbering = kid(node, "pPr").and_then(|properties| kid(properties, "numPr"));
            let style = Style {
                parent: val(node, "basedOn").map(str::to_owned),
                num: numbering.and_then(|n| val(n, "numId")).map(str::to_owned),
                level: numbering.and_then(|n| number(n, "ilvl")),
                hidden: kid(node, "rPr").and_then(|properties| toggle(properties, "vanish")),
            };
            let default = matches!(attribute(node, "default"), Some("1" | "true" | "on"));
            if default && attribute(node, "type") == Some("paragraph") {
                out.default = Some(id.to_owned());
            }
            out.styles.insert(id.to_owned(), style);
        }
        out
    }

    /// A style and its ancestors, nearest first; the default paragraph style where none is named.
    fn chain<'a>(&'a self, id: Option<&'a str>) -> impl Iterator<Item = (&'a str, &'a Style)> {
        let get = |id: &'a str| self.styles.get(id).map(|style| (id, style));
        let first = id.or(self.default.as_deref()).and_then(get);
        std::iter::successors(first, move |(_, style)| style.parent.as_deref().and_then(get)).take(CHAIN)
    }

    /// The ids of a style and its ancestors.
    pub(super) fn ids<'a>(&'a self, id: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        self.chain(id).map(|(id, _)| id)
    }

    /// The list that a paragraph style belongs to.
    pub(super) fn num<'a>(&'a self, id: Option<&'a str>) -> Option<&'a str> {
        self.chain(id).find_map(|(_, style)| style.num.as_deref())
    }

    /// The level in that list that a paragraph style names.
    pub(super) fn level(&self, id: Option<&str>) -> Option<usize> {
        self.chain(id).find_map(|(_, style)| style.level)
    }

    /// Whether text of a style is hidden.
    pub(super) fn hidden(&self, id: Option<&str>) -> Option<bool> {
        self.chain(id).find_map(|(_, style)| style.hidden)
    }

    /// Whether a run is hidden: by itself, by its character style, by the paragraph's style.
    pub(super) fn hides(&self, run: roxmltree::Node, paragraph: Option<&str>) -> bool {
        let properties = kid(run, "rPr");
        let own = properties.and_then(|p| toggle(p, "vanish"));
        let style = || properties.and_then(|p| val(p, "rStyle")).and_then(|id| self.hidden(Some(id)));
        own.or_else(style).or_else(|| self.hidden(paragraph)).unwrap_or(false)
    }
}

/// Whether the mark that ends a paragraph was deleted or moved away, so that the paragraph runs on
/// in the next one.
pub(super) fn mark_removed(paragraph: roxmltree::Node) -> bool {
    mark(paragraph).is_some_and(|mark| kid(mark, "del").is_some() || kid(mark, "moveFrom").is_some())
}

/// Whether the mark that ends a paragraph is hidden.
pub(super) fn mark_hidden(paragraph: roxmltree::Node) -> bool {
    mark(paragraph).is_some_and(|mark| on(mark, "vanish"))
}

fn mark<'a, 'i>(paragraph: roxmltree::Node<'a, 'i>) -> Option<roxmltree::Node<'a, 'i>> {
    kid(paragraph, "pPr").and_then(|properties| kid(properties, "rPr"))
}
