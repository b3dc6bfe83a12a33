//! What a button, select or form tells the bot when it is used: a typed value in the id that Discord sends back.
//!
//! Everything stands in the id itself, so that a button works after a restart and on a message years old; nothing is
//! remembered elsewhere. The id says what is wished, never who may: that is checked at every press, since anybody
//! can send any id. Must not know what the wish leads to. Invariants: encoding and decoding are inverse; an id of
//! another version or of nobody's is no id, never a panic.

use crate::domain::ticket::{Affected, Frequency};
use crate::domain::{NoteKind, ServiceKey, SeverityKey, TeamKey, TicketNumber};
use crate::report::Format;

/// The first part of every id. The number rises when an old id would be misunderstood.
const VERSION: &str = "tt1";
/// Stands between the parts.
const SEPARATOR: char = ':';

/// What somebody wishes by pressing, choosing or sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomId {
    /// Take the ticket, for one's own team.
    Take(TicketNumber),
    /// Take the ticket for this team: for members of several.
    TakeFor(TicketNumber, TeamKey),
    /// Be asked for the new status.
    Status(TicketNumber),
    /// Set the status that was chosen.
    StatusPick(TicketNumber),
    /// Be given the form for a note.
    Note(TicketNumber),
    /// Write down the note that was typed.
    NoteForm(TicketNumber, NoteKind),
    /// See where the Final Reports stand, in an answer of its own.
    Report(TicketNumber),
    /// See where the Final Reports stand, in the place of what one looks at.
    AllReports(TicketNumber),
    /// Draft the Final Reports.
    DraftReports(TicketNumber),
    /// Do something to a team's Final Report.
    OnReport(TicketNumber, TeamKey, ReportWish),
    /// Be given the form for reopening.
    Reopen(TicketNumber),
    /// Reopen for the reason that was typed.
    ReopenForm(TicketNumber),
    /// See another page of the history, counted from 0.
    History(TicketNumber, usize),
    /// Open a ticket with what was typed, and with the options of the command before.
    OpenForm(OpenOptions),
    /// Try again what the operators were told is held up.
    RetryHeldUp,
}

/// What somebody wishes to do to a Final Report. Numbers are versions, so that nobody acts on what they did not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportWish {
    /// Look at it.
    Open,
    /// Compile it anew.
    Draft,
    /// Read the section that was chosen.
    Section,
    /// Read another page of the section with this key, counted from 0.
    Page(String, usize),
    /// Be given the form for the section with this key.
    Edit(String),
    /// Save what was typed into the form for the section with this key.
    Form(String, i64),
    /// Say that it is ready.
    Submit(i64),
    /// Agree to it.
    Approve(i64),
    /// Be given the form that returns it.
    Return(i64),
    /// Return it for the reason that was typed.
    ReturnForm(i64),
    /// Get it as a file.
    Export(Format),
}

/// The options of `/ticket open`, carried through its form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// How bad it is.
    pub severity: Option<SeverityKey>,
    /// The service concerned.
    pub service: Option<ServiceKey>,
    /// Whom it hits.
    pub affected: Option<Affected>,
    /// How often it happens.
    pub frequency: Option<Frequency>,
}

impl CustomId {
    /// The id as Discord keeps it. Keys of at most 24 characters, as the config demands, keep it within the limit.
    #[must_use]
    pub fn encode(&self) -> String {
        let of = |verb: &str, ticket: &TicketNumber| vec![verb.to_owned(), ticket.0.to_string()];
        let with = |verb: &str, ticket: &TicketNumber, rest: String| {
            vec![verb.to_owned(), ticket.0.to_string(), escape(&rest)]
        };
        let parts = match self {
            Self::Take(ticket) => of("take", ticket),
            Self::TakeFor(ticket, team) => with("take-for", ticket, team.to_string()),
            Self::Status(ticket) => of("status", ticket),
            Self::StatusPick(ticket) => of("status-pick", ticket),
            Self::Note(ticket) => of("note", ticket),
            Self::NoteForm(ticket, kind) => with("note-form", ticket, kind.to_string()),
            Self::Report(ticket) => of("report", ticket),
            Self::AllReports(ticket) => of("reports", ticket),
            Self::DraftReports(ticket) => of("reports-draft", ticket),
            Self::OnReport(ticket, team, wish) => {
                let mut parts = with("on-report", ticket, team.to_string());
                parts.extend(wish.parts());
                parts
            }
            Self::Reopen(ticket) => of("reopen", ticket),
            Self::ReopenForm(ticket) => of("reopen-form", ticket),
            Self::History(ticket, page) => with("history", ticket, page.to_string()),
            Self::OpenForm(options) => options.parts(),
            Self::RetryHeldUp => vec!["retry-held-up".to_owned()],
        };
        format!("{VERSION}{SEPARATOR}{}", parts.join(&SEPARATOR.to_string()))
    }

