//! The environment: defaults, what beats what, exact messages, and no secret in any of them.

use trouble_ticket::config::{DatabaseKind, Environment};

/// The environment that sets just these variables.
fn read(variables: &[(&str, &str)]) -> Result<Environment, String> {
    let find = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Environment::read(&find).map_err(|problems| problems.to_string())
}

fn problems(name: &str, value: &str) -> String {
    read(&[(name, value)]).map_or_else(|problems| problems, |_| "fine".into())
}

#[test]
fn an_empty_environment_has_defaults() {
    for variables in [&[][..], &[("DATABASE_URL", " "), ("DISCORD_TOKEN", ""), ("DISCORD_API_URL", "")]] {
        let environment = read(variables).unwrap();
        assert_eq!(environment.token, None);
        assert_eq!(environment.database_url.expose(), "sqlite://data/trouble-ticket.db");
        assert_eq!(environment.api_url, "https://discord.com");
        assert_eq!(environment.config_path.to_str(), Some("bot-config.toml"));
        assert_eq!(environment.log, None);
        assert!(!environment.database_url_given && !environment.config_path_given);
    }
}

#[test]
fn variables_are_read() {
    let environment = read(&[
        ("DISCORD_TOKEN", " Bot abc.def.ghi\n"),
        ("DATABASE_URL", "postgres://bot:hush@db/tickets"),
        ("DISCORD_API_URL", "http://127.0.0.1:4000/"),
        ("TROUBLE_TICKET_CONFIG", "/etc/bot.toml"),
        ("RUST_LOG", "debug"),
    ])
    .unwrap();
    assert_eq!(environment.token.as_ref().unwrap().expose(), "abc.def.ghi");
    assert_eq!(environment.database_url.kind(), DatabaseKind::Postgres);
    assert_eq!(environment.api_url, "http://127.0.0.1:4000");
    assert_eq!(environment.config_path.to_str(), Some("/etc/bot.toml"));
    assert_eq!(environment.log.as_deref(), Some("debug"));
    assert!(environment.database_url_given && environment.config_path_given);
    let shown = format!("{environment:?}");
    assert!(!shown.contains("hush") && !shown.contains("abc"), "{shown}");
}

#[test]
fn api_urls() {
    let url = |value| read(&[("DISCORD_API_URL", value)]).unwrap().api_url;
    assert_eq!(url("https://Proxy.example:8443"), "https://proxy.example:8443");
    assert_eq!(url("https://discord.com:443/"), "https://discord.com");
    assert_eq!(url("http://localhost:80"), "http://localhost");
    assert_eq!(url("http://[::1]:4000"), "http://[::1]:4000");
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "http://proxy.example"),
        @r#"environment: DISCORD_API_URL: plain http is only for this machine itself, found "http://proxy.example". The token would cross the network for everyone to read; use https."#
    );
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "http://localhost.example"),
        @r#"environment: DISCORD_API_URL: plain http is only for this machine itself, found "http://localhost.example". The token would cross the network for everyone to read; use https."#
    );
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "discord.com"),
        @r#"environment: DISCORD_API_URL: expected https://HOST or https://HOST:PORT, found "discord.com". It begins with `https://`."#
    );
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "https://discord.com/api/v10"),
        @r#"environment: DISCORD_API_URL: expected https://HOST or https://HOST:PORT, found "https://discord.com/api/v10". Leave out the path; the bot adds `/api/v10` itself."#
    );
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "https://discord.com?x=1"),
        @r#"environment: DISCORD_API_URL: expected https://HOST or https://HOST:PORT, found "https://discord.com?x=1". Leave out the path; the bot adds `/api/v10` itself."#
    );
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "https://"),
        @r#"environment: DISCORD_API_URL: expected https://HOST or https://HOST:PORT, found "https://". It is not a URL: empty host."#
    );
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "ftp://discord.com"),
        @r#"environment: DISCORD_API_URL: expected https://HOST or https://HOST:PORT, found "ftp://discord.com". Discord itself is https://discord.com."#
    );
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "https://me:hush@discord.com"),
        @"environment: DISCORD_API_URL: expected https://HOST or https://HOST:PORT, found one with a name or password. Leave out the name and the password; the token is all the bot sends."
    );
    insta::assert_snapshot!(
        problems("DISCORD_API_URL", "http://127.0.0.1@evil.example"),
        @"environment: DISCORD_API_URL: expected https://HOST or https://HOST:PORT, found one with a name or password. Leave out the name and the password; the token is all the bot sends."
    );
}

