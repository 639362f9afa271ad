//! The faults by name, and which answer a client must get through them.
use crate::answer::{CANONICAL, WIDE};
use std::borrow::Cow;

/// How many bytes the text of [`Fault::BigEvent`] has.
pub const BIG: usize = 5 * 1024 * 1024;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident $model:literal)*) => {
        /// What the wall does with a request, by the name of the model.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Fault {
            $($(#[$doc])* $name,)*
        }
        impl Fault {
            /// All of them.
            pub const ALL: &[Fault] = &[$(Fault::$name),*];
            /// The model that has this fault.
            pub const fn model(self) -> &'static str {
                match self { $(Fault::$name => $model),* }
            }
        }
    };
}

faults! {
    /// None: a whole answer.
    Healthy "fb-ok"
    /// None, but for a request whose last message is the assistant's, which is refused.
    NoPrefill "fb-ok-noprefill"
    /// S01. The first attempt: 429 with `Retry-After: 2`.
    RetryAfter "fb-s01-429-retry-after"
    /// S02. Each attempt: 429.
    RateLimited "fb-s02-429-persistent"
    /// S03. The first attempt: 500.
    FailsOnce "fb-s03-500-then-200"
    /// S04. Each attempt: 503.
    Overloaded "fb-s04-503-persistent"
    /// S05. The first attempt: reset before any byte.
    ResetOnce "fb-s05-reset"
    /// S06. No byte for two minutes, then closed.
    Silent "fb-s06-no-response"
    /// S07. Headers at once, the first token late.
    SlowFirstToken "fb-s07-slow-ttft"
    /// S08. Closed after 40 of 60 words, without the last chunk.
    Cut "fb-s08-stream-cut"
    /// S09. Silent after 20 words, later closed.
    Stall "fb-s09-stream-stall"
    /// S10. One event is no JSON, the rest is whole.
    Malformed "fb-s10-malformed-chunk"
    /// S11. Whole, but for the last event of the protocol.
    NoTerminal "fb-s11-no-done"
    /// S12. Each attempt: 400, the context is too long.
    ContextLength "fb-s12-context-length"
    /// S13. Each attempt: 400, the filter.
    ContentFilter "fb-s13-content-filter"
    /// S14. As S08; the fallback takes no prefill.
    CutNoPrefill "fb-s14-stream-cut"
    /// S15. 503 while the outage lasts, then healthy.
    Flap "fb-s15-flap"
    /// S16. As S04.
    OverloadedAccounts "fb-s16-503-persistent"

    /// 200, and the error is the first event.
    ErrorFirst "fb-200-error-first"
    /// 200, and the error comes after 40 words.
    ErrorLate "fb-200-error-late"
    /// 200, the headers of an answer, and nothing in it.
    Empty "fb-200-empty"
    /// 200, and a page for people in place of the answer.
    Page "fb-200-html"
    /// Terminal events come twice.
    TerminalTwice "fb-terminal-twice"
    /// A whole answer of wide characters, byte by byte.
    ByteByByte "fb-byte-by-byte"
    /// One event of 5 MB.
    BigEvent "fb-big-event"
    /// Lines end in CR and LF.
    CrLf "fb-crlf"
    /// Lines end in CR alone.
    Cr "fb-cr"
    /// A byte order mark before everything.
    Bom "fb-bom"
    /// The answer is compressed, which nobody asked for.
    Gzip "fb-gzip-unasked"
    /// Each attempt: 502 with a page of a proxy.
    BadGateway "fb-502-html"
    /// The first request of a connection is answered; at the next it is closed.
    KeepAliveClose "fb-keep-alive-close"
    /// The TLS handshake is cut off. The URL says `https`.
    TlsAbort "fb-tls-abort"
    /// The first attempt: 429, `Retry-After: 0.7`.
    RetryAfterFloat "fb-retry-after-float"
    /// The first attempt: 429, `Retry-After` is a date two seconds away.
    RetryAfterDate "fb-retry-after-date"
    /// The first attempt: 429, `Retry-After: -5`.
    RetryAfterNegative "fb-retry-after-negative"
    /// Each attempt: 429, `Retry-After` is a year.
    RetryAfterHuge "fb-retry-after-huge"
    /// Each attempt: 429, the quota is spent.
    Quota "fb-429-quota"
    /// Closed in the middle of an event's JSON.
    MidJson "fb-cut-mid-json"
    /// Headers come a few bytes at a time and never end.
    SlowHeaders "fb-slow-headers"
    /// 100 and 103 before the answer.
    Interim "fb-1xx-first"
    /// Whole with its last event, but nothing says why the model stopped.
    NoFinish "fb-no-finish-reason"
    /// All words, and neither a reason nor a last event: nothing says that it is whole.
    NoEnd "fb-no-end"
    /// The tokens are told after the last event.
    UsageLate "fb-usage-after-end"
    /// Whole; the connection stays open and nothing more comes.
    OpenAfterEnd "fb-open-after-end"
    /// Whole, and slower than a whole reply may be, but never silent.
    SlowProgress "fb-slow-progress"
    /// Only signs of life for two minutes, no token.
    PingsOnly "fb-pings-only"
}

impl Fault {
    /// The fault of a model's name: what stands after its last `/`.
    ///
    /// ```
    /// use sigflow_testkit::Fault;
    ///
    /// assert_eq!(Fault::of("openai/fb-s08-stream-cut"), Some(Fault::Cut));
    /// assert_eq!(Fault::of("gpt-5"), None);
    /// ```
    pub fn of(model: &str) -> Option<Self> {
        let name = tag(model);
        Fault::ALL
            .iter()
            .copied()
            .find(|fault| fault.model() == name)
    }

    /// The text of its whole answer.
    pub fn answer(self) -> Cow<'static, str> {
        match self {
            Fault::ByteByByte => Cow::Borrowed(WIDE),
            Fault::BigEvent => Cow::Owned("sixty words ".repeat(BIG / 12)),
            _ => Cow::Borrowed(CANONICAL),
        }
    }
}

/// A model's name without the provider in front.
pub(crate) fn tag(model: &str) -> &str {
    model.rsplit('/').next().unwrap_or(model).trim()
}
