//! The four groups of the parts of a system, in which a cause is looked for.
//!
//! Which group a finding belongs to is told by its words, as data; nothing is confirmed by that. Must not know
//! reports. For another language a group gets more words.

use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::talk::words;

/// A group of parts of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Network,
    Hardware,
    Software,
    Data,
}

impl Group {
    pub const ALL: [Self; 4] = [Self::Network, Self::Hardware, Self::Software, Self::Data];

    /// The letter by which the company calls it.
    pub const fn letter(self) -> char {
        match self {
            Self::Network => 'A',
            Self::Hardware => 'B',
            Self::Software => 'C',
            Self::Data => 'D',
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Network => "communication network, external systems included",
            Self::Hardware => "hardware",
            Self::Software => "software",
            Self::Data => "data",
        }
    }

    const fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::Network => NETWORK,
            Self::Hardware => HARDWARE,
            Self::Software => SOFTWARE,
            Self::Data => DATA,
        }
    }

    /// The group to which most words of a text point; none, if no word does. Where two are equal, the one with the
    /// rarer words: everything has to do with software.
    pub fn of(text: &str) -> Option<Self> {
        static ALL: LazyLock<[Lexicon; 4]> = LazyLock::new(|| {
            Group::ALL.map(|group| {
                let mut lexicon = Lexicon::default();
                // Each phrase is a group of its own, so that they can be counted.
                group.phrases().iter().enumerate().for_each(|(place, phrase)| lexicon.add(place, [*phrase]));
                lexicon
            })
        });
        let words = words(text);
        let hits =
            Self::ALL.into_iter().zip(ALL.iter()).map(|(group, lexicon)| (lexicon.find(&words).len(), group));
        let rarest = [Self::Software, Self::Data, Self::Network, Self::Hardware];
        let rank = |group: Self| rarest.iter().position(|other| *other == group);
        hits.filter(|(hits, _)| *hits > 0)
            .max_by_key(|(hits, group)| (*hits, rank(*group)))
            .map(|(_, group)| group)
    }
}

const NETWORK: &[&str] = &[
    "network/networking/networks",
    "dns/resolver/nameserver/nameservers",
    "packet/packets",
    "connection/connections/connectivity/connect/connecting",
    "unreachable/reachable",
    "router/routers/routing/route/routes/bgp/peering",
    "switch/switches port/ports",
    "firewall/firewalls/vpn/nat/proxy/proxies/gateway",
    "load balancer/balancers",
    "lvs/haproxy/cdn/isp/ddos/tcp/udp/bandwidth/ping",
    "timeout/timeouts/timed",
    "certificate/certificates/tls/ssl",
    "provider/providers/carrier/vendor/upstream/third-party/third",
    "aws/gcp/azure/cloudflare/akamai/github",
    "their api/side/end/system/status",
    "external/partner",
    "ネットワーク",
    "通信",
    "回線",
    "外部",
    "接続",
];
const HARDWARE: &[&str] = &[
    "hardware/disk/disks/ssd/ssds/hdd/drive/drives/raid/smart",
    "cpu/cpus/ram/memory/dimm/oom*/gpu",
    "power/psu/ups/battery/electricity",
    "fan/fans/overheat*/temperature/cooling",
    "rack/racks/cable/cables/nic/motherboard/bios/firmware",
    "machine/machines/chassis/physical",
    "server/host is/was dead/down/off",
    "disk/space full",
    "no space",
    "out of memory/disk/space",
    "ハードウェア",
    "ディスク",
    "メモリ",
    "電源",
    "機器",
];
const SOFTWARE: &[&str] = &[
    "software/code/codebase/bug/bugs/regression/typo",
    "deploy/deployed/deploying/deployment/release/released/version/versions/rollout",
    "config/configs/configuration/configured/misconfigur*/setting/settings/flag/flags",
    "commit/commits/merge/merged/pr/patch/change/changes/revert/reverted/rollback",
    "exception/exceptions/stacktrace/traceback/segfault/crash/crashed/crashes/crashloop*/crash-loop*/nullpointer*",
    "process/processes/service/services/daemon/pod/pods/container/containers/worker/workers/thread/threads",
    "library/libraries/dependency/dependencies/package/packages/module/plugin/extension",
    "script/scripts/cron/cronjob/job/jobs/scheduler/namespace/cluster",
    "leak/deadlock/race/loop/infinite",
    "upgrade/upgraded/downgrade/image/build/builds",
    "client/clients/api/function/method/validation/check/checks/assert/test/tests/spec",
    "null/undefined",
    "ソフト",
    "プログラム",
    "バグ",
    "設定",
    "リリース",
    "デプロイ",
];
const DATA: &[&str] = &[
    "data/database/databases/db/dataset",
    "table/tables/row/rows/record/records/column/columns/schema/index/indexes",
    "sql/query/queries/mysql/mariadb/postgres/postgresql/redis/mongo*/sqlite",
    "replica/replicas/replication/primary/master is/lag",
    "corrupt/corrupted/corruption/inconsistent/duplicate/duplicates/stale",
    "backup/backups/dump/restore/import/export/migration/migrations",
    "cache/caches/cached",
    "encoding/charset/utf-8",
    "queue/queues/backlog/topic/topics",
    "missing/wrong value/values/entries/entry/key/keys/data",
    "データ",
    "テーブル",
    "レコード",
    "キャッシュ",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_finding_point_to_its_group() {
        let cases = [
            ("the name server of the provider does not answer", Some(Group::Network)),
            ("disk 3 of the array is full", Some(Group::Hardware)),
            ("the new version reads the wrong setting", Some(Group::Software)),
            ("two rows of the price table are doubled", Some(Group::Data)),
            ("設定が間違っていました", Some(Group::Software)),
            ("it is Tuesday", None),
            ("", None),
        ];
        for (text, group) in cases {
            assert_eq!(Group::of(text), group, "{text}");
        }
    }
}
