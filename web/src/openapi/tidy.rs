//! Makes of types within types the one object that is on the wire, and leaves out what nobody names then;
//! and tells what we write from what we read.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const COMPONENTS: &str = "#/components/schemas/";

/// Objects that take in others (`allOf`, as a flattened field is told) become one object each.
pub fn flatten(document: &mut Value) {
    let known = document["components"]["schemas"].clone();
    let schemas = document["components"]["schemas"].as_object_mut().expect("there are schemas");
    for schema in schemas.values_mut() {
        *schema = flat(schema, &known);
    }
    while let Some(name) = nobodys(document) {
        document["components"]["schemas"].as_object_mut().expect("there are schemas").remove(&name);
    }
}

/// A schema that nothing refers to: what it had was taken in.
fn nobodys(document: &Value) -> Option<String> {
    let text = document.to_string();
    let names = document["components"]["schemas"].as_object()?.keys();
    names.into_iter().find(|name| !text.contains(&format!("\"{COMPONENTS}{name}\""))).cloned()
}

fn flat(schema: &Value, known: &Value) -> Value {
    let parts = schema.get("allOf").and_then(Value::as_array);
    let Some(parts) = parts.filter(|_| schema.get("properties").is_none()) else { return schema.clone() };
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in parts.iter().map(|part| flat(resolved(part, known), known)) {
        let fields = part.get("properties").and_then(Value::as_object);
        properties.extend(fields.unwrap_or_else(|| panic!("no object is taken in by {schema}")).clone());
        required.extend(part.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
    }
    let mut whole =
        Map::from_iter([("type".into(), "object".into()), ("properties".into(), properties.into())]);
    whole.insert("required".into(), required.into());
    if let Some(about) = schema.get("description") {
        whole.insert("description".into(), about.clone());
    }
    whole.into()
}

fn resolved<'a>(schema: &'a Value, known: &'a Value) -> &'a Value {
    named(schema).map_or(schema, |name| &known[name])
}

fn named(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(COMPONENTS)
}

/// The schemas that clients write, as a whole or as a part of one.
pub fn written(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("there are paths").values();
    let operations = paths.flat_map(|item| item.as_object().expect("a path has operations").values());
    let mut left: Vec<&Value> = operations.filter_map(|operation| operation.get("requestBody")).collect();
    let mut found = BTreeSet::new();
    while let Some(value) = left.pop() {
        if let Some(name) = named(value)
            && found.insert(name.to_owned())
        {
            left.push(&document["components"]["schemas"][name]);
        }
        match value {
            Value::Object(fields) => left.extend(fields.values()),
            Value::Array(values) => left.extend(values),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}

/// A client may write `null` or nothing; where we may write nothing, we never write `null`.
pub fn leave_out(document: &mut Value, is_ours: impl Fn(&str) -> bool) {
    let schemas = document["components"]["schemas"].as_object_mut().expect("there are schemas");
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| is_ours(name)) {
        let required = schema.get("required").cloned().unwrap_or_default();
        let is_required = |name: &String| required.as_array().is_some_and(|all| all.contains(&json!(name)));
        let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) else { continue };
        for (_, field) in fields.iter_mut().filter(|(name, _)| !is_required(name)) {
            if let Some(ways) = field.get_mut("oneOf").and_then(Value::as_array_mut) {
                ways.retain(|way| *way != json!({ "type": "null" }));
                if let [only] = &mut ways[..] {
                    *field = only.take();
                }
            } else if let Some(types) = field.get_mut("type").and_then(Value::as_array_mut) {
                types.retain(|one| one != "null");
                if let [only] = &mut types[..] {
                    field["type"] = only.take();
                }
            }
        }
    }
}
