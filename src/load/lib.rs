//! assize-load
