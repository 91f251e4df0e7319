//! Decoding of streams, bounded by the number of bytes that may come out.

use std::io::Read;

use super::object::{Dict, Object, is_blank};

/// What came out of a stream, and whether it was cut at the bound.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    pub(super) cut: bool,
}

/// Undoes the filters of a stream. `resolve` follows references in its dictionary. `None` where a
/// filter is for pictures or unknown. Damaged data gives what could be decoded before the damage.
pub(super) fn decode(
    data: &[u8],
    dict: &Dict,
    limit: usize,
    resolve: impl Fn(&Object) -> Object,
) -> Option<Decoded> {
    let listed = |key: &str| match resolve(dict.get(key)) {
        Object::Array(items) => items.iter().map(&resolve).collect(),
        Object::Null => Vec::new(),
        one => vec![one],
    };
    let filters: Vec<Object> = listed("Filter");
    let params: Vec<Object> = listed("DecodeParms");
    let mut out = Decoded { bytes: Vec::new(), cut: false };
    if filters.is_empty() {
        out.bytes = data.to_vec();
    }
    for (i, filter) in filters.iter().enumerate().take(8) {
        let input = if i == 0 { data } else { &out.bytes };
        let params = params.get(i).and_then(Object::dict);
        let number = |key: &str| params.and_then(|p| resolve(p.get(key)).integer());
        let bytes = match filter.name()? {
            b"FlateDecode" | b"Fl" => predict(inflate(input, limit), number),
            b"LZWDecode" | b"LZW" => {
                let early = number("EarlyChange") != Some(0);
                predict(unpack_lzw(input, early, limit), number)
            }
            b"ASCII85Decode" | b"A85" => ascii85(input),
            b"ASCIIHexDecode" | b"AHx" => ascii_hex(input),
            b"RunLengthDecode" | b"RL" => run_length(input, limit),
            b"Crypt" => input.to_vec(),
            _ => return None,
        };
        out.cut |= bytes.len() >= limit;
        out.bytes = bytes;
    }
    Some(out)
}

fn inflate(input: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity((input.len() * 3).min(limit));
    // An error means damage: what came before it is kept.
    let zlib = flate2::read::ZlibDecoder::new(input);
    let _ = zlib.take(limit as u64).read_to_end(&mut out);
    if out.is_empty() && input.len() > 2 {
        let raw = flate2::read::DeflateDecoder::new(&input[2..]);
        let _ = raw.take(limit as u64).read_to_end(&mut out);
    }
    out
}

/// Undoes the prediction of rows that some writers put before compression.
fn predict(data: Vec<u8>, number: impl Fn(&str) -> Option<i64>) -> Vec<u8> {
    let predictor = number("Predictor").unwrap_or(1);
    if predictor < 2 {
        return data;
    }
    let positive = |key, default| number(key).unwrap_or(default).clamp(1, 1 << 16) as usize;
    let (colors, bits) = (positive("Colors", 1), positive("BitsPerComponent", 8));
    let row = (positive("Columns", 1) * colors * bits).div_ceil(8).max(1);
    let step = (colors * bits).div_ceil(8).max(1);
    if predictor == 2 {
        let mut data = data;
        for line in data.chunks_mut(row) {
            for i in step..line.len() {
                line[i] = line[i].wrapping_add(line[i - step]);
            }
        }
        return data;
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0; row];
    for line in data.chunks(row + 1) {
        let mut current = line[1..].to_vec();
        for i in 0..current.len() {
            let left = if i >= step { current[i - step] } else { 0 };
            let corner = if i >= step { above[i - step] } else { 0 };
            let guess = match line[0] {
                1 => left,
                2 => above[i],
                3 => ((u16::from(left) + u16::from(above[i])) / 2) as u8,
                4 => paeth(left, above[i], corner),
                _ => 0,
            };
            current[i] = current[i].wrapping_add(guess);
        }
        out.extend_from_slice(&current);
        current.resize(row, 0);
        above = current;
    }
    out
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i32::from(left), i32::from(above), i32::from(corner));
    let p = a + b - c;
    let (pa, pb, pc) = ((p - a).abs(), (p - b).abs(), (p - c).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        above
    } else {
        corner
    }
}

