//! A reader of our pages that lets nothing through but what a report needs.
//!
//! Not an HTML parser: stricter. It knows only the way in which [`Page`](super::super::page::Page) writes tags, and
//! anything else fails: an unknown element or attribute, a value that could act, a tag that is not closed.

/// The elements that a report may have.
const ELEMENTS: &str = "html head title style body header nav main section h1 h2 h3 h4 h5 h6 p span bdi strong b em s br hr \
    a ul ol li dl dt dd div table caption thead tbody tr th td figure figcaption img pre code blockquote time meta";
const VOID: [&str; 4] = ["meta", "br", "hr", "img"];
/// The ones in which nothing is a tag.
const RAW: [&str; 2] = ["style", "title"];
const PLAIN: &str = "class id lang role scope start tabindex alt datetime aria-label aria-labelledby name content charset \
    http-equiv";

fn is_one_of(name: &str, names: &str) -> bool {
    names.split_whitespace().any(|own| own == name)
}

/// Reads the whole page.
pub(super) fn check(page: &str) {
    let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("a doctype");
    let mut open: Vec<&str> = Vec::new();
    while let Some((text, after)) = rest.split_once('<') {
        check_text(text);
        let (tag, after) = after.split_once('>').expect("an end of the tag");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed in this order");
            continue;
        }
        let name = check_tag(tag);
        if RAW.contains(&name) {
            let (text, after) = rest.split_once(&format!("</{name}>")).expect("an end");
            assert!(!text.contains('<'), "{text}");
            rest = after;
        } else if !VOID.contains(&name) {
            open.push(name);
        }
    }
    check_text(rest);
    assert!(open.is_empty(), "{open:?} stays open");
}

/// The name of an element, if all is well with it.
fn check_tag(tag: &str) -> &str {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    assert!(is_one_of(name, ELEMENTS), "<{tag}>");
    while !rest.is_empty() {
        let (attribute, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("<{tag}>"));
        let (value, after) = after.split_once('"').unwrap_or_else(|| panic!("<{tag}>"));
        check_text(value);
        match attribute {
            "href" => check_address(name, value),
            "src" => assert!(name == "img" && is_picture(value), "<{tag}>"),
            "rel" => assert_eq!(value, "noopener noreferrer"),
            "class" => assert!(value.bytes().all(|b| b.is_ascii_lowercase() || b == b' '), "<{tag}>"),
            "http-equiv" => assert_eq!(value, "Content-Security-Policy"),
            other => assert!(is_one_of(other, PLAIN), "<{tag}>"),
        }
        rest = after.strip_prefix(' ').unwrap_or(after);
        assert!(after.is_empty() || after.starts_with(' '), "<{tag}>");
    }
    assert!(name != "a" || tag.contains("href=\"#") || tag.contains("rel=\""), "<{tag}>");
    name
}

fn check_address(name: &str, value: &str) {
    let lower = value.to_lowercase();
    let leads_somewhere =
        ["https://", "http://", "#part-", "#picture-"].iter().any(|begin| lower.starts_with(begin));
    assert!(name == "a" && leads_somewhere && !value.contains(char::is_whitespace), "{value}");
}

fn is_picture(value: &str) -> bool {
    let kinds = ["png", "jpeg", "gif", "webp"];
    kinds.iter().any(|kind| value.strip_prefix(&format!("data:image/{kind};base64,")).is_some_and(is_base64))
}

fn is_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}

/// No mark of HTML, and every `&` begins one of our five escapes; nothing that cannot be seen.
fn check_text(text: &str) {
    assert!(!text.contains(['<', '>', '"', '\'']), "{text:?}");
    for (place, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
        assert!(known.iter().any(|escape| text[place..].starts_with(escape)), "{text:?}");
    }
    let hidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    assert!(!text.contains(hidden), "{text:?}");
}

#[test]
fn the_checker_sees_what_must_not_be() {
    let bad = [
        "<script>x</script>",
        "<p onclick=\"x\">y</p>",
        "<a href=\"javascript:x\" rel=\"noopener noreferrer\">y</a>",
        "<a href=\"https://a.example\">y</a>",
        "<a href=\"#x\">y</a>",
        "<img src=\"https://a.example/x.png\">",
        "<img src=\"data:image/svg+xml;base64,AA\">",
        "<p class=\"a\"b=\"\">y</p>",
        "<p class=a>y</p>",
        "<p>y",
        "<p><b>y</p></b>",
        "y</p>",
        "a & b",
        "a \" b",
        "a > b",
        "a \u{202e} b",
        "<style>a<b</style>",
        "<meta http-equiv=\"refresh\">",
    ];
    for page in bad {
        let page = format!("<!DOCTYPE html>\n{page}");
        assert!(std::panic::catch_unwind(|| check(&page)).is_err(), "{page}");
    }
    check("<!DOCTYPE html>\n<p class=\"a b\">x &amp; y<br></p><a href=\"#part-1\">z</a>");
}