    /// The wish behind an id; `None` if it is of another version, of another bot or damaged.
    #[must_use]
    pub fn decode(id: &str) -> Option<Self> {
        let parts: Vec<&str> = id.strip_prefix(VERSION)?.strip_prefix(SEPARATOR)?.split(SEPARATOR).collect();
        Some(match *parts.as_slice() {
            ["take", ticket] => Self::Take(number(ticket)?),
            ["take-for", ticket, team] => Self::TakeFor(number(ticket)?, TeamKey::new(unescape(team)?)),
            ["status", ticket] => Self::Status(number(ticket)?),
            ["status-pick", ticket] => Self::StatusPick(number(ticket)?),
            ["note", ticket] => Self::Note(number(ticket)?),
            ["note-form", ticket, kind] => Self::NoteForm(number(ticket)?, NoteKind::from_word(kind)?),
            ["report", ticket] => Self::Report(number(ticket)?),
            ["reports", ticket] => Self::AllReports(number(ticket)?),
            ["reports-draft", ticket] => Self::DraftReports(number(ticket)?),
            ["on-report", ticket, team, ref wish @ ..] => {
                Self::OnReport(number(ticket)?, TeamKey::new(unescape(team)?), ReportWish::read(wish)?)
            }
            ["reopen", ticket] => Self::Reopen(number(ticket)?),
            ["reopen-form", ticket] => Self::ReopenForm(number(ticket)?),
            ["history", ticket, page] => Self::History(number(ticket)?, digits(page)?.parse().ok()?),
            ["open", severity, service, affected, frequency] => {
                Self::OpenForm(OpenOptions::read(severity, service, affected, frequency)?)
            }
            ["retry-held-up"] => Self::RetryHeldUp,
            _ => return None,
        })
    }

    /// The ticket it is about, if it is about one that has a number.
    #[must_use]
    pub const fn ticket(&self) -> Option<TicketNumber> {
        match self {
            Self::Take(ticket)
            | Self::TakeFor(ticket, _)
            | Self::Status(ticket)
            | Self::StatusPick(ticket)
            | Self::Note(ticket)
            | Self::NoteForm(ticket, _)
            | Self::Report(ticket)
            | Self::AllReports(ticket)
            | Self::DraftReports(ticket)
            | Self::OnReport(ticket, ..)
            | Self::Reopen(ticket)
            | Self::ReopenForm(ticket)
            | Self::History(ticket, _) => Some(*ticket),
            Self::OpenForm(_) | Self::RetryHeldUp => None,
        }
    }
}

impl ReportWish {
    fn parts(&self) -> Vec<String> {
        let verb = |verb: &str, rest: &[String]| {
            std::iter::once(verb.to_owned()).chain(rest.iter().map(|part| escape(part))).collect()
        };
        match self {
            Self::Open => verb("open", &[]),
            Self::Draft => verb("draft", &[]),
            Self::Section => verb("section", &[]),
            Self::Page(section, page) => verb("page", &[section.clone(), page.to_string()]),
            Self::Edit(section) => verb("edit", std::slice::from_ref(section)),
            Self::Form(section, version) => verb("form", &[section.clone(), version.to_string()]),
            Self::Submit(version) => verb("submit", &[version.to_string()]),
            Self::Approve(version) => verb("approve", &[version.to_string()]),
            Self::Return(version) => verb("return", &[version.to_string()]),
            Self::ReturnForm(version) => verb("return-form", &[version.to_string()]),
            Self::Export(format) => verb("export", &[format.to_string()]),
        }
    }

