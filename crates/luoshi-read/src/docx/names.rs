//! Names of WordprocessingML, in the transitional and the strict namespace alike.

use roxmltree::Node;

const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";
const COMPATIBILITY: &str = "http://schemas.openxmlformats.org/markup-compatibility/2006";

/// The local name of a WordprocessingML element.
pub(super) fn word<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    let name = node.tag_name();
    matches!(name.namespace(), Some(TRANSITIONAL | STRICT)).then(|| name.name())
}

/// Whether the node is the WordprocessingML element `name`.
pub(super) fn is(node: Node, name: &str) -> bool {
    word(node) == Some(name)
}

/// The first child element of this name.
pub(super) fn kid<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| is(*child, name))
}

/// A WordprocessingML attribute.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attribute((TRANSITIONAL, name)).or_else(|| node.attribute((STRICT, name)))
}

/// The `val` of the child element of this name.
pub(super) fn val<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    attribute(kid(node, name)?, "val")
}

/// The `val` of the child element of this name as a number.
pub(super) fn number<T: std::str::FromStr>(node: Node, name: &str) -> Option<T> {
    val(node, name)?.trim().parse().ok()
}

/// Whether a property that is on or off is on; `None` where it is not set.
pub(super) fn toggle(node: Node, name: &str) -> Option<bool> {
    let property = kid(node, name)?;
    Some(!matches!(attribute(property, "val"), Some("0" | "false" | "off" | "none")))
}

/// Whether a property that is on or off is set and on.
pub(super) fn on(node: Node, name: &str) -> bool {
    toggle(node, name) == Some(true)
}

/// Of alternatives the one that a present-day program shows: the first choice, else the fallback.
/// `None` where the node offers no alternatives.
pub(super) fn chosen<'a, 'i>(node: Node<'a, 'i>) -> Option<Option<Node<'a, 'i>>> {
    let here = |node: Node, name: &str| node.has_tag_name((COMPATIBILITY, name));
    here(node, "AlternateContent").then(|| {
        let choice = node.children().find(|child| here(*child, "Choice"));
        choice.or_else(|| node.children().find(|child| here(*child, "Fallback")))
    })
}
