//! What a process is called in a lease, and whether the one with a name is surely no more.
//!
//! A bot that is started again on its machine after a crash need not wait for the lease of its former self: the system
//! knows that there is no such process. Where it cannot know (another machine, container or user, another system than
//! Linux), the lease runs out as it must. Must not know the database. Invariant: a process that lives is never taken for dead,
//! and every character of a name can stand in a query.

use std::os::unix::fs::MetadataExt;

use rand::RngExt;
use rand::distr::Alphanumeric;
use sha2::{Digest, Sha256};

/// A name for this process that no other has: `process 17 on db1 (aZ3kQ9pL 5c0f… 8812)`, the last of which say where it
/// can be looked for, and when it was started.
pub(super) fn name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let host: String = host.chars().filter(plain).take(60).collect();
    let host = if host.is_empty() { "somewhere".to_owned() } else { host };
    let own: String = rand::rng().sample_iter(Alphanumeric).take(8).map(char::from).collect();
    let id = std::process::id();
    match place().zip(start("self")) {
        Some((place, start)) => format!("process {id} on {host} ({own} {place} {start})"),
        None => format!("process {id} on {host} ({own})"),
    }
}

/// Whether the process with this name has surely ended.
pub(super) fn is_gone(name: &str) -> bool {
    let safe = |c: char| c.is_ascii_alphanumeric() || " -._()".contains(c);
    let Some((id, there, began)) = read(name).filter(|_| name.chars().all(safe)) else { return false };
    // Only a process that this one could see: the same user's, by the same numbers, since the same start of the machine.
    place().is_some_and(|here| here == there) && start(id).is_none_or(|start| start != began)
}

/// The parts of a name that say where its process can be looked for.
fn read(name: &str) -> Option<(&str, &str, &str)> {
    let (id, rest) = name.strip_prefix("process ")?.split_once(" on ")?;
    let (_, inside) = rest.strip_suffix(')')?.split_once(" (")?;
    let mut parts = inside.split(' ').skip(1);
    let (place, start) = (parts.next()?, parts.next()?);
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric());
    (plain(id) && plain(place) && plain(start)).then_some((id, place, start))
}

/// Which processes this one can see by their numbers: those of its user, in its namespace, since the machine's start.
fn place() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let numbers = std::fs::read_link("/proc/self/ns/pid").ok()?;
    let user = std::fs::metadata("/proc/self").ok()?.uid();
    let hash = Sha256::digest(format!("{} {} {user}", boot.trim(), numbers.display()));
    Some(hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// When a process was started, in the system's own count; `None` if there is none, or one that has ended and is only not
/// buried yet.
fn start(id: &str) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // After the name, which may contain anything: the state is the first field, the start the twentieth (proc_pid_stat(5)).
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    fields.nth(18).filter(|_| !matches!(state, "Z" | "X" | "x")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_a_query() {
        let name = name();
        assert!(name.starts_with(&format!("process {} on ", std::process::id())), "{name}");
        assert!(!name.contains(['\'', '\\', ';']) && name != super::name());
    }

    #[test]
    fn only_who_surely_ended_is_gone() {
        let own = name();
        assert!(!is_gone(&own), "{own}");
        let (id, place, start) = read(&own).expect("a name of this machine");
        // The number was given to another process meanwhile.
        assert!(is_gone(&own.replace(start, &format!("{start}1"))));
        // Nobody can know it from here.
        assert!(!is_gone(&own.replace(place, "0123456789abcdef").replace(start, "1")));
        for odd in [
            "",
            "process 1 on db1 (aZ3kQ9pL)",
            "process 1 on db1 (a b' c)",
            "process / on x (a b c)",
            &own.replace(" on ", " on '"),
        ] {
            assert!(!is_gone(odd), "{odd}");
        }
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let began = super::start(&child.id().to_string()).unwrap();
        let childs = own
            .replace(&format!("process {id} "), &format!("process {} ", child.id()))
            .replace(&format!(" {start})"), &format!(" {began})"));
        assert!(!is_gone(&childs), "{childs}");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_gone(&childs), "{childs}");
    }
}
