//! Which Discord id a name in the config stands for, from its first use on.

use super::macros::on;
use super::{GuildTx, Result, StoreError};
use crate::domain::keys::words;

words! {
    /// What a name names.
    BindingKind {
        /// A channel.
        Channel = "channel",
        /// A role.
        Role = "role",
    }
}

/// A name and the id it was bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What it names.
    pub kind: BindingKind,
    /// The name, as the config writes it.
    pub name: String,
    /// The id on Discord.
    pub id: i64,
}

impl GuildTx {
    /// Every binding of the guild.
    pub async fn bindings(&mut self) -> Result<Vec<Binding>> {
        let sql = "SELECT kind, name, discord_id FROM bindings WHERE guild_id = $1 ORDER BY kind, name";
        let guild = self.guild.0;
        let rows: Vec<(String, String, i64)> =
            on!(self, c => sqlx::query_as(sql).bind(guild).fetch_all(c).await)?;
        let read = |(kind, name, id): (String, String, i64)| match BindingKind::from_word(&kind) {
            Some(kind) => Ok(Binding { kind, name, id }),
            None => Err(StoreError::Unreadable(format!("binding of kind `{kind}`"))),
        };
        rows.into_iter().map(read).collect()
    }

    /// Binds a name, in the place of what it was bound to.
    pub async fn bind(&mut self, binding: &Binding) -> Result<()> {
        let sql = "INSERT INTO bindings (guild_id, kind, name, discord_id) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (guild_id, kind, name) DO UPDATE SET discord_id = excluded.discord_id";
        let guild = self.guild.0;
        on!(self, c => sqlx::query(sql)
            .bind(guild).bind(binding.kind.as_str()).bind(&binding.name).bind(binding.id)
            .execute(c).await.map(drop))?;
        Ok(())
    }
}