    fn read(parts: &[&str]) -> Option<Self> {
        let version = |text: &str| digits(text)?.parse().ok();
        Some(match *parts {
            ["open"] => Self::Open,
            ["draft"] => Self::Draft,
            ["section"] => Self::Section,
            ["page", section, page] => Self::Page(unescape(section)?, digits(page)?.parse().ok()?),
            ["edit", section] => Self::Edit(unescape(section)?),
            ["form", section, seen] => Self::Form(unescape(section)?, version(seen)?),
            ["submit", seen] => Self::Submit(version(seen)?),
            ["approve", seen] => Self::Approve(version(seen)?),
            ["return", seen] => Self::Return(version(seen)?),
            ["return-form", seen] => Self::ReturnForm(version(seen)?),
            ["export", format] => Self::Export(Format::from_word(format)?),
            _ => return None,
        })
    }
}

impl OpenOptions {
    /// An option that was not given is an empty part.
    fn parts(&self) -> Vec<String> {
        vec![
            "open".to_owned(),
            self.severity.as_ref().map(|key| escape(key.as_str())).unwrap_or_default(),
            self.service.as_ref().map(|key| escape(key.as_str())).unwrap_or_default(),
            self.affected.map(Affected::as_str).unwrap_or_default().to_owned(),
            self.frequency.map(Frequency::as_str).unwrap_or_default().to_owned(),
        ]
    }

    fn read(severity: &str, service: &str, affected: &str, frequency: &str) -> Option<Self> {
        Some(Self {
            severity: given(severity, |key| unescape(key).map(SeverityKey::new))?,
            service: given(service, |key| unescape(key).map(ServiceKey::new))?,
            affected: given(affected, Affected::from_word)?,
            frequency: given(frequency, Frequency::from_word)?,
        })
    }
}

/// An empty part is no option; a part that cannot be read spoils the id.
fn given<T>(part: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if part.is_empty() { Some(None) } else { read(part).map(Some) }
}

fn number(text: &str) -> Option<TicketNumber> {
    digits(text)?.parse().ok().filter(|number| *number > 0).map(TicketNumber)
}

/// Digits as we write them: no sign, no leading zero, so that each wish has one id.
fn digits(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then_some(text)
}

/// Keys are plain words; should one hold the separator after all, it must not be taken for one.
fn escape(key: &str) -> String {
    key.replace('%', "%25").replace(SEPARATOR, "%3A")
}

