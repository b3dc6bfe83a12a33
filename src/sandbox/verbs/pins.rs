//! Pinning.
//!
//! Keeps: pinning needs its own permission, and at most 250 messages are pinned in a channel.

use serde_json::json;

use crate::sandbox::error::Refusal;
use crate::sandbox::gateway::intents;
use crate::sandbox::ids::Id;
use crate::sandbox::payload::timestamp;
use crate::sandbox::permissions::PIN_MESSAGES;
use crate::sandbox::world::{Event, World};

const MAX_PINS: usize = 250;

impl World {
    /// Pins or unpins a message; doing it twice changes nothing.
    pub(crate) fn pin(&mut self, by: Id, channel: Id, id: Id, pin: bool) -> Result<(), Refusal> {
        let place = self.require(by, channel, PIN_MESSAGES)?;
        let pins = place.pins.len();
        if self.message(channel, id)?.pinned == pin {
            return Ok(());
        }
        if self.channel(channel)?.is_archived() {
            return Err(Refusal::archived());
        }
        if pin && pins >= MAX_PINS {
            return Err(Refusal::new(400, 30003, "Maximum number of pins reached for the channel (250)"));
        }
        let now = self.now();
        let place = self.channel_mut(channel)?;
        place.pins.retain(|(pinned, _)| *pinned != id);
        if pin {
            place.pins.insert(0, (id, now));
        }
        if let Some(message) = place.messages.get_mut(&id) {
            message.pinned = pin;
        }
        self.announce_message("MESSAGE_UPDATE", channel, id);
        let place = self.channel(channel)?;
        let last = place.pins.first().map(|(_, at)| timestamp(*at));
        let seen = self.can_see(self.bot, place);
        let data = json!({
            "guild_id": self.guild.id.to_string(),
            "channel_id": channel.to_string(),
            "last_pin_timestamp": last,
        });
        self.emit(Event::new("CHANNEL_PINS_UPDATE", intents::GUILDS, data).only_if(seen));
        if pin {
            self.post_notice(by, channel, 6, |notice| notice.reference = Some((channel, Some(id))));
        }
        Ok(())
    }
}
