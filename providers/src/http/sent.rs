//! A body that is sent once.
use super::open::Piece;
use http_body::{Frame, SizeHint};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

/// A body of which nobody keeps a copy. What reqwest could send again it holds on to until the head of the reply is there;
/// for a model that thinks, that is as long as it thinks, and as much as the prompt.
pub(super) struct Once(Option<Piece>);

/// This text as a body.
pub(super) fn once(text: String) -> reqwest::Body {
    reqwest::Body::wrap(Once(Some(text.into())))
}

impl http_body::Body for Once {
    type Data = Piece;
    type Error = Infallible;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Piece>, Infallible>>> {
        let all = self.0.take().filter(|all| !all.is_empty());
        Poll::Ready(all.map(|all| Ok(Frame::data(all))))
    }
    fn is_end_stream(&self) -> bool {
        self.0.as_deref().is_none_or(<[u8]>::is_empty)
    }
    /// It is sent with its length, and not in chunks: not all servers take those.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |all| all.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::{Once, once};
    use http_body::Body as _;
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    #[test]
    fn it_has_a_length_and_gives_all_at_once() {
        let mut body = pin!(once("{}".to_owned()));
        assert_eq!(body.size_hint().exact(), Some(2));
        assert!(!body.is_end_stream());
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) else {
            panic!("a frame");
        };
        assert_eq!(&frame.into_data().expect("data")[..], b"{}");
        assert!(body.is_end_stream());
        assert!(Once(Some(String::new().into())).is_end_stream());
    }

    #[test]
    fn nobody_can_keep_a_copy() {
        let mut request = reqwest::Request::new(
            reqwest::Method::POST,
            reqwest::Url::parse("http://127.0.0.1/").expect("a URL"),
        );
        *request.body_mut() = Some(once("{}".to_owned()));
        assert!(request.try_clone().is_none());
    }
}
