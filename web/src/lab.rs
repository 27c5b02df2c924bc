//! The failure lab of a demo, where `exchange up` answers: a line of JSON each way, over a socket in
//! the exchange's own folder.

use crate::asking::ANSWER_DEADLINE;
use crate::problem::Problem;
use contracts::lab::{ANSWER_BYTES_MAX, Request, SOCKET};
use contracts::refusal::Answer;
use serde_json::value::RawValue;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

pub struct Lab(PathBuf);

impl Lab {
    pub fn in_folder(directory: &Path) -> Self {
        Lab(directory.join(SOCKET))
    }

    pub async fn ask(&self, request: &Request) -> Result<Box<RawValue>, Problem> {
        let answer = tokio::time::timeout(ANSWER_DEADLINE, self.converse(request)).await;
        let answer = answer.map_err(|_| Problem::unavailable("the failure lab does not answer in time"))?;
        let answer = answer.map_err(|error| {
            tracing::debug!(%error, "no failure lab");
            Problem::unavailable("the failure lab is where `exchange up` runs, and nobody is there")
        })?;
        Result::from(answer).map_err(Problem::from)
    }

    async fn converse(&self, request: &Request) -> std::io::Result<Answer<Box<RawValue>>> {
        let mut stream = UnixStream::connect(&self.0).await?;
        let mut line = serde_json::to_string(request).expect("our own messages are JSON");
        line.push('\n');
        stream.write_all(line.as_bytes()).await?;
        let mut answer = String::new();
        BufReader::new(stream).take(ANSWER_BYTES_MAX).read_line(&mut answer).await?;
        serde_json::from_str(&answer).map_err(std::io::Error::other)
    }
}
