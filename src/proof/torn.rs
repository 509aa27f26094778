//! What a power cut leaves of a write that was not durable yet: blocks that got to the disk beside blocks that did not,
//! and those read as zeros.

/// Disks write no less in one piece.
const BLOCK: usize = 512;
/// Each write to a file of lines is durable before the next begins, and none is longer: a hole that is farther from the end
/// is in what was durable.
const MOST: usize = 128 * 1024;

/// Whether the line that begins at `from` lacks such blocks. No line of ours holds a zero, and somebody who changes one
/// leaves none that begins and ends where blocks do.
pub(crate) fn lacks_blocks(bytes: &[u8], from: usize) -> bool {
    let line = bytes[from..].split_inclusive(|b| *b == b'\n').next().unwrap_or_default();
    let Some(zeros) = line.iter().position(|b| *b == 0).map(|at| from + at) else { return false };
    let end = bytes[zeros..].iter().position(|b| *b != 0).map_or(bytes.len(), |n| zeros + n);
    let last = bytes.len() - from <= MOST;
    last && (zeros == from || zeros.is_multiple_of(BLOCK)) && (end == bytes.len() || end.is_multiple_of(BLOCK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_count_where_blocks_are_and_nowhere_else() {
        let mut bytes = vec![b'x'; 1600];
        bytes[99] = b'\n';
        assert!(!lacks_blocks(&bytes, 100));
        bytes[100..512].fill(0);
        assert!(lacks_blocks(&bytes, 100), "from the line's beginning to the end of the block");
        bytes[100] = b'x';
        assert!(!lacks_blocks(&bytes, 100), "from somewhere");
        bytes[101..512].fill(b'x');
        bytes[512..1024].fill(0);
        assert!(lacks_blocks(&bytes, 100), "a block");
        bytes[1023] = b'x';
        assert!(!lacks_blocks(&bytes, 100), "to somewhere");
        bytes[512..].fill(0);
        assert!(lacks_blocks(&bytes, 100), "to the end of the file");
        bytes[400] = b'\n';
        assert!(!lacks_blocks(&bytes, 100), "of the next line");
        assert!(lacks_blocks(&bytes, 401));
    }

    #[test]
    fn a_hole_with_more_behind_it_than_a_write_is_none_of_a_power_cut() {
        let mut bytes = vec![b'x'; MOST + 1];
        bytes[512..1024].fill(0);
        assert!(!lacks_blocks(&bytes, 0));
        assert!(lacks_blocks(&bytes, 1));
    }
}
