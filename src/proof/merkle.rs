//! Merkle tree hash of RFC 9162 section 2.1.1: one root over all sync points, so that a clip can later be proved to
//! belong to a sealed record without the rest of it.

use crate::hash::Hash;

/// Hash of one leaf's bytes.
#[must_use]
pub fn leaf(bytes: &[u8]) -> Hash {
    Hash::of_all(&[&[0], bytes])
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Hash::of_all(&[&[1], &left.0, &right.0])
}

/// Root over leaf hashes in their order; of no leaves it is the hash of nothing.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(b""),
        [only] => *only,
        _ => {
            // The largest power of two below the number of leaves.
            let split = 1 << (leaves.len() - 1).ilog2();
            node(&root(&leaves[..split]), &root(&leaves[split..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_match_the_known_tree() {
        // Test vectors of the Certificate Transparency reference implementation.
        let inputs: [&[u8]; 4] = [b"", b"\x00", b"\x10", b"\x20\x21"];
        let leaves: Vec<Hash> = inputs.iter().map(|bytes| leaf(bytes)).collect();
        assert_eq!(root(&[]).to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(root(&leaves[..1]).to_string(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(root(&leaves[..2]).to_string(), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assert_eq!(root(&leaves[..3]).to_string(), "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
        assert_eq!(root(&leaves).to_string(), "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    }
}
