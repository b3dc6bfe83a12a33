//! What the people of the demo write into their Final Reports.
//!
//! Must not know how it gets there. All of it is invented; it agrees with what happens in `script`.

/// What Tom writes for the Technical team: sections and texts.
pub const TECHNICAL: &[(&str, &str)] = &[
    (
        "summary",
        "From 09:15 to 10:08 about one card payment in five failed with “502 Bad Gateway”. Our card provider answered \
         after 30 seconds instead of 0.3, so that all 200 connections of the payment gateway waited for it. A shorter \
         timeout and a larger pool brought service back. Bank transfer was not affected.",
    ),
    (
        "detection",
        "Ann saw the error page at 09:15 and reported it at 09:31; five customers had called support by then. No alarm \
         went off: the one on payments counts errors per hour.",
    ),
    (
        "cause",
        "- **A, communication network:** confirmed. The card provider, an external system, was slow from 09:14 on.\n\
         - **B, hardware:** cleared. Load and disks were as always.\n\
         - **C, software:** contributed. Our timeout of 60 seconds let one slow partner fill the whole pool.\n\
         - **D, data:** cleared. No payment was booked twice; 14 were cancelled by customers themselves.",
    ),
    (
        "resolution",
        "1. 09:55: timeout to the provider lowered from 60 to 3 seconds, pool doubled to 400 (Tom).\n\
         2. 10:02: live on all servers; errors fell within two minutes.\n\
         3. 10:08: last failed payment. Watched until 10:20.",
    ),
    (
        "follow-ups",
        "- Alarm on the share of failed payments in five minutes (Tess, 30 November)\n\
         - A pool of its own for each payment provider (Tom, 11 December)\n\
         - Ask the provider for its report (Dora, 25 November)",
    ),
];

/// What Will writes for the Web team.
pub const WEB: &[(&str, &str)] = &[
    (
        "summary",
        "For 53 minutes the shop answered part of the card payments with a bare error page. A notice and a detour to \
         bank transfer helped until payments worked again at 10:08.",
    ),
    (
        "impact",
        "Customers who paid by card saw “502 Bad Gateway” after a wait of half a minute. Trying again often helped.",
    ),
    (
        "communication",
        "- 09:41: notice on every page of the shop: card payments are slow, bank transfer works.\n\
         - 09:42: support told the five customers who had called.\n\
         - 10:20: notice taken down.",
    ),
    (
        "cause",
        "The shop itself worked. For customers: *our card payment partner was slow, and our system waited too long.*",
    ),
    (
        "resolution",
        "Notice and detour put up at 09:41 and taken down at 10:20 (Will). A test payment by card passed at 10:15.",
    ),
    ("follow-ups", "- An error page that says what to do (Wanda, 4 December)"),
];

/// What Will writes after Dora has asked for numbers.
pub const WEB_MENDED: (&str, &str) = (
    "impact",
    "Customers who paid by card saw “502 Bad Gateway” after a wait of half a minute. Of 1,140 card payments between \
     09:15 and 10:08 about 230 failed; 216 of them passed on the second try. Five customers called.",
);
