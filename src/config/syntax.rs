//! What to do about text that is not TOML: the parser says what it met, this file what its owner probably forgot.
//!
//! Must not know which settings there are. A message that is not known here is passed on without a hint, so a new
//! version of the parser costs a hint at most.

/// The parser's messages by their beginnings, and what helps.
const HINTS: [(&str, &str); 10] = [
    (
        "string values must be quoted",
        "After `=` stands a text in quotes, a number, true or false, or a list in [ ].",
    ),
    ("duplicate key", "It is given above already; what may be given several times is written `[[so]]`."),
    ("invalid basic string", "A text ends with the quote it began with, on the same line."),
    (
        "unclosed array table",
        "A section that may come several times is a name in two brackets, such as `[[teams]]`.",
    ),
    ("unclosed array", "Look for a missing `,` or `]` in the list that ends here."),
    ("missing comma", "Look for a missing `,` or `]` in the list that ends here."),
    ("unclosed table", "A section is a name in brackets, such as `[guild]`."),
    ("key with no value", "Every line is `key = value`, and a comment begins with `#`."),
    ("invalid key-value pair", "Every line is `key = value`, and a comment begins with `#`."),
    ("extra", "Every setting stands on a line of its own."),
];

/// What is wrong, and what to do about it.
pub(super) fn explain(error: &toml::de::Error) -> (String, &'static str) {
    let message = error.message();
    let hint = HINTS.iter().find(|(beginning, _)| message.starts_with(beginning));
    // What the parser would rather have seen is a guess about the rest of the line, and a bad one here.
    let message = message.strip_suffix(", expected literal string").unwrap_or(message);
    (format!("not valid TOML: {message}"), hint.map_or("", |(_, hint)| hint))
}
