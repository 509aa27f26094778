//! The client's types are these types: generated, committed, and compared here.
//!
//! `ASSIZE_GENERATE=1 cargo test -p assize-core --test typescript` writes them.

#![allow(clippy::unwrap_used)]
#![allow(clippy::disallowed_methods)] // a generator reads and writes files

use assize_core::plan::Plan;
use assize_core::signal::{ClientMessage, ServerMessage};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use ts_rs::{Config, TS, TypeVisitor};

const FILE: &str = "../../web/src/protocol/generated/signal.ts";

/// Declarations by name, so that the file is in one order whatever the order of visiting.
struct Collector<'a> {
    config: &'a Config,
    declarations: BTreeMap<String, String>,
}

impl TypeVisitor for Collector<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let declared = T::output_path().is_some() && !self.declarations.contains_key(&T::ident(self.config));
        if declared {
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}\n", T::decl(self.config));
            self.declarations.insert(T::ident(self.config), declaration);
        }
        // What has no declaration of its own, like a list, may lead to one that has.
        if declared || T::output_path().is_none() {
            T::visit_dependencies(self);
            T::visit_generics(self);
        }
    }
}

fn generate() -> String {
    // JSON has one kind of number, and the largest sent here, microseconds, stay below 2^53 for 285 years.
    let config = Config::new().with_large_int("number");
    let mut collector = Collector { config: &config, declarations: BTreeMap::new() };
    collector.visit::<ServerMessage>();
    collector.visit::<ClientMessage>();
    collector.visit::<Plan>();
    let mut file = String::from("// Generated from src/core. Do not edit: see src/core/tests/typescript.rs.\n");
    for declaration in collector.declarations.values() {
        write!(file, "\n{declaration}").unwrap();
    }
    file
}

#[test]
fn committed_types_are_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let generated = generate();
    if std::env::var("ASSIZE_GENERATE").is_ok_and(|v| v == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "web/src/protocol/generated is stale: ASSIZE_GENERATE=1 cargo test -p assize-core --test typescript"
    );
}

#[test]
fn every_number_fits_the_client() {
    assert!(!generate().contains("bigint"));
}
