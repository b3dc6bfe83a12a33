//! "Did you mean …?": the names most like one that is not known.
//!
//! Pure text; must not know what the names stand for. A wrong guess is worse than none, so a name is offered only
//! when a third of its letters or less would have to change.

use chrono_tz::TZ_VARIANTS;

use super::problem::spoken;

/// The sentence that offers the known names nearest to `wrong`, or `None` when none is near.
pub(super) fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = nearest(wrong, known, 1);
    (!near.is_empty()).then(|| format!("Did you mean {}?", spoken(near, "or")))
}

/// The time zones somebody may have meant by `wrong`: by the whole name, or by the city alone.
pub(super) fn time_zones(wrong: &str) -> Vec<&'static str> {
    // People write a city with a space, and often without its continent.
    let wrong = wrong.trim().replace(' ', "_");
    let city = |name: &str| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&wrong));
    let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
    let cities: Vec<&str> = names().filter(|name| city(name)).take(3).collect();
    let near = if cities.is_empty() { nearest(&wrong, names(), 3) } else { cities };
    if !near.is_empty() || wrong.contains('/') {
        return near;
    }
    let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let mistyped = nearest(&wrong, names().map(city), 1);
    names().filter(|name| mistyped.contains(&city(name))).take(3).collect()
}

/// Up to `count` of the `known` names that are nearest to `wrong`, all equally near.
fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let wrong = fold(wrong);
    // Nothing we know is this long, and the distance takes the product of both lengths.
    if wrong.len() > 64 {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> =
        known.into_iter().filter_map(|name| Some((step(&wrong, &fold(name))?, name))).collect();
    let least = near.iter().map(|(step, _)| *step).min();
    near.retain(|(step, _)| Some(*step) == least);
    near.into_iter().map(|(_, name)| name).take(count).collect()
}

fn fold(name: &str) -> Vec<char> {
    name.chars().flat_map(char::to_lowercase).map(|c| if c == '-' { '_' } else { c }).collect()
}

/// How far `wrong` is from `name`, or `None` if too far to have been meant.
fn step(wrong: &[char], name: &[char]) -> Option<usize> {
    let distance = distance(wrong, name);
    // `leader` for `lead`, `manage` for `managers`: the beginning was right.
    let begun = wrong.len().min(name.len()) >= 4 && (wrong.starts_with(name) || name.starts_with(wrong));
    (distance <= (name.len() / 3).max(1) || begun).then_some(distance)
}

/// How many letters have to be put in, taken out, replaced or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let changed = above[j] + usize::from(a[i] != b[j]);
            let mut best = changed.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(a: &str, b: &str) -> usize {
        distance(&fold(a), &fold(b))
    }

    #[test]
    fn distance_counts_typing_mistakes() {
        assert_eq!(steps("", ""), 0);
        assert_eq!(steps("", "abc"), 3);
        assert_eq!(steps("chanel", "channel"), 1);
        assert_eq!(steps("teh", "the"), 1);
        assert_eq!(steps("Time-Zone", "time_zone"), 0);
        assert_eq!(steps("kitten", "sitting"), 3);
    }

    #[test]
    fn only_a_near_name_is_offered() {
        let known = ["opened", "assigned", "note"];
        assert_eq!(did_you_mean("opend", known).as_deref(), Some("Did you mean `opened`?"));
        assert_eq!(did_you_mean("notes", known).as_deref(), Some("Did you mean `note`?"));
        assert_eq!(did_you_mean("assigned_to", known).as_deref(), Some("Did you mean `assigned`?"));
        assert_eq!(did_you_mean("exploded", known), None);
        assert_eq!(did_you_mean(&"opened".repeat(100), known), None);
    }

    #[test]
    fn a_zone_is_found_by_its_city() {
        assert_eq!(time_zones("Berlin"), ["Europe/Berlin"]);
        assert_eq!(time_zones("new york"), ["America/New_York"]);
        assert_eq!(time_zones("Europe/Berlim"), ["Europe/Berlin"]);
        assert_eq!(time_zones("europe/berlin"), ["Europe/Berlin"]);
        assert_eq!(time_zones("Pairs"), ["Europe/Paris"]);
        assert!(time_zones("Middle-earth/Shire").is_empty());
    }
}
