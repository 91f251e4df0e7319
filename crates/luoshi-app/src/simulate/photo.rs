//! A photograph as a telephone would send it, only drawn: sky, hills, a field, a house. No two are alike.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};

use super::dice::Dice;

const WIDTH: u32 = 240;
const HEIGHT: u32 = 160;

/// How many points of grain it has: what tells two of the same place apart.
const GRAIN: usize = 40;

/// Sky and ground at some hours and seasons.
const LIGHTS: [(Rgb<u8>, Rgb<u8>); 4] = [
    (Rgb([150, 190, 225]), Rgb([110, 150, 80])),
    (Rgb([196, 205, 212]), Rgb([150, 140, 90])),
    (Rgb([232, 196, 160]), Rgb([120, 125, 70])),
    (Rgb([170, 180, 190]), Rgb([95, 120, 95])),
];

/// A PNG.
pub(super) fn photo(dice: &mut Dice) -> Vec<u8> {
    let light = usize::try_from(dice.between(0, 3)).unwrap_or(0);
    let (sky, ground) = LIGHTS[light];
    let mut at = |least: i64, most: i64| u32::try_from(dice.between(least, most)).unwrap_or(0);
    let (horizon, hill) = (at(60, 90), at(10, 30));
    let (peak, width) = (at(40, 200), at(90, 160));
    let house = (at(20, 150), at(50, 80), at(25, 45));
    let mut picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let rise = hill * width.saturating_sub(x.abs_diff(peak)) / width;
        match y {
            _ if y + rise < horizon => shaded(sky, y / 4),
            _ if y < horizon => shaded(Rgb([88, 110, 104]), 0),
            _ => shaded(ground, (y - horizon) / 3),
        }
    });
    draw_house(&mut picture, house, horizon);
    let mut grain = [0; GRAIN * 3];
    dice.fill(&mut grain);
    for point in grain.chunks_exact(3) {
        picture.put_pixel(u32::from(point[0]) % WIDTH, u32::from(point[1]) % HEIGHT, Rgb([point[2]; 3]));
    }
    let mut out = Vec::new();
    // Writing into memory does not fail, and the size is right by how it was made.
    let _ = PngEncoder::new(&mut out).write_image(&picture, WIDTH, HEIGHT, ExtendedColorType::Rgb8);
    out
}

/// A house with a roof, a door and a window that stands on the ground below the horizon.
fn draw_house(picture: &mut RgbImage, (left, width, height): (u32, u32, u32), horizon: u32) {
    let bottom = horizon + 35;
    let top = bottom - height;
    let mut fill = |xs: std::ops::Range<u32>, ys: std::ops::Range<u32>, colour: [u8; 3]| {
        for (x, y) in xs.flat_map(|x| ys.clone().map(move |y| (x, y))) {
            if let Some(point) = picture.get_pixel_mut_checked(x, y) {
                *point = Rgb(colour);
            }
        }
    };
    fill(left..left + width, top..bottom, [222, 214, 200]);
    for step in 0..12 {
        fill(left + step..left + width - step, top - step - 1..top - step, [140, 78, 66]);
    }
    fill(left + 8..left + 20, bottom - 20..bottom, [96, 72, 54]);
    fill(left + width - 22..left + width - 8, top + 6..top + 16, [120, 150, 170]);
}

/// A colour, lighter by so much.
fn shaded(Rgb(colour): Rgb<u8>, by: u32) -> Rgb<u8> {
    let by = u8::try_from(by).unwrap_or(u8::MAX);
    Rgb(colour.map(|part| part.saturating_add(by)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike_and_the_same_throws_make_the_same() {
        let mut dice = Dice::of(7, &[]);
        let (one, other) = (photo(&mut dice), photo(&mut dice));
        assert_ne!(one, other);
        assert_eq!(photo(&mut Dice::of(7, &[])), one);
        assert!(one.len() < 16_000, "{}", one.len());
        let read = image::load_from_memory(&one).unwrap();
        assert_eq!((read.width(), read.height()), (WIDTH, HEIGHT));
    }
}
