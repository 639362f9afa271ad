//! Answers in one piece.
use super::{Moment, Script, answer, bytes_alone, interim};
use crate::{
    act::Act,
    api::Asked,
    checksum::gzip,
    fault::Fault,
    http::{LAST_CHUNK, chunk, head, reply},
    problem::Problem,
};

pub(super) fn whole(fault: Fault, asked: &Asked, moment: &Moment) -> Script {
    let timing = &moment.timing;
    let body = asked.api.whole(&answer(fault, asked, moment));
    let json = ("content-type", "application/json");
    let length = body.len().to_string();
    let promised = head(200, &[json, ("content-length", &length)]);
    let part = |share: usize| [&promised[..], &body[..body.len() * share / 10]].concat();
    let all = |headers: &[(&str, &str)], body: &[u8]| vec![Act::Send(reply(200, headers, body))];
    match fault {
        Fault::SlowFirstToken => {
            let acts = vec![Act::Wait(timing.slow_first_token), Act::Send(part(10))];
            Script::new("200 late", acts)
        }
        Fault::Cut | Fault::CutNoPrefill => {
            Script::new("200 cut", vec![Act::Send(part(6)), Act::Close])
        }
        Fault::Stall => {
            let acts = vec![Act::Send(part(0)), Act::Wait(timing.stall), Act::Close];
            Script::new("200 headers, then silence", acts)
        }
        Fault::Malformed => {
            let broken = [&body[..body.len() / 2], b"\"oops"].concat();
            Script::new("200 broken JSON", all(&[json], &broken))
        }
        Fault::ErrorFirst | Fault::ErrorLate => {
            let (body, _) = Problem::Overloaded.body(asked.api);
            Script::new(
                "200 with an error in it",
                all(&[json], body.to_string().as_bytes()),
            )
        }
        Fault::Empty => Script::new("200 empty", all(&[json], b"")),
        Fault::ByteByByte => {
            let mut acts = vec![Act::Send(head(
                200,
                &[json, ("transfer-encoding", "chunked")],
            ))];
            acts.extend(body.chunks(64).map(bytes_alone));
            acts.push(Act::Send(LAST_CHUNK.to_vec()));
            Script::new("200 byte by byte", acts)
        }
        Fault::Bom => {
            let marked = [b"\xef\xbb\xbf", &body[..]].concat();
            Script::new("200 with a mark", all(&[json], &marked))
        }
        Fault::Gzip => {
            let headers = [json, ("content-encoding", "gzip")];
            Script::new("200 gzip", all(&headers, &gzip(&body)))
        }
        Fault::MidJson => {
            let mut acts = vec![Act::Send(head(
                200,
                &[json, ("transfer-encoding", "chunked")],
            ))];
            acts.extend([chunk(&body[..body.len() / 2]), Act::Close]);
            Script::new("200 cut in its JSON", acts)
        }
        Fault::Interim => {
            let acts = vec![Act::Send([&interim(), &part(10)[..]].concat())];
            Script::new("100, 103, 200", acts)
        }
        Fault::SlowProgress => {
            let mut acts = vec![Act::Send(part(0))];
            for piece in body.chunks(body.len().div_ceil(60)) {
                acts.extend([
                    Act::Send(piece.to_vec()),
                    Act::Wait(timing.between_slow_words),
                ]);
            }
            Script::new("200 slowly", acts)
        }
        _ => Script::new("200", vec![Act::Send(part(10))]),
    }
}
