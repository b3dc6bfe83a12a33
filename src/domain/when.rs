//! Reading the times that people type: `14:05`, `yesterday 23:50`, `20 minutes ago`, `2026-11-23 14:05`.
//!
//! Local times are in the guild's zone. Nothing that lies in the future is accepted: a time of day that has not
//! come yet today means yesterday's. Pure: the present is a parameter.

use std::sync::LazyLock;

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use regex::Regex;

/// Why a text is no time that has been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotATime {
    /// It does not look like one.
    Unreadable,
    /// It has not come yet.
    InTheFuture,
    /// The clocks were put forward over it: no such local time was shown that day.
    Skipped,
}

/// Clocks of people and of Discord differ; this much "future" is now.
const TOLERANCE: TimeDelta = TimeDelta::minutes(2);

/// The moment that `text` means, seen from `now` in `zone`; never later than `now`.
pub fn parse(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>, NotATime> {
    let text = text.trim().to_lowercase();
    let text = strip_words(&text);
    if matches!(text, "now" | "just now") {
        return Ok(now);
    }
    if let Some(ago) = parse_ago(text) {
        return now.checked_sub_signed(ago).ok_or(NotATime::Unreadable);
    }
    let absolute = DateTime::parse_from_rfc3339(&text.to_uppercase()).map(|at| at.with_timezone(&Utc));
    let at = match absolute {
        Ok(at) => at,
        Err(_) => parse_local(text, now, zone)?,
    };
    if at > now + TOLERANCE { Err(NotATime::InTheFuture) } else { Ok(at.min(now)) }
}

/// Leaves out the words people put around a time.
fn strip_words(mut text: &str) -> &str {
    const BEFORE: [&str; 8] = ["since ", "about ", "around ", "from ", "at ", "ca. ", "approx. ", "~"];
    while let Some(rest) = BEFORE.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest.trim_start();
    }
    text.trim_end_matches(['.', '!'])
}

/// `20 minutes ago`, `1h 30m ago`, `half an hour ago`, `a day ago`.
fn parse_ago(text: &str) -> Option<TimeDelta> {
    static PART: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?x)^ (\d{1,6}|an?|half\ an) \s* (minutes?|mins?|m|hours?|hrs?|h|days?|d|seconds?|secs?|s)\b [\s,]* (?:and\ )?")
            .expect("a constant pattern")
    });
    let mut rest = text.strip_suffix("ago")?.trim_end();
    let mut sum = TimeDelta::zero();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let part = PART.captures(rest)?;
        let unit = match part[2].chars().next()? {
            's' => TimeDelta::seconds(1),
            'm' => TimeDelta::minutes(1),
            'h' => TimeDelta::hours(1),
            _ => TimeDelta::days(1),
        };
        sum += match &part[1] {
            "a" | "an" => unit,
            "half an" => unit / 2,
            number => unit.checked_mul(number.parse().ok()?)?,
        };
        rest = &rest[part[0].len()..];
    }
    Some(sum)
}

/// A local date and time, or a time alone; one that ends in `utc` says its zone itself.
fn parse_local(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>, NotATime> {
    let (text, zone) = text.strip_suffix(" utc").map_or((text, zone), |text| (text, Tz::UTC));
    let today = now.with_timezone(&zone).date_naive();
    if let Some(time) = parse_time(text) {
        let at = to_utc(today.and_time(time), zone)?;
        let yesterday = today.checked_sub_days(Days::new(1)).ok_or(NotATime::Unreadable)?;
        return if at > now + TOLERANCE { to_utc(yesterday.and_time(time), zone) } else { Ok(at) };
    }
    // The `t` of RFC 3339 only where there is no space: "today" and "yesterday" have one too.
    let (day, time) = text.split_once(' ').or_else(|| text.split_once('t')).ok_or(NotATime::Unreadable)?;
    let date = match day.trim_end_matches(',') {
        "today" => today,
        "yesterday" => today.checked_sub_days(Days::new(1)).ok_or(NotATime::Unreadable)?,
        day => ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y"]
            .iter()
            .find_map(|format| NaiveDate::parse_from_str(day, format).ok())
            .ok_or(NotATime::Unreadable)?,
    };
    let time = time.trim();
    let time = parse_time(time.strip_prefix("at ").unwrap_or(time)).ok_or(NotATime::Unreadable)?;
    to_utc(date.and_time(time), zone)
}

fn parse_time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p"]
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}

