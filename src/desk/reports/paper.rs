//! Reports as files: each in a format, and HTML with the pictures that were sent to the ticket's thread.
//!
//! Must not know who reads them. Invariant: together the files are within the room there is, as long as the reports
//! without any picture are; what is left out for that is counted. A picture that its sender took back is nowhere, and
//! a report shows none that came after it was compiled.

use super::Result;
use crate::domain::archive::message_url;
use crate::domain::{ArchivedMessage, Attachment, MessageId, TicketNumber};
use crate::report::{FinalReport, Format, Picture, Shown};
use crate::store::GuildTx;

/// How the files end that may be pictures; whether one is decides what is in it.
const ENDINGS: [&str; 5] = [".png", ".jpg", ".jpeg", ".gif", ".webp"];

/// Reports as files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Papers {
    /// The names and what is in them.
    pub files: Vec<(String, Vec<u8>)>,
    /// How many pictures are links because there was no room for them.
    pub left_out: usize,
}

impl Papers {
    /// How many bytes there are in all files.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.iter().map(|(_, bytes)| bytes.len() as u64).sum()
    }
}

/// A picture of a thread, and the file that it is.
struct Candidate<'a> {
    message: MessageId,
    file: &'a Attachment,
    picture: Picture,
}

/// Puts reports on a ticket on paper, with room for so many bytes in all.
///
/// # Errors
/// If the database cannot be read.
pub async fn print(
    tx: &mut GuildTx,
    number: TicketNumber,
    reports: &[FinalReport],
    format: Format,
    room: u64,
) -> Result<Papers, crate::store::StoreError> {
    let mut papers = Papers::default();
    if format != Format::Html {
        let file = |report: &FinalReport| (report.file_name(format), report.print(format, &[]).into_bytes());
        papers.files = reports.iter().map(file).collect();
        return Ok(papers);
    }
    let messages = tx.messages(number).await?;
    let mut printed = Vec::new();
    let mut left = room;
    for report in reports {
        let candidates = candidates(tx, report, &messages);
        let pictures: Vec<Picture> = candidates.iter().map(|one| one.picture.clone()).collect();
        let bare = report.print(format, &pictures);
        left = left.saturating_sub(bare.len() as u64);
        printed.push((report, candidates, bare));
    }
    for (report, candidates, bare) in printed {
        let (pictures, left_out) = show(tx, candidates, &mut left).await?;
        let is_bare = pictures.iter().all(|picture| picture.shown == Shown::Linked);
        let text = if is_bare { bare } else { report.print(format, &pictures) };
        papers.files.push((report.file_name(format), text.into_bytes()));
        papers.left_out += left_out;
    }
    Ok(papers)
}

/// The pictures that belong to a report, each as a link.
fn candidates<'a>(tx: &GuildTx, report: &FinalReport, messages: &'a [ArchivedMessage]) -> Vec<Candidate<'a>> {
    let there = messages.iter().filter(|said| said.deleted.is_none() && said.at <= report.compiled_at);
    let files = there.flat_map(|said| said.attachments.iter().map(move |file| (said, file)));
    let may_be_picture = |file: &Attachment| {
        let name = file.name.to_lowercase();
        ENDINGS.iter().any(|ending| name.ends_with(ending))
    };
    let candidate = |(said, file): (&'a ArchivedMessage, &'a Attachment)| {
        let picture = Picture {
            message: said.id.to_string(),
            name: file.name.clone(),
            shown: Shown::Linked,
            author: said.author.name.clone(),
            at: said.at,
            url: message_url(tx.guild(), said.thread, said.id),
        };
        Candidate { message: said.id, file, picture }
    };
    files.filter(|(_, file)| may_be_picture(file)).map(candidate).collect()
}

/// Embeds what there is room for; gives how many pictures there was none for.
async fn show(
    tx: &mut GuildTx,
    candidates: Vec<Candidate<'_>>,
    left: &mut u64,
) -> Result<(Vec<Picture>, usize), crate::store::StoreError> {
    let (mut pictures, mut left_out) = (Vec::new(), 0);
    for Candidate { message, file, mut picture } in candidates {
        if embedded(file.size) > *left {
            left_out += 1;
        } else if let Some(bytes) = tx.file_bytes(message, file.id).await? {
            let size = embedded(bytes.len() as u64);
            // Discord may have said another size than the file has.
            if size <= *left {
                *left -= size;
                picture.shown = Shown::of(bytes);
            } else {
                left_out += 1;
            }
        }
        pictures.push(picture);
    }
    Ok((pictures, left_out))
}

/// How much longer a document is with a picture of so many bytes in it: four letters for three bytes, and its tag.
const fn embedded(size: u64) -> u64 {
    size.div_ceil(3).saturating_mul(4).saturating_add(512)
}
