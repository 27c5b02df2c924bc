//! YAML for a JSON value: maps and lists by indentation, everything else as JSON writes it.

use serde_json::Value;
use std::fmt::Write;

pub fn write(value: &Value) -> String {
    let mut text = String::new();
    block(&mut text, &sorted(value), 0);
    text
}

/// By name, however serde_json keeps its maps: other crates may have asked it to keep their order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.keys().collect();
            names.sort();
            Value::Object(names.into_iter().map(|name| (name.clone(), sorted(&fields[name]))).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn block(text: &mut String, value: &Value, depth: usize) {
    let space = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let _ = write!(text, "{space}{}:", key(name));
                inner(text, value, depth);
            }
        }
        Value::Array(values) => {
            for value in values {
                let _ = writeln!(text, "{space}- {value}");
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let _ = writeln!(text, "{space}{value}");
        }
    }
}

/// What follows a name. Small things stay on its line: a JSON value is YAML too.
fn inner(text: &mut String, value: &Value, depth: usize) {
    let is_small = match value {
        Value::Object(fields) => {
            fields.is_empty() || (value.to_string().len() < 80 && !fields.values().any(Value::is_object))
        }
        Value::Array(values) => values.is_empty() || value.to_string().len() < 80,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    };
    if is_small {
        let _ = writeln!(text, " {value}");
        return;
    }
    text.push('\n');
    block(text, value, depth + 1);
}

fn key(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if is_plain { name.to_owned() } else { Value::from(name).to_string() }
}
