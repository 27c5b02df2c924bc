use super::*;
use expect_test::expect_file;

#[test]
fn the_document_that_is_checked_in_is_what_the_code_says() {
    expect_file!["../../../docs/openapi.json"].assert_eq(text());
}

fn each<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(value);
    match value {
        Value::Object(fields) => fields.values().for_each(|value| each(value, found)),
        Value::Array(values) => values.iter().for_each(|value| each(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_there_for_nobody() {
    let document = document();
    let mut all = Vec::new();
    each(&document, &mut all);
    let to: Vec<&str> = all.iter().filter_map(|value| value.get("$ref")?.as_str()).collect();
    for reference in &to {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for kind in ["schemas", "headers"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(to.contains(&reference.as_str()), "{reference}");
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_it_answers() {
    let document = document();
    let mut names = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            names.push(operation["operationId"].as_str().unwrap().to_owned());
            let statuses: Vec<_> = operation["responses"].as_object().unwrap().keys().collect();
            assert!(statuses.iter().any(|status| status.starts_with('2')), "{method} {path}: {statuses:?}");
        }
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}