#[test]
fn database_urls() {
    insta::assert_snapshot!(
        problems("DATABASE_URL", "mysql://bot:hush@db/tickets"),
        @"environment: DATABASE_URL: expected sqlite://FILE or postgres://HOST/DATABASE, found one that begins with `mysql://`. Such as sqlite://data/trouble-ticket.db or postgres://USER:PASSWORD@HOST/DATABASE."
    );
    insta::assert_snapshot!(
        problems("DATABASE_URL", "data/tickets.db"),
        @"environment: DATABASE_URL: expected sqlite://FILE or postgres://HOST/DATABASE, found neither. Such as sqlite://data/trouble-ticket.db or postgres://USER:PASSWORD@HOST/DATABASE."
    );
    insta::assert_snapshot!(
        problems("DATABASE_URL", "sqlite:data.db"),
        @"environment: DATABASE_URL: expected sqlite://FILE or postgres://HOST/DATABASE, found neither. Such as sqlite://data/trouble-ticket.db or postgres://USER:PASSWORD@HOST/DATABASE."
    );
    insta::assert_snapshot!(
        problems("DATABASE_URL", "postgres://"),
        @"environment: DATABASE_URL: expected sqlite://FILE or postgres://HOST/DATABASE, found one that begins with `postgres://`. Such as sqlite://data/trouble-ticket.db or postgres://USER:PASSWORD@HOST/DATABASE."
    );
    insta::assert_snapshot!(
        problems("DATABASE_URL", "hush:hush@db"),
        @"environment: DATABASE_URL: expected sqlite://FILE or postgres://HOST/DATABASE, found neither. Such as sqlite://data/trouble-ticket.db or postgres://USER:PASSWORD@HOST/DATABASE."
    );
}

#[test]
fn tokens() {
    insta::assert_snapshot!(
        problems("DISCORD_TOKEN", "abc def"),
        @"environment: DISCORD_TOKEN: expected a bot's token, found something with spaces or other characters that no token has. Copy it from the Bot page of your application on https://discord.com/developers/applications."
    );
    insta::assert_snapshot!(
        problems("DISCORD_TOKEN", "Bot \u{feff}abc"),
        @"environment: DISCORD_TOKEN: expected a bot's token, found something with spaces or other characters that no token has. Copy it from the Bot page of your application on https://discord.com/developers/applications."
    );
}

#[test]
fn all_variables_are_told_at_once() {
    let variables = [("DISCORD_TOKEN", "a b"), ("DATABASE_URL", "x"), ("DISCORD_API_URL", "y")];
    insta::assert_snapshot!(read(&variables).unwrap_err(), @r#"
    environment: DISCORD_TOKEN: expected a bot's token, found something with spaces or other characters that no token has. Copy it from the Bot page of your application on https://discord.com/developers/applications.
    environment: DATABASE_URL: expected sqlite://FILE or postgres://HOST/DATABASE, found neither. Such as sqlite://data/trouble-ticket.db or postgres://USER:PASSWORD@HOST/DATABASE.
    environment: DISCORD_API_URL: expected https://HOST or https://HOST:PORT, found "y". It begins with `https://`.
    "#);
}

#[test]
fn a_dotenv_file_fills_in_what_the_environment_leaves_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    std::fs::write(&file, "# a comment\nTROUBLE_TICKET_CONFIG='from file.toml'\n").unwrap();
    let path = |file| Environment::from_process(file).unwrap().config_path.into_os_string();
    // Whoever runs the tests may have set it, and then the file must not beat that.
    let set = std::env::var_os("TROUBLE_TICKET_CONFIG");
    assert_eq!(path(Some(&file)), set.clone().unwrap_or_else(|| "from file.toml".into()));
    assert_eq!(path(None), set.unwrap_or_else(|| "bot-config.toml".into()));
    Environment::from_process(Some(&folder.path().join("none"))).unwrap();
}

#[test]
fn a_broken_dotenv_file_is_told_without_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    let told = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let problems = Environment::from_process(Some(&file)).unwrap_err().to_string();
        problems.replace(&folder.path().display().to_string(), "FOLDER")
    };
    insta::assert_snapshot!(
        told("A=1\n\nDISCORD_TOKEN=hush hush\n"),
        @"FOLDER/.env:3: this line cannot be understood. Every line is `NAME=value`; put a value with spaces or `$` in single quotes."
    );
    insta::assert_snapshot!(
        told("A=1\nDISCORD_TOKEN='hush\n"),
        @"FOLDER/.env:2: this line cannot be understood. Every line is `NAME=value`; put a value with spaces or `$` in single quotes."
    );
}

#[test]
fn the_shipped_dotenv_file_says_the_defaults() {
    let text = include_str!("../../../.env.example");
    let set: Vec<(&str, &str)> =
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('=')).collect();
    let shipped = read(&set).unwrap();
    let default = read(&[]).unwrap();
    assert_eq!((shipped.token, shipped.api_url), (default.token, default.api_url));
    assert_eq!((shipped.database_url, shipped.config_path), (default.database_url, default.config_path));
}
