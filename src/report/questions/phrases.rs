//! The phrases by which questions and answers are known.
//!
//! Data only, in the small language of [`lexicon`](super::super::lexicon). Must not know what follows from a phrase.
//! For another language a list gets more phrases.

use std::sync::LazyLock;

use super::super::lexicon::Lexicon;
use super::super::talk::Sentence;

/// What the phrases of a sentence say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Asks for what a report has to say.
    Clarifies,
    /// Asks nothing that needs an answer.
    Trivial,
    /// Starts as answers do.
    Answers,
    /// Only thanks, greets or laughs.
    Thanks,
    /// Asks for a number or a time.
    HowMuch,
    /// Has a word for a number or a time.
    Number,
    /// Asks for more than yes or no.
    Open,
    /// Says yes or no.
    YesOrNo,
}

/// Whether a sentence has a phrase of this sort.
pub(super) fn is(sentence: &Sentence, mark: Mark) -> bool {
    static ALL: LazyLock<Lexicon> = LazyLock::new(|| {
        let mut all = Lexicon::default();
        for (mark, phrases) in PHRASES {
            all.add(*mark as usize, phrases.iter().copied());
        }
        all
    });
    ALL.find(&sentence.words).contains(&(mark as usize))
}

const PHRASES: &[(Mark, &[&str])] = &[
    (
        Mark::Clarifies,
        &[
            "| ~3 which/who/whom/whose/where",
            "| ~ when",
            "how often/many/much/long/far/big/large/frequently",
            "since/until/from when",
            "what time/exactly/kind/sort/version/error/errors/share/percentage/frequency/else",
            "what do/does/did/is/are ~ mean",
            "mean by",
            "do/did you mean",
            "is/are it/this/that/they all/only/also",
            "affects/affecting/affected",
            "did you/anyone/anybody/somebody ~ change/deploy/restart/get/see/update",
            "any ~ logs/errors/error/trace/traces/graphs/details/numbers",
            "do/can you ~ have/share/paste/post/show/give/send ~3 logs/log/trace/error/errors/example/output/screenshot/details",
            "いつから",
            "どの",
            "どこ",
            "どれくらい",
            "どのくらい",
            "誰",
            "何件",
            "頻度",
            "具体的",
        ],
    ),
    (
        Mark::Trivial,
        &[
            "| right/ok/okay/no/yes/really/sure/better/huh/what/why/how/seriously/anyone/anybody/thoughts/agreed |",
            "how are you",
            "what's/whats up",
            "what on earth",
            "how on earth",
            "who knows/cares",
            "wtf/lol/joke",
            "make/makes sense |",
            "ask a question",
            "anyone here/around/there |",
            "| why not |",
        ],
    ),
    (
        Mark::Answers,
        &[
            "| yes/yep/yeah/yup/no/nope/nah/not/correct/right/exactly/indeed/true/none/nothing/all/only/both/either/neither",
            "| the/a/an/this/because/since/about/around/roughly/every/from/after/before/until/at/in/on/by/it's/it/that's/they/i/we/just/looks/seems/unclear/unsure/probably/maybe/likely",
            "| ~ i think/guess/believe/see/did/have",
            "| はい",
            "いいえ",
            "です",
            "ました",
        ],
    ),
    (
        Mark::Thanks,
        &["| thanks/thank/thx/ty/cheers/wtf/lol/haha/heh/hello/hi/hey/welcome/wow/hmm/hm/huh", "ありがとう"],
    ),
    (
        Mark::HowMuch,
        &[
            "how often/many/much/long/far/big/large/frequently",
            "since/until/from when",
            "what time/share/percentage/frequency",
            "いつから",
            "どれくらい",
            "どのくらい",
            "何件",
        ],
    ),
    (
        Mark::Number,
        &[
            "one/two/three/four/five/six/seven/eight/nine/ten/dozen/dozens/hundred/hundreds/thousand/thousands/half",
            "all/none/nobody/nothing/every/everyone/everything/most/few/some/both/only/couple/several/many/much",
            "always/never/once/twice/constantly/sometimes/often/rarely/long/yesterday/today/tonight/morning/noon",
            "second/seconds/minute/minutes/hour/hours/day/days/week/weeks/month/months/since/ago",
            "昨日",
            "今朝",
            "全部",
        ],
    ),
    (
        Mark::Open,
        &["| ~2 what/why/how/which/who/whom/where/when", "explain/describe/clarify", "なぜ", "どう", "何が"],
    ),
    (Mark::YesOrNo, &["| yes/yep/yeah/yup/no/nope/nah/sure/ok/okay/right/correct/true", "はい", "いいえ"]),
];
