//! A photograph as a telephone would send it, only tiny: a picture of 8 by 8 points.

use super::dice::Dice;

const SIDE: usize = 8;

/// A PNG; no two are alike.
pub(super) fn photo(dice: &mut Dice) -> Vec<u8> {
    let mut raw = Vec::with_capacity(SIDE * (1 + 3 * SIDE));
    for _ in 0..SIDE {
        // No filter, then the points of a line.
        raw.push(0);
        let mut line = [0; 3 * SIDE];
        dice.fill(&mut line);
        raw.extend(line);
    }
    let side = u32::try_from(SIDE).unwrap_or(0).to_be_bytes();
    let head = [&side[..], &side, &[8, 2, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", head), (b"IDAT", stored(&raw)), (b"IEND", Vec::new())] {
        png.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
        let body = [&kind[..], &data].concat();
        png.extend(&body);
        png.extend(crc(&body).to_be_bytes());
    }
    png
}

/// A zlib stream of one block that is not compressed.
fn stored(raw: &[u8]) -> Vec<u8> {
    let length = u16::try_from(raw.len()).unwrap_or(u16::MAX);
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(raw);
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    let folded =
        bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
            })
        });
    !folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc(b"IEND"), 0xae42_6082);
        assert_eq!(stored(b"abc")[10..], [0x02, 0x4d, 0x01, 0x27]);
        let mut dice = Dice::new(7);
        assert_ne!(photo(&mut dice), photo(&mut dice));
    }
}
