//! A checker for the part of JSON Schema that `docs/report.schema.json` uses. What it does not know fails.
//!
//! Used by the unit tests here and by the end-to-end tests, so it must not know anything else of the crate.

use serde_json::Value;

/// Checks `value` against the part of JSON Schema that ours uses; what it does not know fails.
pub fn check(value: &Value, schema: &Value, root: &Value, path: &str) {
    for (word, rule) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" | "pattern" | "minimum" => {}
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix('#').unwrap();
                check(value, root.pointer(name).unwrap(), root, path);
            }
            "const" => assert_eq!(value, rule, "{path}"),
            "enum" => assert!(rule.as_array().unwrap().contains(value), "{path}: {value}"),
            "type" => {
                let types = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                assert!(
                    types.iter().any(|name| is(value, name.as_str().unwrap())),
                    "{path}: {value} is no {rule}"
                );
            }
            "items" => {
                for (place, item) in value.as_array().unwrap().iter().enumerate() {
                    check(item, rule, root, &format!("{path}/{place}"));
                }
            }
            // The next three rules are about objects, and say nothing of a null.
            "properties" | "required" | "additionalProperties" if value.is_null() => {}
            "properties" => {
                for (key, item) in value.as_object().unwrap() {
                    let rule = rule.get(key).unwrap_or_else(|| panic!("{path}/{key} is not in the schema"));
                    check(item, rule, root, &format!("{path}/{key}"));
                }
            }
            "required" => {
                for key in rule.as_array().unwrap() {
                    assert!(value.get(key.as_str().unwrap()).is_some(), "{path}/{key} is missing");
                }
            }
            "additionalProperties" => assert_eq!(*rule, Value::Bool(false), "{path}"),
            other => panic!("{path}: the test does not know `{other}`"),
        }
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    }
}
