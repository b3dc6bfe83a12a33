//! The pictures of a ticket's thread as figures of a page, each with its number and where it comes from.
//!
//! Must not know what may be inside a document; [`raster`](super::raster) does.

use super::super::safe::Address;
use super::super::text::Local;
use super::page::Page;
use super::raster::{Picture, Shown};

/// The pictures, each with its number and where it comes from.
pub(super) fn write(page: &mut Page, pictures: &[Picture], local: Local) {
    for (number, picture) in (1..).zip(pictures) {
        let id = format!("picture-{number}");
        page.within("figure", &[("id", &id)], |page| {
            match &picture.shown {
                Shown::Embedded(raster) => page.picture(raster, &picture.name),
                Shown::Linked => {
                    page.element("p", &[("class", "elsewhere")], "Not in this document; see the message.");
                }
            }
            page.within("figcaption", &[], |page| caption(page, number, picture, local));
        });
        page.newline();
    }
}

fn caption(page: &mut Page, number: usize, picture: &Picture, local: Local) {
    page.element("b", &[], &format!("Picture {number}"));
    page.text(" ");
    page.element("bdi", &[], &picture.name);
    page.text(" – ");
    page.element("bdi", &[], &picture.author);
    page.text(", ");
    page.moment(picture.at, &local.moment(picture.at));
    if let Some(address) = Address::of(&picture.url) {
        page.text(" ");
        page.open_link(address, &[("class", "source")]);
        page.text("message ↗");
        page.close();
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_picture_has_its_origin_under_it() {
        let picture = |bytes: &[u8], name: &str| Picture {
            message: "7".to_owned(),
            name: name.to_owned(),
            shown: Shown::of(bytes.to_vec()),
            author: "Bob".to_owned(),
            at: DateTime::from_timestamp(1_795_438_800, 0).unwrap(),
            url: "https://discord.com/channels/900/30/7".to_owned(),
        };
        let pictures = [picture(b"GIF89a;", "\"graph\".gif"), picture(b"<svg/>", "x.svg")];
        let mut page = Page::default();
        write(&mut page, &pictures, Local(chrono_tz::Europe::Berlin));
        insta::assert_snapshot!(page.finish(), @r#"
        <figure id="picture-1"><img src="data:image/gif;base64,R0lGODlhOw==" alt="&quot;graph&quot;.gif"><figcaption><b>Picture 1</b> <bdi>&quot;graph&quot;.gif</bdi> – <bdi>Bob</bdi>, <time datetime="2026-11-23T13:00:00Z">23 November 2026, 14:00</time> <a href="https://discord.com/channels/900/30/7" rel="noopener noreferrer" class="source">message ↗</a></figcaption></figure>
        <figure id="picture-2"><p class="elsewhere">Not in this document; see the message.</p><figcaption><b>Picture 2</b> <bdi>x.svg</bdi> – <bdi>Bob</bdi>, <time datetime="2026-11-23T13:00:00Z">23 November 2026, 14:00</time> <a href="https://discord.com/channels/900/30/7" rel="noopener noreferrer" class="source">message ↗</a></figcaption></figure>
        "#);
    }
}
