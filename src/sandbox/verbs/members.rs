//! Members, roles and the guild itself.
//!
//! Keeps: one manages only roles below one's highest and grants only what one has.

use serde_json::{Value, json};

use crate::sandbox::check::draft;
use crate::sandbox::error::{Form, Refusal};
use crate::sandbox::gateway::intents;
use crate::sandbox::ids::Id;
use crate::sandbox::model::{Member, Role};
use crate::sandbox::permissions::{ADMINISTRATOR, MANAGE_GUILD, MANAGE_ROLES};
use crate::sandbox::world::{Event, World};

impl World {
    /// Lets a new person join.
    pub(crate) fn add_member(
        &mut self,
        username: &str,
        display: &str,
        roles: Vec<Id>,
    ) -> Result<Id, Refusal> {
        self.new_member(username, display, roles).map(|member| self.let_in(member))
    }

    /// A person with an id of its own, not yet in the guild.
    pub(crate) fn new_member(
        &mut self,
        username: &str,
        display: &str,
        roles: Vec<Id>,
    ) -> Result<Member, Refusal> {
        if self.members.values().any(|member| member.username == username) {
            return Err(Refusal::by_client(format!("there is a member {username} already")));
        }
        Ok(Member {
            id: self.new_id(),
            username: username.to_owned(),
            global_name: Some(display.to_owned()).filter(|display| !display.is_empty()),
            nick: None,
            bot: false,
            roles,
            joined_at: self.now(),
            refuses_dms: false,
        })
    }

    /// Lets somebody into the guild.
    pub(crate) fn let_in(&mut self, member: Member) -> Id {
        let (id, data) = (member.id, self.member_event_json(&member));
        self.members.insert(id, member);
        self.emit(Event::new("GUILD_MEMBER_ADD", intents::GUILD_MEMBERS, data));
        id
    }

    /// Lets a person leave.
    pub(crate) fn remove_member(&mut self, id: Id) -> Result<(), Refusal> {
        let user = self.user_json(id);
        self.members.remove(&id).ok_or_else(|| Refusal::unknown(10007))?;
        let data = json!({ "guild_id": self.guild.id.to_string(), "user": user });
        self.emit(Event::new("GUILD_MEMBER_REMOVE", intents::GUILD_MEMBERS, data));
        Ok(())
    }

    /// Changes a member and announces it.
    pub(crate) fn change_member(&mut self, id: Id, change: impl FnOnce(&mut Member)) -> Result<(), Refusal> {
        let member = self.members.get_mut(&id).ok_or_else(|| Refusal::unknown(10007))?;
        change(member);
        let data = self.members.get(&id).map(|member| self.member_event_json(member));
        // A bot hears of itself even without the members intent.
        let intent = if id == self.bot { intents::GUILDS } else { intents::GUILD_MEMBERS };
        self.emit(Event::new("GUILD_MEMBER_UPDATE", intent, data.unwrap_or_default()));
        Ok(())
    }

    /// The height of a member's highest role.
    fn height(&self, member: Id) -> i64 {
        if member == self.guild.owner {
            return i64::MAX;
        }
        let roles = self.members.get(&member).map_or(&[][..], |member| &member.roles);
        roles.iter().filter_map(|role| self.roles.get(role)).map(|role| role.position).max().unwrap_or(0)
    }

    /// Refuses unless `by` may manage the role.
    fn require_above(&self, by: Id, role: Id) -> Result<&Role, Refusal> {
        self.require_in_guild(by, MANAGE_ROLES)?;
        let role = self.roles.get(&role).ok_or_else(|| Refusal::unknown(10011))?;
        let below = role.position < self.height(by);
        if below { Ok(role) } else { Err(Refusal::missing_permissions()) }
    }

    fn require_grantable(&self, by: Id, bits: u64) -> Result<(), Refusal> {
        let own = self.guild_permissions(by);
        let may = own & ADMINISTRATOR != 0 || bits & !own == 0;
        if may { Ok(()) } else { Err(Refusal::missing_permissions()) }
    }

    /// Gives a member a role or takes it.
    pub(crate) fn give_role(&mut self, by: Id, member: Id, role: Id, give: bool) -> Result<(), Refusal> {
        self.require_above(by, role)?;
        self.change_member(member, |member| {
            member.roles.retain(|held| *held != role);
            if give {
                member.roles.push(role);
            }
        })
    }

