//! Pictures from a ticket's thread: which may stand inside a document, and which are only told of.
//!
//! Must not know where they come from or how large a document may be; whoever asks for one decides. The invariant: a
//! [`Raster`] is a raster image by its own first bytes, whatever its name or sender says, so that nothing which could
//! hold a script or ask another host for anything (SVG, HTML, PDF) is ever inside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

/// A picture that came with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The id of the message.
    pub message: String,
    /// The name of the file.
    pub name: String,
    /// How it is shown.
    pub shown: Shown,
    /// Who sent it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The link that opens the message.
    pub url: String,
}

/// How a picture is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is inside the document.
    Embedded(Raster),
    /// The document only says where it is: it was too large, is gone, or is of another kind.
    Linked,
}

impl Shown {
    /// Embedded, if these are the bytes of a raster image.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Self {
        Raster::of(bytes).map_or(Self::Linked, Self::Embedded)
    }
}

/// A raster image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    kind: PictureKind,
    bytes: Vec<u8>,
}

impl Raster {
    /// The image that these bytes are.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Option<Self> {
        PictureKind::of(&bytes).map(|kind| Self { kind, bytes })
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> PictureKind {
        self.kind
    }

    /// The whole of it as an address.
    pub(super) fn data_address(&self) -> String {
        let mut address = format!("data:{};base64,", self.kind.media_type());
        STANDARD.encode_string(&self.bytes, &mut address);
        address
    }
}

/// The kinds of image that every browser shows and that cannot hold a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl PictureKind {
    /// The kind of image that begins with these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            // The length of the file stands in between.
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// Its name on the web.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_known_by_its_first_bytes() {
        let known: [(&[u8], PictureKind); 5] = [
            (b"\x89PNG\r\n\x1a\n....", PictureKind::Png),
            (b"\xff\xd8\xff\xe0....", PictureKind::Jpeg),
            (b"GIF87a", PictureKind::Gif),
            (b"GIF89a;", PictureKind::Gif),
            (b"RIFF\x10\0\0\0WEBPVP8 ", PictureKind::Webp),
        ];
        for (bytes, kind) in known {
            assert_eq!(PictureKind::of(bytes), Some(kind));
            assert_eq!(Shown::of(bytes.to_vec()), Shown::Embedded(Raster { kind, bytes: bytes.to_vec() }));
        }
        let unknown: [&[u8]; 12] = [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<?xml version='1.0'?><svg/>",
            b"<!DOCTYPE html><script>",
            b"%PDF-1.7",
            b"BM......",
            b"\x89PNG",
            b"\x89PNG\n\x1a\n......",
            b"\xff\xd8",
            b"GIF90a",
            b"RIFF\x10\0\0\0WAVEfmt ",
            b" \x89PNG\r\n\x1a\n",
        ];
        for bytes in unknown {
            assert_eq!(
                (PictureKind::of(bytes), Shown::of(bytes.to_vec())),
                (None, Shown::Linked),
                "{bytes:?}"
            );
        }
    }
}
