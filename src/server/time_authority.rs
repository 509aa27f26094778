//! Asking a time-stamping authority about a seal (RFC 3161 section 3.4: by HTTP).

use assize_proof::hash::Hash;
use assize_proof::stamp::{Authority, Stamp, StampError, request};
use std::path::PathBuf;
use std::time::Duration;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, http::header};

/// Longest wait for an answer, from the name to the last byte.
const ANSWERS: Duration = Duration::from_secs(20);
/// Answers have some kilobytes: the token and its certificates.
const MOST: u64 = 1 << 20;

/// Who is asked, and who has to stand behind the answer.
#[derive(Debug, Clone)]
pub struct TimeAuthority {
    pub url: String,
    /// Certificates (PEM) of whom its answers have to be; without them any answer that fits is kept.
    pub ca: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("{url}: {source}")]
    Http { url: String, source: Box<ureq::Error> },
    #[error("{url}: its answer {source}")]
    Answer { url: String, source: StampError },
    #[error("{url}: it answered something else than was asked")]
    Other { url: String },
    #[error("{0}")]
    Authorities(String),
    #[error("there is no randomness: {0}")]
    Random(#[from] getrandom::Error),
}

impl TimeAuthority {
    /// Its answer about `seal`, checked, and when it saw that. Blocks for at most 20 s.
    ///
    /// # Errors
    /// It cannot be reached, or does not answer as it should.
    pub fn ask(&self, seal: &Hash) -> Result<(Vec<u8>, Stamp), AskError> {
        let url = || self.url.clone();
        let nonce = getrandom::u64()?;
        let answer = self.post(&request(seal, nonce)).map_err(|source| AskError::Http { url: url(), source })?;
        let answered = |source| AskError::Answer { url: url(), source };
        let stamp = Stamp::read(&answer).map_err(answered)?;
        if !stamp.is_of(seal) || !stamp.answers(nonce) {
            return Err(AskError::Other { url: url() });
        }
        match &self.ca {
            None => stamp.is_signed().map_err(answered)?,
            Some(ca) => {
                let authorities = Authority::load(ca).map_err(AskError::Authorities)?;
                stamp.is_vouched(&authorities).map_err(answered)?;
            }
        }
        Ok((answer, stamp))
    }

    fn post(&self, question: &[u8]) -> Result<Vec<u8>, Box<ureq::Error>> {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent: Agent = Agent::config_builder().timeout_global(Some(ANSWERS)).tls_config(tls).build().into();
        let question = agent
            .post(&self.url)
            .header(header::CONTENT_TYPE, "application/timestamp-query")
            .header(header::ACCEPT, "application/timestamp-reply")
            .send(question)?;
        Ok(question.into_body().with_config().limit(MOST).read_to_vec()?)
    }
}
