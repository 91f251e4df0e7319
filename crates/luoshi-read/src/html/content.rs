//! Where on a page the article is.

use super::tree::{Node, Tree};
use crate::text::trim;

/// Elements that never hold a page's own text.
const NEVER: &[&str] = &[
    "script", "style", "noscript", "template", "head", "nav", "footer", "aside", "button", "select",
    "option", "iframe", "object", "embed", "svg", "canvas", "audio", "video", "textarea", "input", "map",
    "noframes",
];
/// Words in a class or id of what stands around an article.
const AROUND: &[&str] = &[
    "nav",
    "navbar",
    "menu",
    "footer",
    "foot",
    "sidebar",
    "breadcrumb",
    "breadcrumbs",
    "crumbs",
    "crumb",
    "share",
    "bdsharebuttonbox",
    "related",
    "recommend",
    "pager",
    "pagination",
    "copyright",
    "toolbar",
    "ewm",
    "qrcode",
    "search",
    "login",
    "comment",
    "comments",
    "ad",
    "ads",
    "advert",
    "banner",
    "location",
    "dqwz",
    "weizhi",
    "friendlink",
    "tags",
];
/// Classes and ids that systems of government sites give to the article.
const KNOWN: &[&str] = &[
    "zoom",
    "fontzoom",
    "ucapcontent",
    "ucap-content",
    "trs_editor",
    "trs_ueditor",
    "trs_paper_preview",
    "article-content",
    "article_content",
    "articlecontent",
    "article-con",
    "article_con",
    "article-body",
    "articlebody",
    "artibody",
    "pages_content",
    "news_content",
    "newscontent",
    "news-content",
    "wp_articlecontent",
    "v_news_content",
    "vsb_content",
    "vsb_content_2",
    "vsb_content_4",
    "js_content",
    "rich_media_content",
    "content-txt",
    "contenttext",
    "content_text",
    "detail-content",
    "detail_content",
    "xxgk_content",
    "bodylabel",
    "mainontent",
    "maincontent",
    "main-content",
    "printarea",
    "conttext",
    "contxt",
    "entry-content",
    "post-content",
    "article",
];
/// Characters that a known place must hold to be believed.
const ENOUGH: usize = 50;

/// Bytes that are looked at for a title.
const TITLE: usize = 2_000;

/// The article of a page.
#[derive(Debug)]
pub(super) struct Content {
    /// The element that holds it.
    pub(super) root: usize,
    /// Its title, where that stands outside.
    pub(super) title: Option<String>,
    /// For each node whether it is left out.
    pub(super) dropped: Vec<bool>,
}

/// What stands under a node.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    /// Characters.
    chars: usize,
    /// Characters in links.
    linked: usize,
    /// Links.
    links: usize,
    /// Worth as running text: characters outside links, more where they make sentences.
    prose: usize,
    /// Whether it speaks of attachments.
    attached: bool,
}

