//! From the pieces of an answer to its body: decompressed, and never larger than the cap.

use std::io::{self, Write};
use std::sync::Arc;
use std::vec::Vec;

use flate2::write::MultiGzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};

use super::client::Answer;
use super::error::Failure;

/// How much of a body that nobody wants is read for the sake of its connection. Beyond it a new one is cheaper.
const LEFT_OVER: usize = 16 * 1024;

/// Reads the whole body.
pub(super) async fn read(answer: &mut Answer, cap: usize, gunzip: bool) -> Result<Vec<u8>, Failure> {
    let packed = gunzip
        && answer.headers.get(CONTENT_ENCODING).is_some_and(|coding| {
            let coding = coding.as_bytes();
            coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip")
        });
    let mut body = Capped { bytes: Vec::new(), cap };
    if !packed {
        loop {
            let piece = answer.piece().await?;
            let amount = piece.len();
            if amount == 0 {
                return Ok(body.bytes);
            }
            body.write_all(piece).map_err(unpack)?;
            answer.consume(amount);
        }
    }
    let mut decoder = MultiGzDecoder::new(body);
    let mut any = false;
    loop {
        let piece = answer.piece().await?;
        let amount = piece.len();
        if amount == 0 {
            break;
        }
        any = true;
        decoder.write_all(piece).map_err(unpack)?;
        answer.consume(amount);
    }
    // These spoke of the body as it was sent.
    answer.headers.remove(CONTENT_ENCODING);
    answer.headers.remove(CONTENT_LENGTH);
    // An answer to HEAD is described as compressed and has nothing to decompress.
    if any { Ok(decoder.finish().map_err(unpack)?.bytes) } else { Ok(Vec::new()) }
}

/// Reads a short rest, so that the connection can be used again; drops the answer after that.
pub(super) async fn discard(mut answer: Answer) {
    let mut read = 0;
    while read < LEFT_OVER
        && let Ok(piece) = answer.piece().await
        && !piece.is_empty()
    {
        let amount = piece.len();
        read += amount;
        answer.consume(amount);
    }
}

/// Bytes up to a cap. The decoder writes them bit by bit, so a bomb ends here with its first kilobytes.
struct Capped {
    bytes: Vec<u8>,
    cap: usize,
}

impl Write for Capped {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if piece.len() > self.cap - self.bytes.len() {
            return Err(io::Error::other(Failure::TooLarge { limit: self.cap }));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn unpack(error: io::Error) -> Failure {
    error.downcast().unwrap_or_else(|error| Failure::BadEncoding(Arc::new(error)))
}
