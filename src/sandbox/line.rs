//! A slash command as a person types it: `/ticket open severity:SEV1 details:"a: b"`.
//!
//! Pure: it knows the registered commands and nothing else; names of users and the like stay text here.
//! Keeps: what Discord's client would not let through is refused: unknown commands and options, options twice.

use serde_json::{Map, Value};

use super::check::commands::{GROUP, SLASH, SUBCOMMAND, kind_of};

/// A typed command, found among the registered ones.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    /// The registered command.
    pub(crate) command: Value,
    /// The subcommands below it.
    pub(crate) path: Vec<String>,
    /// The options with their values, in order.
    pub(crate) values: Vec<(String, Value)>,
}

impl Typed {
    /// The name people see, such as `ticket open`.
    pub(crate) fn full_name(&self) -> String {
        let mut name = self.command["name"].as_str().unwrap_or_default().to_owned();
        for part in &self.path {
            name.push(' ');
            name.push_str(part);
        }
        name
    }

    /// What the typed command can take.
    pub(crate) fn options(&self) -> &[Value] {
        self.path
            .iter()
            .fold(options_of(&self.command), |options, name| find(options, name).map_or(&[][..], options_of))
    }

    /// One of the options it can take.
    pub(crate) fn option(&self, name: &str) -> Option<&Value> {
        find(self.options(), name)
    }
}

/// Parses a typed line.
pub(crate) fn parse<'a>(line: &str, commands: impl Iterator<Item = &'a Value>) -> Result<Typed, String> {
    let line = line.trim().strip_prefix('/').ok_or("a slash command begins with `/`")?;
    let (mut typed, rest) = find_command(line, commands)?;
    typed.values = parse_options(rest, typed.options())?;
    Ok(typed)
}

/// A command by its full name with options by name.
pub(crate) fn named<'a>(
    name: &str,
    options: &Map<String, Value>,
    commands: impl Iterator<Item = &'a Value>,
) -> Result<Typed, String> {
    let (mut typed, rest) = find_command(name.trim_start_matches('/'), commands)?;
    if !rest.is_empty() {
        return Err(format!("`{rest}` is no subcommand"));
    }
    for (name, value) in options {
        typed.option(name).ok_or_else(|| unknown_option(name, typed.options()))?;
        typed.values.push((name.clone(), value.clone()));
    }
    Ok(typed)
}

fn find_command<'l, 'a>(
    line: &'l str,
    mut commands: impl Iterator<Item = &'a Value>,
) -> Result<(Typed, &'l str), String> {
    let (name, mut rest) = word(line);
    let command = commands
        .find(|command| kind_of(command) == SLASH && command["name"].as_str() == Some(name))
        .ok_or_else(|| format!("there is no command `/{name}`"))?;
    let mut path = Vec::new();
    let mut options = options_of(command);
    while options.iter().any(is_folder) {
        let (name, after) = word(rest);
        let below = find(options, name).filter(|option| is_folder(option)).ok_or_else(|| {
            let names: Vec<_> = options.iter().filter_map(|option| option["name"].as_str()).collect();
            format!("`{name}` is no subcommand here; there are: {}", names.join(", "))
        })?;
        path.push(name.to_owned());
        options = options_of(below);
        rest = after;
    }
    Ok((Typed { command: command.clone(), path, values: Vec::new() }, rest))
}

fn parse_options(mut rest: &str, options: &[Value]) -> Result<Vec<(String, Value)>, String> {
    let mut values: Vec<(String, Value)> = Vec::new();
    rest = rest.trim_start();
    while !rest.is_empty() {
        let name = rest.split(':').next().unwrap_or_default();
        if !rest.contains(':') || find(options, name).is_none() {
            return Err(unknown_option(name, options));
        }
        if values.iter().any(|(known, _)| known == name) {
            return Err(format!("the option `{name}` is given twice"));
        }
        let (value, after) = take_value(&rest[name.len() + 1..], options)?;
        values.push((name.to_owned(), Value::String(value)));
        rest = after.trim_start();
    }
    Ok(values)
}

/// The value at the beginning of `text`: in quotes, or up to the next known option.
fn take_value<'a>(text: &'a str, options: &[Value]) -> Result<(String, &'a str), String> {
    if let Some(quoted) = text.strip_prefix('"') {
        let mut value = String::new();
        let mut escaped = false;
        for (at, sign) in quoted.char_indices() {
            match sign {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => return Ok((value, &quoted[at + 1..])),
                _ => {
                    if escaped && sign != '"' && sign != '\\' {
                        value.push('\\');
                    }
                    value.push(sign);
                    escaped = false;
                }
            }
        }
        return Err("a quotation mark is missing".to_owned());
    }
    let starts_option = |at: usize| {
        let rest = text[at..].trim_start();
        rest.split_once(':').is_some_and(|(name, _)| find(options, name).is_some())
    };
    let end = text.match_indices(char::is_whitespace).map(|(at, _)| at).find(|at| starts_option(*at));
    let end = end.unwrap_or(text.len());
    Ok((text[..end].trim().to_owned(), &text[end..]))
}

fn unknown_option(name: &str, options: &[Value]) -> String {
    let names: Vec<_> = options.iter().filter_map(|option| option["name"].as_str()).collect();
    format!("`{name}` is no option here; there are: {}", names.join(", "))
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

fn options_of(command: &Value) -> &[Value] {
    command["options"].as_array().map_or(&[][..], Vec::as_slice)
}

fn find<'a>(options: &'a [Value], name: &str) -> Option<&'a Value> {
    options.iter().find(|option| option["name"].as_str() == Some(name))
}

fn is_folder(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(SUBCOMMAND | GROUP))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn commands() -> Vec<Value> {
        vec![
            json!({ "name": "ticket", "options": [
                { "type": 1, "name": "open", "options": [
                    { "type": 3, "name": "severity" }, { "type": 3, "name": "details" } ] },
                { "type": 2, "name": "admin", "options": [{ "type": 1, "name": "purge" }] } ] }),
            json!({ "name": "stats", "options": [{ "type": 3, "name": "period" }] }),
            json!({ "name": "Mark it", "type": 3 }),
        ]
    }

    fn read(line: &str) -> Result<(String, Vec<(String, String)>), String> {
        let typed = parse(line, commands().iter())?;
        let values =
            typed.values.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
        Ok((typed.full_name(), values.collect()))
    }

    #[test]
    fn values_may_be_quoted_or_run_up_to_the_next_option() {
        let (name, values) = read("/ticket open details:it is: slow  severity:SEV1").unwrap();
        assert_eq!(name, "ticket open");
        assert_eq!(values[0], ("details".to_owned(), "it is: slow".to_owned()));
        assert_eq!(values[1], ("severity".to_owned(), "SEV1".to_owned()));
        let (_, values) = read(r#"/ticket open details:"say \"severity:x\" twice" severity:SEV2"#).unwrap();
        assert_eq!(values[0].1, r#"say "severity:x" twice"#);
        assert_eq!(read("/ticket admin purge").unwrap().0, "ticket admin purge");
        assert_eq!(read("/stats").unwrap().1, []);
    }

    #[test]
    fn what_the_client_would_not_send_is_refused() {
        assert_eq!(read("/nothing").unwrap_err(), "there is no command `/nothing`");
        assert!(read("/ticket").unwrap_err().contains("there are: open, admin"));
        assert!(read("/ticket open colour:red").unwrap_err().contains("`colour` is no option"));
        assert!(read("/stats period:a period:b").unwrap_err().contains("twice"));
        assert!(read("/stats period:\"a").unwrap_err().contains("quotation"));
        assert!(read("/Mark it").is_err());
    }
}