/// Finds the article.
pub(super) fn find(tree: &Tree) -> Content {
    let mut dropped = vec![false; tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate() {
        // Parents stand before their children.
        dropped[at] = dropped[node.parent] || node.hidden || NEVER.contains(&node.name.as_str());
    }
    let weights = weigh(tree, &dropped);
    let all = weights[0];
    for (at, node) in tree.nodes.iter().enumerate().skip(1) {
        let weight = weights[at];
        // A mark on the element that holds most of the text says nothing.
        let around = is_around(node) && weight.prose * 2 < all.prose;
        dropped[at] |= dropped[node.parent] || around || is_link_list(node, weight);
    }
    let weights = weigh(tree, &dropped);
    let root = known(tree, &weights, &dropped).unwrap_or_else(|| heaviest(tree, &weights));
    let title = title(tree, root, &dropped);
    Content { root, title, dropped }
}

fn weigh(tree: &Tree, dropped: &[bool]) -> Vec<Weight> {
    let mut weights = vec![Weight::default(); tree.nodes.len()];
    let mut in_link = vec![false; tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate() {
        in_link[at] = node.name == "a" || in_link[node.parent];
    }
    // Children stand after their parents.
    for (at, node) in tree.nodes.iter().enumerate().rev() {
        if dropped[at] {
            continue;
        }
        let mut own = weights[at];
        let chars = node.text.chars().filter(|c| !c.is_whitespace()).count();
        own.chars += chars;
        own.attached |= node.text.contains("附件");
        own.links += usize::from(node.name == "a");
        if in_link[at] {
            own.linked += chars;
        } else {
            let marks = node.text.chars().filter(|c| "，。；、：".contains(*c)).count();
            own.prose += chars + 10 * marks;
        }
        weights[at] = own;
        if at > 0 {
            let parent = &mut weights[node.parent];
            parent.chars += own.chars;
            parent.linked += own.linked;
            parent.links += own.links;
            parent.prose += own.prose;
            parent.attached |= own.attached;
        }
    }
    weights
}

fn is_around(node: &Node) -> bool {
    !matches!(node.name.as_str(), "html" | "body" | "table" | "td" | "tr")
        && node.labels.split([' ', '-', '_']).any(|word| AROUND.contains(&word))
}

/// A block that is mostly links and says no sentence. Attachments are links too, but few.
fn is_link_list(node: &Node, weight: Weight) -> bool {
    matches!(node.name.as_str(), "div" | "ul" | "ol" | "dl" | "table" | "section" | "p" | "td")
        && weight.links >= 4
        && weight.linked * 10 > weight.chars * 7
        && !weight.attached
}

fn known(tree: &Tree, weights: &[Weight], dropped: &[bool]) -> Option<usize> {
    let is_known = |node: &Node| node.name == "article" || KNOWN.iter().any(|label| node.labelled(label));
    let places = (1..tree.nodes.len()).filter(|at| !dropped[*at] && is_known(tree.node(*at)));
    // Of equal ones the outermost, which comes first.
    let best = places.rev().max_by_key(|at| weights[*at].prose)?;
    let enough = weights[best].chars >= ENOUGH && weights[best].prose * 10 >= weights[0].prose * 3;
    enough.then_some(best)
}

/// Goes down from the page as long as one child holds nearly all of the running text.
fn heaviest(tree: &Tree, weights: &[Weight]) -> usize {
    const INSIDE: &[&str] = &["body", "div", "section", "article", "main", "form", "center", "html", "span"];
    let mut at = 0;
    loop {
        let child = tree.children(at).filter(|(_, node)| INSIDE.contains(&node.name.as_str()));
        let Some((child, _)) = child.max_by_key(|(child, _)| weights[*child].prose) else { return at };
        if weights[child].prose * 20 < weights[at].prose * 17 {
            return at;
        }
        at = child;
    }
}

/// The title of the page, unless it stands in the article itself.
fn title(tree: &Tree, root: usize, dropped: &[bool]) -> Option<String> {
    let clean = |text: &str| trim(&text.split_whitespace().collect::<Vec<_>>().join(" ")).to_owned();
    let inside = |mut at: usize| {
        while at != 0 && at != root {
            at = tree.node(at).parent;
        }
        at == root
    };
    let usable = |text: &String| (4..=120).contains(&text.chars().count());
    let heading = (1..tree.nodes.len()).find(|at| {
        let node = tree.node(*at);
        let labelled = ["title", "article-title", "article_title", "arttitle", "rich_media_title"];
        let is_heading =
            node.name == "h1" || (node.name == "h2" && labelled.iter().any(|l| node.labelled(l)));
        is_heading && !dropped[*at] && usable(&clean(&tree.text_of(*at, TITLE)))
    });
    let words = match heading {
        Some(at) if inside(at) => return None,
        Some(at) => clean(&tree.text_of(at, TITLE)),
        None => {
            let meta = tree.nodes.iter().find(|node| node.name == "meta" && node.labelled("articletitle"));
            clean(meta?.content.as_deref()?)
        }
    };
    let start: String =
        tree.text_of(root, 4 * TITLE).chars().filter(|c| !c.is_whitespace()).take(400).collect();
    let same: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    (usable(&words) && !start.contains(&same)).then_some(words)
}
