//! The words by which a line is known: what fails, what was found, done, decided, told to others, left to do.
//!
//! Data only, in the small language of [`lexicon`](super::super::lexicon), on words as [`talk`](super::super::talk)
//! writes them. `<set>` stands for the words of a set below. For another language a cue gets another list. Must not
//! know how lines are weighed against each other.

mod manner;
mod state;
mod steps;

pub(super) use self::manner::{NOT_DONE, NOT_FAILED};
pub(in super::super) use self::state::WORKS_AGAIN;
use super::super::EntryKind;
use super::Rule;

/// A rule about words.
pub(super) struct Cue {
    pub rule: Rule,
    /// What sort of line the words make; none, if they only say how much it is worth.
    pub kind: Option<EntryKind>,
    pub english: &'static [&'static str],
    pub japanese: &'static [&'static str],
}

const fn cue(
    rule: Rule,
    kind: Option<EntryKind>,
    english: &'static [&'static str],
    japanese: &'static [&'static str],
) -> Cue {
    Cue { rule, kind, english, japanese }
}

/// All rules about words. Of those of one kind only the weightiest counts.
pub(super) fn all() -> impl Iterator<Item = &'static Cue> {
    state::CUES.iter().chain(steps::CUES).chain(manner::CUES)
}

/// An English phrase with its sets written out.
pub(super) fn written_out(phrase: &str) -> String {
    let mut phrase = phrase.to_owned();
    for (name, words) in SETS {
        phrase = phrase.replace(name, words);
    }
    phrase
}

/// Sets of words that several phrases use.
const SETS: &[(&str, &str)] = &[
    ("<is>", "is/are/was/were/it's/they're/we're/its"),
    ("<not>", "not/isn't/aren't/wasn't/weren't/doesn't/don't/didn't/won't"),
    ("<me>", "i/we/i've/we've/i'm/we're"),
    (
        "<works>",
        "work/working/respond/responding/answering/load/loading/start/starting/connect/updating/progressing",
    ),
    (
        "<use>",
        "log/login/access/reach/connect/pay/open/load/see/buy/order/push/pull/merge/deploy/start/mount/sync/acquire/\
         schedule/use/upload/download/send/receive",
    ),
    ("<trouble>", "issue/issues/cause/problem/problems/bug/reason/culprit"),
    (
        "<change>",
        "rollback/revert/fix/hotfix/patch/release/deploy/deployment/workaround/restart/failover/migration",
    ),
    (
        "<others>",
        "users/customers/clients/everyone/everybody/team/teams/support/vendor/provider/them/management/managers/\
         channel/status/public/press/community/operators/owners/partners/director/directors/helpdesk",
    ),
    (
        "<step>",
        "roll/rollback/revert/wait/keep/leave/move/restart/stop/switch/merge/deploy/disable/turn/hold/take/start/use/\
         fail/close/call/page/run/publish/release",
    ),
    (
        "<tests>",
        "alert/alerts/alerting/alarm/alarms/test/tests/testcase/monitoring/checks/dashboard/runbook/documentation",
    ),
    // What people do to systems, as they say it while or after they do it.
    (
        "<done>",
        "restarted/restarting/rebooted/rebooting/reverted/reverting/deployed/deploying/redeployed/redeploying/\
         undeployed/released/releasing/shipped/shipping/pushed/pushing/merged/merging/applied/applying/patched/\
         patching/hotfixed/upgraded/upgrading/downgraded/downgrading/updated/updating/switched/switching/\
         disabled/disabling/enabled/enabling/scaled/scaling/increased/increasing/raised/raising/lowered/lowering/\
         reduced/reducing/bumped/bumping/added/adding/removed/removing/deleted/deleting/cleared/clearing/purged/\
         purging/flushed/flushing/killed/killing/drained/draining/depool/depooled/depooling/repool/repooled/\
         repooling/replaced/replacing/fixed/fixing/migrated/migrating/restored/restoring/rebuilt/rebuilding/\
         resynced/resyncing/synced/synchronized/synchronised/opened/opening/created/creating/submitted/submitting/\
         suspended/suspending/escalated/escalating/swapped/swapping/mitigated/mitigating/provisioned/provisioning/\
         reran/rerunning/forced/forcing/isolated/isolating/reinstalled/reinstalling/renewed/renewing/throttled/\
         throttling/rolled/rolling/emptied/emptying/freed/freeing/doubled/doubling/extended/extending/resized/resizing/\
         rerouted/rerouting/repaired/repairing/reconnected/reconnecting/unblocked/unblocking/whitelisted/whitelisting",
    ),
];
