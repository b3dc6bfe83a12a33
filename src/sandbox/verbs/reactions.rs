//! Reactions.
//!
//! Keeps: one person gives one emoji once; an emoji nobody gives any more is gone.

use crate::sandbox::error::Refusal;
use crate::sandbox::gateway::intents;
use crate::sandbox::ids::Id;
use crate::sandbox::model::kind;
use crate::sandbox::permissions::{ADD_REACTIONS, MANAGE_MESSAGES, READ_HISTORY};
use crate::sandbox::world::{Event, World};

impl World {
    /// Gives a reaction.
    pub(crate) fn react(&mut self, by: Id, channel: Id, id: Id, emoji: &str) -> Result<(), Refusal> {
        let place = self.require(by, channel, READ_HISTORY)?;
        let archived = place.is_archived();
        let message = self.message(channel, id)?;
        if !message.reactions.iter().any(|(given, _)| given == emoji) {
            self.require(by, channel, ADD_REACTIONS)?;
        }
        if emoji.is_empty() || emoji.is_ascii() && !emoji.contains(':') {
            return Err(Refusal::new(400, 10014, "Unknown Emoji"));
        }
        if archived {
            return Err(Refusal::archived());
        }
        let Some(message) = self.find_message_mut(id) else { return Ok(()) };
        match message.reactions.iter_mut().find(|(given, _)| given == emoji) {
            Some((_, users)) if users.contains(&by) => return Ok(()),
            Some((_, users)) => users.push(by),
            None => message.reactions.push((emoji.to_owned(), vec![by])),
        }
        self.announce_reaction(channel, id, emoji, by, true);
        Ok(())
    }

    /// Takes a reaction back, one's own or with Manage Messages another's.
    pub(crate) fn unreact(
        &mut self,
        by: Id,
        channel: Id,
        id: Id,
        emoji: &str,
        whose: Id,
    ) -> Result<(), Refusal> {
        let bits = if by == whose { READ_HISTORY } else { MANAGE_MESSAGES };
        let archived = self.require(by, channel, bits)?.is_archived();
        self.message(channel, id)?;
        if archived {
            return Err(Refusal::archived());
        }
        let Some(message) = self.find_message_mut(id) else { return Ok(()) };
        let Some((_, users)) = message.reactions.iter_mut().find(|(given, _)| given == emoji) else {
            return Err(Refusal::unknown(10014));
        };
        let before = users.len();
        users.retain(|user| *user != whose);
        let changed = users.len() != before;
        message.reactions.retain(|(_, users)| !users.is_empty());
        if changed {
            self.announce_reaction(channel, id, emoji, whose, false);
        }
        Ok(())
    }

    fn announce_reaction(&mut self, channel: Id, id: Id, emoji: &str, user: Id, given: bool) {
        let (Ok(place), Ok(message)) = (self.channel(channel), self.message(channel, id)) else { return };
        let direct = place.kind == kind::DM;
        let intent = if direct { intents::DIRECT_REACTIONS } else { intents::GUILD_REACTIONS };
        let name = if given { "MESSAGE_REACTION_ADD" } else { "MESSAGE_REACTION_REMOVE" };
        let event = Event::new(name, intent, self.reaction_event_json(message, emoji, user, given));
        let seen = self.can_see(self.bot, place);
        self.emit(event.only_if(seen));
    }
}