fn unescape(part: &str) -> Option<String> {
    let text = part.replace("%3A", ":").replace("%25", "%");
    (!text.is_empty() && escape(&text) == part).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;
    use crate::cases::{cases, hostile};
    use crate::discord::limits;

    const KEY: &str = "[a-zA-Z0-9-]{1,24}";
    /// Sections have keys of our own, none longer than this.
    const SECTION: &str = "[a-z-]{1,13}";

    fn wishes() -> impl Strategy<Value = ReportWish> {
        let version = || 0..=i64::MAX;
        prop_oneof![
            select(&[ReportWish::Open, ReportWish::Draft, ReportWish::Section][..]),
            (SECTION, any::<usize>()).prop_map(|(section, page)| ReportWish::Page(section, page)),
            SECTION.prop_map(ReportWish::Edit),
            (SECTION, version()).prop_map(|(section, seen)| ReportWish::Form(section, seen)),
            version().prop_map(ReportWish::Submit),
            version().prop_map(ReportWish::Approve),
            version().prop_map(ReportWish::Return),
            version().prop_map(ReportWish::ReturnForm),
            select(Format::ALL).prop_map(ReportWish::Export),
        ]
    }

    /// What stands in the place of a part of an id.
    fn damage() -> impl Strategy<Value = String> {
        prop_oneof![
            select(&["", ":", "%", "%3A", "0", "9", "-", "+", "tt1:", "::", "\0", "٤"][..])
                .prop_map(str::to_owned),
            hostile(),
        ]
    }

    fn ids() -> impl Strategy<Value = CustomId> {
        let ticket = || (1..=i64::MAX).prop_map(TicketNumber);
        let options = (
            option::of(KEY.prop_map(SeverityKey::new)),
            option::of(KEY.prop_map(ServiceKey::new)),
            option::of(select(Affected::ALL)),
            option::of(select(Frequency::ALL)),
        );
        prop_oneof![
            ticket().prop_map(CustomId::Take),
            (ticket(), KEY).prop_map(|(ticket, team)| CustomId::TakeFor(ticket, TeamKey::new(team))),
            Just(CustomId::RetryHeldUp),
            ticket().prop_map(CustomId::Status),
            ticket().prop_map(CustomId::StatusPick),
            ticket().prop_map(CustomId::Note),
            (ticket(), select(NoteKind::ALL)).prop_map(|(ticket, kind)| CustomId::NoteForm(ticket, kind)),
            ticket().prop_map(CustomId::Report),
            ticket().prop_map(CustomId::AllReports),
            ticket().prop_map(CustomId::DraftReports),
            (ticket(), KEY, wishes()).prop_map(|(ticket, team, wish)| CustomId::OnReport(
                ticket,
                TeamKey::new(team),
                wish
            )),
            ticket().prop_map(CustomId::Reopen),
            ticket().prop_map(CustomId::ReopenForm),
            (ticket(), any::<usize>()).prop_map(|(ticket, page)| CustomId::History(ticket, page)),
            options.prop_map(|(severity, service, affected, frequency)| {
                CustomId::OpenForm(OpenOptions { severity, service, affected, frequency })
            }),
        ]
    }

    #[test]
    fn ids_look_like_what_they_mean() {
        assert_eq!(CustomId::Take(TicketNumber(42)).encode(), "tt1:take:42");
        let options = OpenOptions { severity: Some(SeverityKey::new("SEV1")), ..OpenOptions::default() };
        assert_eq!(CustomId::OpenForm(options).encode(), "tt1:open:SEV1:::");
        let odd = CustomId::TakeFor(TicketNumber(1), TeamKey::new("a:b%3A"));
        assert_eq!(CustomId::decode(&odd.encode()), Some(odd));
    }

    #[test]
    fn what_is_not_ours_is_no_id() {
        for id in [
            "",
            "tt1",
            "tt1:",
            "tt0:take:42",
            "tt2:take:42",
            "take:42",
            "tt1:take",
            "tt1:take:",
            "tt1:take:0",
            "tt1:take:-1",
            "tt1:take:+1",
            "tt1:take:042",
            "tt1:take:T-42",
            "tt1:take:42:43",
            "tt1:take:٤٢",
            "tt1:take:99999999999999999999",
            "tt1:take-for:42:",
            "tt1:take-for:42:%",
            "tt1:note-form:42:gossip",
            "tt1:open",
            "tt1:open::::all-of-us",
            "tt1:history:1:-1",
            "tt1:on-report:1:web",
            "tt1:on-report:1:web:burn",
            "tt1:on-report:1::open",
            "tt1:on-report:1:web:approve:02",
            "tt1:on-report:1:web:export:pdf",
        ] {
            assert_eq!(CustomId::decode(id), None, "{id}");
        }
    }

    proptest! {
        #![proptest_config(cases(10_000))]

        #[test]
        fn every_wish_survives_the_way_and_fits(id in ids()) {
            let text = id.encode();
            prop_assert!(limits::length(&text) <= limits::CUSTOM_ID, "{text}");
            prop_assert_eq!(CustomId::decode(&text), Some(id));
        }

        #[test]
        fn no_text_panics_and_each_wish_has_one_id(text in hostile(), rest in "[a-z0-9:%-]{0,40}") {
            for text in [text, format!("tt1:{rest}"), format!("tt1:open:{rest}"), format!("tt1:take-for:1:{rest}"), format!("tt1:on-report:1:{rest}")] {
                if let Some(id) = CustomId::decode(&text) {
                    prop_assert_eq!(id.encode(), text);
                }
            }
        }

        #[test]
        fn a_damaged_id_is_another_wish_or_none(id in ids(), at in any::<Index>(), cut in 0..4_usize, put in damage()) {
            let mut text: Vec<char> = id.encode().chars().collect();
            let from = at.index(text.len());
            let to = text.len().min(from + cut);
            text.splice(from..to, put.chars());
            let text: String = text.into_iter().collect();
            if let Some(read) = CustomId::decode(&text) {
                prop_assert_eq!(read == id, text == id.encode());
                prop_assert_eq!(read.encode(), text);
            }
        }
    }
}