/// Of a local time that the clocks showed twice, the first is meant.
fn to_utc(local: NaiveDateTime, zone: Tz) -> Result<DateTime<Utc>, NotATime> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.with_timezone(&Utc)),
        LocalResult::None => Err(NotATime::Skipped),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;
    use proptest::prelude::*;

    use super::*;
    use crate::cases::{cases, hostile};

    fn now() -> DateTime<Utc> {
        "2026-11-23T13:30:00Z".parse().unwrap()
    }

    fn read(text: &str) -> String {
        match parse(text, now(), Berlin) {
            Ok(at) => at.with_timezone(&Berlin).format("%m-%d %H:%M").to_string(),
            Err(why) => format!("{why:?}"),
        }
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        let cases = [
            ("now", "11-23 14:30"),
            ("14:05", "11-23 14:05"),
            ("since about 14:05", "11-23 14:05"),
            ("2:05 pm", "11-23 14:05"),
            ("23:50", "11-22 23:50"),
            ("14:31", "11-23 14:30"),
            ("14:05 UTC", "11-22 15:05"),
            ("13:05 utc", "11-23 14:05"),
            ("yesterday 09:00", "11-22 09:00"),
            ("today at 9:00", "11-23 09:00"),
            ("2026-11-23T14:05", "11-23 14:05"),
            ("2026-11-01 08:15 utc", "11-01 09:15"),
            ("2026-11-01 08:15", "11-01 08:15"),
            ("1.11.2026 08:15", "11-01 08:15"),
            ("2026-11-23T13:00:00Z", "11-23 14:00"),
            ("20 minutes ago", "11-23 14:10"),
            ("1h 30m ago", "11-23 13:00"),
            ("half an hour ago", "11-23 14:00"),
            ("an hour and 5 minutes ago", "11-23 13:25"),
        ];
        for (typed, meant) in cases {
            assert_eq!(read(typed), meant, "{typed}");
        }
    }

    #[test]
    fn what_is_no_time_says_why() {
        for text in
            ["", "ago", "this morning", "25:00", "a while ago", "2026-13-01 10:00", "9999999999 days ago"]
        {
            assert_eq!(read(text), "Unreadable", "{text}");
        }
        assert_eq!(read("2026-11-24 10:00"), "InTheFuture");
        assert_eq!(read("2026-03-29 02:30"), "Skipped");
    }

    /// Words that times are made of, in any order.
    fn times() -> impl Strategy<Value = String> {
        const WORDS: &[&str] = &[
            "now",
            "since",
            "about",
            "at",
            "today",
            "yesterday",
            "ago",
            "half",
            "an",
            "a",
            "and",
            "hour",
            "hours",
            "h",
            "minutes",
            "min",
            "m",
            "days",
            "am",
            "pm",
            "utc",
            "UTC",
            "Z",
            "+14:00",
            "-12:00",
            "2026-03-29",
            "2026-10-25",
            "29.2.2025",
            "31.12.9999",
            "0000-01-01",
            "T",
            "02:30",
            "2:05",
            "14:05",
            "24:00",
            "23:59:60",
            "0",
            "1",
            "20",
            "99999999999999999999",
            "9223372036854775807",
            "-1",
            ":",
            ".",
            " ",
            "١٤:٠٥",
        ];
        let word = prop_oneof![9 => prop::sample::select(WORDS).prop_map(str::to_owned), 1 => hostile()];
        let space = prop::sample::select(&["", " "][..]);
        prop::collection::vec((word, space), 0..8)
            .prop_map(|words| words.into_iter().map(|(word, space)| word + space).collect())
    }

    proptest! {
        #![proptest_config(cases(10_000))]

        #[test]
        fn no_text_panics_or_lies_in_the_future(text in prop_oneof![hostile(), times()], hour in 0..400_000_i64) {
            // Also in the nights when clocks are changed.
            let now = now() - TimeDelta::hours(hour);
            for zone in [Berlin, chrono_tz::UTC, chrono_tz::America::Caracas, chrono_tz::Pacific::Apia] {
                if let Ok(at) = parse(&text, now, zone) {
                    prop_assert!(at <= now, "{text}: {at}");
                }
            }
        }
    }
}