    /// Makes a role, at the bottom of the list.
    pub(crate) fn create_role(&mut self, by: Id, body: &Value) -> Result<Id, Refusal> {
        self.require_in_guild(by, MANAGE_ROLES)?;
        let everyone = self.roles.get(&self.guild.id).map_or(0, |role| role.permissions);
        let permissions = draft::id(&body["permissions"]).unwrap_or(everyone);
        self.require_grantable(by, permissions & !everyone)?;
        let mut form = Form::default();
        form.max_length("name", body["name"].as_str().unwrap_or_default(), 100);
        form.done()?;
        for role in self.roles.values_mut().filter(|role| role.position > 0) {
            role.position += 1;
        }
        let id = self.new_id();
        let role = Role {
            id,
            name: body["name"].as_str().filter(|name| !name.is_empty()).unwrap_or("new role").to_owned(),
            permissions,
            mentionable: body["mentionable"].as_bool().unwrap_or(false),
            managed: false,
            hoist: body["hoist"].as_bool().unwrap_or(false),
            position: 1,
            color: body["color"].as_u64().and_then(|color| u32::try_from(color).ok()).unwrap_or(0),
            bot_id: None,
        };
        self.roles.insert(id, role);
        self.announce_role("GUILD_ROLE_CREATE", id);
        Ok(id)
    }

    /// Changes a role as a PATCH does.
    pub(crate) fn change_role(&mut self, by: Id, id: Id, body: &Value) -> Result<(), Refusal> {
        self.require_above(by, id)?;
        let permissions = draft::id(&body["permissions"]);
        self.require_grantable(by, permissions.unwrap_or(0))?;
        let role = self.roles.get_mut(&id).ok_or_else(|| Refusal::unknown(10011))?;
        if let Some(name) = body["name"].as_str() {
            name.clone_into(&mut role.name);
        }
        role.permissions = permissions.unwrap_or(role.permissions);
        role.mentionable = body["mentionable"].as_bool().unwrap_or(role.mentionable);
        role.hoist = body["hoist"].as_bool().unwrap_or(role.hoist);
        self.announce_role("GUILD_ROLE_UPDATE", id);
        Ok(())
    }

    /// Changes a role's permissions whatever the list says: what an administrator could do.
    pub(crate) fn force_role_permissions(&mut self, id: Id, bits: u64) -> Result<(), Refusal> {
        let role = self.roles.get_mut(&id).ok_or_else(|| Refusal::unknown(10011))?;
        role.permissions = bits;
        self.announce_role("GUILD_ROLE_UPDATE", id);
        Ok(())
    }

    /// Deletes a role; its members lose it.
    pub(crate) fn delete_role(&mut self, by: Id, id: Id) -> Result<(), Refusal> {
        if self.require_above(by, id)?.managed || id == self.guild.id {
            return Err(Refusal::new(400, 50028, "Invalid Role"));
        }
        self.roles.remove(&id);
        for member in self.members.values_mut() {
            member.roles.retain(|held| *held != id);
        }
        let data = json!({ "guild_id": self.guild.id.to_string(), "role_id": id.to_string() });
        self.emit(Event::new("GUILD_ROLE_DELETE", intents::GUILDS, data));
        Ok(())
    }

    fn announce_role(&mut self, name: &'static str, id: Id) {
        let Some(role) = self.roles.get(&id) else { return };
        let data = json!({ "guild_id": self.guild.id.to_string(), "role": self.role_json(role) });
        self.emit(Event::new(name, intents::GUILDS, data));
    }

    /// Renames the guild.
    pub(crate) fn change_guild(&mut self, by: Id, body: &Value) -> Result<(), Refusal> {
        self.require_in_guild(by, MANAGE_GUILD)?;
        if let Some(name) = body["name"].as_str() {
            let mut form = Form::default();
            form.length("name", Some(name), 100);
            form.done()?;
            name.clone_into(&mut self.guild.name);
        }
        let data = self.guild_json();
        self.emit(Event::new("GUILD_UPDATE", intents::GUILDS, data));
        Ok(())
    }
}
