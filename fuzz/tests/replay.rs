//! Every seed through its parser, whole, cut at every byte and with single bits turned: nothing panics, and of each folder at
//! least one seed is understood.

#![allow(clippy::unwrap_used)]

use assize_fuzz::TARGETS;
use std::path::Path;

#[test]
fn seeds_are_understood_and_nothing_near_them_panics() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (name, target) in TARGETS {
        let seeds = std::fs::read_dir(root.join(name)).unwrap().map(|entry| entry.unwrap().path());
        let mut understood = 0;
        for path in seeds {
            let seed = std::fs::read(&path).unwrap();
            understood += u32::from(target(&seed));
            for end in 0..seed.len() {
                let _ = target(&seed[..end]);
            }
            let mut turned = seed.clone();
            // Of long texts every eleventh: that is another bit of each byte.
            let step = if seed.len() > 500 { 11 } else { 1 };
            for bit in (0..seed.len() * 8).step_by(step) {
                turned[bit / 8] ^= 1 << (bit % 8);
                let _ = target(&turned);
                turned[bit / 8] ^= 1 << (bit % 8);
            }
        }
        assert!(understood > 0, "no seed of {name} is understood");
    }
}
