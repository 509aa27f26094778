//! One task owns one hearing: commands come in one at a time, `core` decides, and what it decides is carried out in the
//! order of architecture section 5.

mod continuity;
mod down;
mod enact;
mod evidence;
mod finish;
mod late;
mod lines;
mod links;
mod media;
mod minutes;
mod missed;
mod records;
mod requests;
mod samples;
mod sealed;
mod speakers;
mod task;
mod told;

pub use evidence::Paper;
pub use missed::Absences;
pub(super) use records::Records;
pub use requests::{Arrival, Entry, Greeting, Handle, UpOffer};
pub(super) use requests::{News, Request};
pub(super) use task::{Beginning, End, Task};
