//! Makes of types within types the one object that is on the wire, and leaves out what nobody names then.

use serde_json::{Map, Value};

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
        properties.extend(part["properties"].as_object().expect("only objects are taken in").clone());
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
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(COMPONENTS));
    name.map_or(schema, |name| &known[name])
}
