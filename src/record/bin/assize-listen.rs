//! The process that decodes what was read back, for tests of this package: `assize` starts itself for that.

use std::io;

fn main() -> io::Result<()> {
    assize_record::listen::serve(io::stdin().lock(), io::stdout().lock())
}
