//! assize-proof
