//! Stretches of a source that an outgoing stream is made of, each with the step from its numbers to the stream's.

/// How numbers of one stretch of one layer become numbers of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) layer: u8,
    pub(super) first_in: u64,
    /// One beyond the last number of the stretch.
    pub(super) end_in: u64,
    pub(super) first_out: u64,
    pub(super) steps: Steps,
}

/// What is added to the fields of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Steps {
    pub(super) timestamp: u32,
    pub(super) picture: u16,
    pub(super) tl0: u8,
}

/// A packet's place in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) seq: u64,
    pub(super) steps: Steps,
}

impl Stretch {
    #[inline]
    pub(super) fn place(&self, ext: u64) -> Option<Placed> {
        (self.first_in..self.end_in)
            .contains(&ext)
            .then(|| Placed { seq: self.first_out + (ext - self.first_in), steps: self.steps })
    }

    pub(super) fn source(&self, seq: u64) -> Option<u64> {
        let ext = self.first_in + seq.checked_sub(self.first_out)?;
        (ext < self.end_in).then_some(ext)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.end_in <= self.first_in
    }
}

/// Stretches remembered that ended where pictures were left out: of seven a second, those of a second and a half.
const PARTS: usize = 12;

/// Stretches before the present one, newest first, for late packets and retransmissions.
#[derive(Debug, Clone, Default)]
pub(super) struct Stretches {
    older: [Option<Stretch>; 3],
    /// Those that ended where pictures were left out.
    parts: Option<Box<[Option<Stretch>; PARTS]>>,
}

impl Stretches {
    pub(super) fn add(&mut self, stretch: Stretch) {
        self.older.rotate_right(1);
        self.older[0] = Some(stretch);
    }

    /// What comes behind it follows it without what was left out between them.
    pub(super) fn add_part(&mut self, stretch: Stretch) {
        let parts = self.parts.get_or_insert_with(|| Box::new([None; PARTS]));
        parts.rotate_right(1);
        parts[0] = Some(stretch);
    }

    fn all(&self) -> impl Iterator<Item = &Stretch> {
        self.older.iter().chain(self.parts.iter().flat_map(|parts| parts.iter())).flatten()
    }

    /// The place of a packet of `layer`, if it has one.
    pub(super) fn place(&self, layer: u8, ext: u64) -> Option<Placed> {
        self.all().filter(|stretch| stretch.layer == layer).find_map(|stretch| stretch.place(ext))
    }

    /// Which packet was sent as `seq`: layer, number, and what was added.
    pub(super) fn sent_as(&self, seq: u64) -> Option<(u8, u64, Steps)> {
        self.all().find_map(|stretch| Some((stretch.layer, stretch.source(seq)?, stretch.steps)))
    }

    /// The places from `from` on are not theirs any more.
    pub(super) fn cut(&mut self, from: u64) {
        let parts = self.parts.iter_mut().flat_map(|parts| parts.iter_mut());
        for older in self.older.iter_mut().chain(parts) {
            if let Some(stretch) = older {
                stretch.end_in = stretch.end_in.min(stretch.first_in + from.saturating_sub(stretch.first_out));
            }
            *older = older.filter(|stretch| !stretch.is_empty());
        }
    }
}
