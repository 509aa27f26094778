//! The client's files are embedded: what is built into the server changes with them.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
    println!("cargo:rerun-if-changed=store/migrations");
}
