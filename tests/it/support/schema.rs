//! Holds a report against the published JSON Schema, with the same checker as the unit tests.

use serde_json::Value;

#[path = "../../../src/report/tests/schema.rs"]
mod checker;

/// Fails unless `report` is as `docs/report.schema.json` says.
#[track_caller]
pub fn check(report: &Value) {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/report.schema.json")).unwrap();
    checker::check(report, &schema, &schema, "report");
}
