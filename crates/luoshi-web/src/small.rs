//! Photographs made small: a page with twenty of them weighs as much as one. Reading a picture takes room and
//! time, so it is done one at a time, within bounds; what is made is kept for a while.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use luoshi_engine::Hash;
use tokio::sync::Mutex as Turn;

/// The longest side, in pixels: twice what a list shows, for screens of phones.
const LONG: u32 = 320;

/// How well a small picture is kept, of 100.
const QUALITY: u8 = 70;

/// How much room a picture may take while it is read, in bytes: about 20 million pixels. Phones hand in less than
/// a tenth of it.
const ROOM: u64 = 64 << 20;

/// How many bytes of small pictures are kept; when there are more, all are forgotten.
const KEPT: usize = 8 << 20;

/// Small pictures.
#[derive(Default)]
pub(crate) struct SmallPictures {
    kept: Mutex<HashMap<Hash, Bytes>>,
    turn: Turn<()>,
}

impl SmallPictures {
    /// A picture made small, as JPEG; none where it cannot be read or is too large to be.
    pub(crate) async fn of(&self, hash: Hash, picture: Bytes) -> Option<Bytes> {
        if let Some(small) = self.kept(hash) {
            return Some(small);
        }
        let turn = self.turn.lock().await;
        if let Some(small) = self.kept(hash) {
            return Some(small);
        }
        let small = Self::once(picture).await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.values().map(Bytes::len).sum::<usize>() + small.len() > KEPT {
            kept.clear();
        }
        kept.insert(hash, small.clone());
        drop(turn);
        Some(small)
    }

    /// The same of what must not be kept.
    pub(crate) async fn unkept(&self, picture: Bytes) -> Option<Bytes> {
        let _turn = self.turn.lock().await;
        Self::once(picture).await
    }

    async fn once(picture: Bytes) -> Option<Bytes> {
        // A picture that a reader of pictures stumbles over is shown as it is.
        tokio::task::spawn_blocking(move || made(&picture)).await.ok().flatten()
    }

    fn kept(&self, hash: Hash) -> Option<Bytes> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned()
    }
}

fn made(picture: &[u8]) -> Option<Bytes> {
    let mut reader = ImageReader::new(Cursor::new(picture)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(ROOM);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    if decoder.total_bytes() > ROOM {
        return None;
    }
    let turned = decoder.orientation().ok()?;
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    if image.width().max(image.height()) > LONG {
        image = image.thumbnail(LONG, LONG);
    }
    image.apply_orientation(turned);
    let mut out = Vec::new();
    image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)).ok()?;
    // What is small already is not made larger.
    (out.len() < picture.len()).then(|| out.into())
}

#[cfg(test)]
mod tests {
    use image::codecs::png::PngEncoder;
    use image::{ImageEncoder, RgbImage};

    use super::*;

    /// A picture of a scene: large areas that change slowly, and some grain.
    fn photograph(width: u32, height: u32) -> Bytes {
        let grain = |x: u32, y: u32| (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) as u8 % 9;
        let image = RgbImage::from_fn(width, height, |x, y| {
            let (x, y) = (x * 255 / width, y * 255 / height);
            image::Rgb([x as u8, y as u8, 90 + grain(x, y)])
        });
        let mut out = Vec::new();
        let encoder = PngEncoder::new(&mut out);
        encoder.write_image(&image, width, height, image::ExtendedColorType::Rgb8).unwrap();
        out.into()
    }

    #[tokio::test]
    async fn a_photograph_becomes_small_and_keeps_its_shape() {
        let small = SmallPictures::default().of(Hash::default(), photograph(1600, 1200)).await.unwrap();
        let read = image::load_from_memory(&small).unwrap();
        assert_eq!((read.width(), read.height()), (LONG, 240));
        assert!(small.len() < 20_000, "{}", small.len());
    }

    #[tokio::test]
    async fn what_is_no_picture_or_too_large_is_left_alone() {
        let pictures = SmallPictures::default();
        for other in
            [Bytes::from_static(b"%PDF-1.7"), Bytes::from_static(b"\xff\xd8\xff\xe0broken"), Bytes::new()]
        {
            assert_eq!(pictures.unkept(other).await, None);
        }
        // A few bytes that claim to be 30000 pixels wide and high.
        let mut claims = photograph(4, 4).to_vec();
        claims[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        assert_eq!(pictures.unkept(claims.into()).await, None);
    }

    #[tokio::test]
    async fn it_is_made_once() {
        let pictures = SmallPictures::default();
        let small = pictures.of(Hash::default(), photograph(800, 600)).await;
        assert_eq!(pictures.of(Hash::default(), Bytes::new()).await, small);
    }
}
