//! Composing on its own, for tests of this package: `assize` starts itself for that.
//!
//! `assize-compose DIR [FORMAT [PICTURES [SHARE]]]` prints progress and the result as JSON lines; without arguments it is the
//! process that composes.

use assize_record::compose::{Format, Order, Program, run, serve};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicU8;

fn main() -> io::Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some(record) = args.first() else { return serve(io::stdin(), io::stdout().lock()).map(|()| ExitCode::SUCCESS) };
    let format = if args.get(1).is_some_and(|name| name == "webm") { Format::Webm } else { Format::Mp4 };
    let number = |at: usize| args.get(at).and_then(|number| number.parse::<u64>().ok());
    let mut order = Order::new(PathBuf::from(record), format, "assize-compose".to_owned());
    order.part = number(2).unwrap_or(Order::PART);
    // A test does not wait until nobody else wants the processor.
    order.lowest = false;
    let share = AtomicU8::new(number(3).and_then(|share| u8::try_from(share).ok()).unwrap_or(100));
    let program = Program { path: std::env::current_exe()?, args: Vec::new() };
    let made = run(&order, &program, &share, &mut |progress| println!("{}", serde_json::json!(progress)));
    Ok(match made {
        Ok(made) => {
            println!("{}", serde_json::json!({ "made": made }));
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            println!("{}", serde_json::json!({ "trouble": trouble.to_string() }));
            ExitCode::FAILURE
        }
    })
}
