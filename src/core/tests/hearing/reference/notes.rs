//! Notes, told a second time: a list, and a minute in which nobody writes more than forty.

#[derive(Debug, Default)]
pub(super) struct Notes {
    /// By whom, and what stands there now.
    list: Vec<(u16, String)>,
    /// When, one for each line written.
    times: Vec<u64>,
}

impl Notes {
    fn fits(&self, text: &str, now: u64) -> bool {
        let recent = self.times.iter().filter(|then| now - **then < 60_000_000).count();
        let blank = text.chars().all(char::is_whitespace);
        !blank && text.trim().chars().count() <= 2000 && recent < 40
    }

    pub(super) fn write(&mut self, by: u16, text: &str, now: u64) -> bool {
        let fits = self.fits(text, now);
        if fits {
            self.list.push((by, text.trim().to_owned()));
            self.times.push(now);
        }
        fits
    }

    pub(super) fn correct(&mut self, by: u16, number: u32, text: &str, now: u64) -> bool {
        let fits = self.fits(text, now);
        let Some((whose, old)) = (number as usize).checked_sub(1).and_then(|at| self.list.get_mut(at)) else {
            return false;
        };
        let done = fits && *whose == by && old != text.trim();
        if done {
            text.trim().clone_into(old);
            self.times.push(now);
        }
        done
    }
}
