//! Time stamps of sealed records. Nobody waits for them: an authority that does not answer is asked again, ever more rarely,
//! and after a restart.

use super::metrics;
use super::seal::again;
use crate::time_authority::{AskError, TimeAuthority};
use assize_proof::seal::HEAD;
use assize_record::{folder, stamp};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};
use tokio::task::spawn_blocking;

/// How old a seal without a stamp may be to be asked about after a start.
const LATELY: Duration = Duration::from_secs(30 * 24 * 3600);

#[derive(Debug, thiserror::Error)]
enum StampFault {
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Disk(#[from] io::Error),
    #[error("a task of the server failed")]
    Task,
}

/// Begins to have the sealed record in `folder` stamped, if it is not.
pub(crate) fn begin(authority: TimeAuthority, folder: PathBuf) {
    tokio::spawn(async move {
        for tried in 0.. {
            match once(authority.clone(), folder.clone()).await {
                Ok(None) => break,
                Ok(Some(at)) => {
                    tracing::info!(folder = %folder.display(), at, "the seal is time-stamped");
                    break;
                }
                Err(error) => {
                    metrics::stamp_fault();
                    tracing::error!(folder = %folder.display(), %error, "the seal is not time-stamped");
                }
            }
            tokio::time::sleep(again(tried)).await;
        }
    });
}

/// After a start: what was begun is finished, and what was sealed lately and is not stamped is asked about. Who names an authority
/// does not thereby have it asked about every record of the years before.
pub(crate) async fn take_up(authority: Option<TimeAuthority>, recordings: PathBuf) {
    let found = spawn_blocking(move || unstamped(&recordings)).await;
    let Ok(Ok(unstamped)) = found else {
        tracing::error!(?found, "records may be without a time stamp");
        return;
    };
    if let Some(authority) = authority {
        unstamped.into_iter().for_each(|folder| begin(authority.clone(), folder));
    }
}

fn unstamped(recordings: &Path) -> io::Result<Vec<PathBuf>> {
    let mut unstamped = Vec::new();
    for folder in folder::all(recordings)? {
        if let Err(error) = stamp::complete(&folder) {
            tracing::error!(folder = %folder.display(), %error, "its time stamp is there in half");
        }
        let sealed = fs::metadata(folder.join(HEAD)).and_then(|head| head.modified());
        let lately = sealed.is_ok_and(|sealed| sealed.elapsed().is_ok_and(|ago| ago < LATELY));
        if lately && stamp::wanted(&folder).is_some() {
            unstamped.push(folder);
        }
    }
    Ok(unstamped)
}

async fn once(authority: TimeAuthority, folder: PathBuf) -> Result<Option<String>, StampFault> {
    spawn_blocking(move || stamped(&authority, &folder)).await.map_err(|_| StampFault::Task)?
}

fn stamped(authority: &TimeAuthority, folder: &Path) -> Result<Option<String>, StampFault> {
    stamp::complete(folder)?;
    let Some(seal) = stamp::wanted(folder) else { return Ok(None) };
    let (answer, stamp) = authority.ask(&seal)?;
    stamp::add(folder, &answer)?;
    Ok(Some(stamp.at()))
}
