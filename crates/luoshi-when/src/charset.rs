/// A set of characters of the basic plane, one bit each: a look-up costs one load.
pub(crate) struct CharSet([u64; 1024]);

impl CharSet {
    /// The characters of a text of the basic plane.
    pub(crate) const fn of(text: &str) -> Self {
        let mut bits = [0u64; 1024];
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let b = bytes[at] as usize;
            let (code, length) = if b < 0x80 {
                (b, 1)
            } else if b < 0xE0 {
                (((b & 0x1F) << 6) | (bytes[at + 1] as usize & 0x3F), 2)
            } else {
                let second = bytes[at + 1] as usize & 0x3F;
                let third = bytes[at + 2] as usize & 0x3F;
                (((b & 0x0F) << 12) | (second << 6) | third, 3)
            };
            bits[code / 64] |= 1 << (code % 64);
            at += length;
        }
        Self(bits)
    }

    /// Whether a character, given by its number, is in the set.
    pub(crate) fn has(&self, code: u32) -> bool {
        self.0.get(code as usize / 64).is_some_and(|bits| bits >> (code % 64) & 1 != 0)
    }
}