fn unpack_lzw(input: &[u8], early: bool, limit: usize) -> Vec<u8> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    // Entry n beyond the first 258 is a stretch of the output already written.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut out: Vec<u8> = Vec::new();
    let (mut bits, mut held, mut width) = (0_u32, 0, 9);
    let mut previous: Option<(usize, usize)> = None;
    for &byte in input {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = (bits >> held) as usize & ((1 << width) - 1);
        let start = out.len();
        match code {
            CLEAR => {
                table.clear();
                width = 9;
                previous = None;
                continue;
            }
            END => break,
            0..CLEAR => out.push(code as u8),
            _ => match (table.get(code - 258).copied(), previous) {
                (Some((from, len)), _) => out.extend_from_within(from..from + len),
                (None, Some((from, len))) if code - 258 == table.len() => {
                    out.extend_from_within(from..from + len);
                    out.push(out[from]);
                }
                _ => break,
            },
        }
        if let Some((from, len)) = previous {
            // The new entry is the previous stretch and the byte that now follows it.
            if table.len() < 4096 - 258 {
                table.push((from, len + 1));
            }
        }
        previous = Some((start, out.len() - start));
        width = match table.len() + 258 + usize::from(early) {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
        if out.len() >= limit {
            out.truncate(limit);
            break;
        }
    }
    out
}

fn ascii85(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    let mut group = [0_u8; 5];
    let mut n = 0;
    for &b in input {
        match b {
            b'z' if n == 0 => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group[n] = b - b'!';
                n += 1;
                if n == 5 {
                    out.extend_from_slice(&base85(group));
                    n = 0;
                }
            }
            b'~' => break,
            _ => {}
        }
    }
    if n > 1 {
        group[n..].fill(84);
        out.extend_from_slice(&base85(group)[..n - 1]);
    }
    out
}

fn base85(group: [u8; 5]) -> [u8; 4] {
    let value = group.iter().fold(0_u32, |v, &d| v.wrapping_mul(85).wrapping_add(u32::from(d)));
    value.to_be_bytes()
}

fn ascii_hex(input: &[u8]) -> Vec<u8> {
    let end = input.iter().position(|&b| b == b'>');
    let digits: Vec<u8> = input[..end.unwrap_or(input.len())]
        .iter()
        .filter(|b| !is_blank(**b))
        .filter_map(|&b| super::object::hex(b))
        .collect();
    let pair = |p: &[u8]| p[0] << 4 | p.get(1).copied().unwrap_or(0);
    digits.chunks(2).map(pair).collect()
}

fn run_length(input: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = input;
    while let Some((&n, tail)) = rest.split_first() {
        let n = usize::from(n);
        if n == 128 || out.len() >= limit {
            break;
        }
        if n < 128 {
            let len = (n + 1).min(tail.len());
            out.extend_from_slice(&tail[..len]);
            rest = &tail[len..];
        } else {
            let Some((&b, after)) = tail.split_first() else {
                break;
            };
            out.resize(out.len() + 257 - n, b);
            rest = after;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lzw_of_the_specification() {
        let packed = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        let plain = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66];
        assert_eq!(unpack_lzw(&packed, true, 100), plain);
    }

    #[test]
    fn text_filters() {
        assert_eq!(ascii85(b"9jqo^BlbD-~>"), b"Man is d");
        assert_eq!(ascii_hex(b"48 65 6C6c 6F>"), b"Hello");
        assert_eq!(run_length(&[2, b'a', b'b', b'c', 254, b'd', 128], 99), b"abcddd");
    }

    #[test]
    fn png_rows_are_put_back() {
        let number = |key: &str| match key {
            "Predictor" => Some(12),
            "Columns" => Some(3),
            _ => None,
        };
        let rows = vec![2, 1, 2, 3, 2, 1, 1, 1];
        assert_eq!(predict(rows, number), [1, 2, 3, 2, 3, 4]);
    }
}
