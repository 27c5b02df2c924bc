//! Many instruments at once, and back again.

use super::*;

const HEADER: &str = "symbol,name,currency,tick_size,lot_size,previous_close,state";

async fn upload(bench: &mut Bench<StockData>, rows: &[&str], dry_run: bool) -> Said {
    let sheet = format!("{HEADER}\n{}\n", rows.join("\n"));
    let command = StockDataCommand::UploadInstruments { by: None, sheet, dry_run };
    bench.request("web", &command).await
}

async fn undo(bench: &mut Bench<StockData>, dry_run: bool) -> Said {
    bench.request("admin", &StockDataCommand::UndoUpload { by: None, dry_run }).await
}

/// `ACME Acme 100 open` for each that is listed.
async fn listed(bench: &Bench<StockData>) -> Vec<String> {
    let questions = Questions::new(bench.db().clone());
    let stocks = questions.answer("web", Question::Stocks {}).await.unwrap().json();
    let stocks = stocks["ok"].as_array().unwrap().iter();
    stocks
        .map(|s| ["symbol", "name", "previous_close", "state"].map(|f| s[f].as_str().unwrap()).join(" "))
        .collect()
}

#[tokio::test]
async fn a_sheet_is_applied_wholly_and_taken_back_wholly() {
    let mut bench = bench().await;
    list(&mut bench, acme()).await;
    list(&mut bench, Instrument { symbol: "BOLT".parse().unwrap(), ..acme() }).await;
    let rows = [
        "ACME,Acme Inc.,USD,0.01,1,101,open",
        "BOLT,Acme,USD,0.01,1,100,open",
        "CORK,Cork,EUR,0.05,10,5,open",
    ];
    let report = |dry_run: bool| {
        json!({ "ok": { "dry_run": dry_run, "added": ["CORK"], "unchanged": 1, "changed": [
            { "symbol": "ACME", "field": "name", "from": "Acme", "to": "Acme Inc." },
            { "symbol": "ACME", "field": "previous_close", "from": "100", "to": "101" },
        ] } })
    };
    let before = listed(&bench).await;
    let dry = upload(&mut bench, &rows, true).await;
    assert_eq!((dry.events.len(), &dry.replies[0]), (0, &report(true)));
    assert_eq!(listed(&bench).await, before);
    assert_eq!(undo(&mut bench, false).await.replies[0]["refused"]["code"], "not_found");

    let applied = upload(&mut bench, &rows, false).await;
    assert_eq!(applied.replies[0], report(false));
    assert_eq!((applied.on(TO_ALL).len(), applied.on(TO_BOOK).len()), (2, 2));
    bench.reopen().await;
    let after = listed(&bench).await;
    assert_eq!(after, ["ACME Acme Inc. 101 open", "BOLT Acme 100 open", "CORK Cork 5 open"]);
    // The same again changes nothing, and can still be taken back.
    let again = upload(&mut bench, &rows, false).await;
    assert_eq!((again.events.len(), &again.replies[0]["ok"]["unchanged"]), (0, &json!(3)));

    let dry = undo(&mut bench, true).await;
    assert_eq!((dry.events.len(), &dry.replies[0]["ok"]["dry_run"]), (0, &json!(true)));
    assert_eq!(listed(&bench).await, after);
    let undone = undo(&mut bench, false).await;
    assert_eq!(
        undone.replies[0]["ok"]["changed"],
        json!([
            { "symbol": "ACME", "field": "name", "from": "Acme Inc.", "to": "Acme" },
            { "symbol": "ACME", "field": "previous_close", "from": "101", "to": "100" },
            { "symbol": "CORK", "field": "state", "from": "open", "to": "halted" },
        ])
    );
    assert_eq!(listed(&bench).await, ["ACME Acme 100 open", "BOLT Acme 100 open", "CORK Cork 5 halted"]);
    bench.reopen().await;
    assert_eq!(undo(&mut bench, false).await.replies[0]["refused"]["code"], "not_found");
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

#[tokio::test]
async fn one_bad_row_and_nothing_is_changed() {
    let mut bench = bench().await;
    list(&mut bench, acme()).await;
    let good = "BOLT,Bolt,USD,0.01,1,100,open";
    for (bad, line, field) in [
        ("CORK,Cork,USD,0.01,1,100.001,open", "line 3: ", "previous_close"),
        ("ACME,Acme,USD,0.05,1,100,open", "line 3: ", "tick_size"),
        ("BOLT,Bolt,USD,0.01,1,100,open", "line 3: ", "symbol"),
        ("CORK,Cork,USD,0.01,1,100,shut", "line 3: ", "state"),
    ] {
        let refused = upload(&mut bench, &[good, bad], false).await;
        let refusal = &refused.replies[0]["refused"];
        assert!(
            refused.events.is_empty() && refusal["message"].as_str().unwrap().starts_with(line),
            "{refusal}"
        );
        assert_eq!(refusal["field"], field);
        assert_eq!(listed(&bench).await, ["ACME Acme 100 open"]);
    }
    // Neither in memory: what was not listed is still new.
    assert_eq!(upload(&mut bench, &[good], false).await.replies[0]["ok"]["added"], json!(["BOLT"]));
}

#[tokio::test]
async fn what_has_changed_since_is_not_taken_back() {
    let mut bench = bench().await;
    bench.set_now("2025-03-02T12:00:00Z".parse().unwrap());
    list(&mut bench, acme()).await;
    upload(&mut bench, &["ACME,Acme Inc.,USD,0.01,1,100,open", "CORK,Cork,USD,0.01,1,100,open"], false).await;
    let name = |name: &str| Instrument { name: name.into(), ..acme() };
    list(&mut bench, name("Another")).await;
    let refused = undo(&mut bench, false).await.replies[0]["refused"].clone();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("changed_since"), &json!("name")));
    assert_eq!(refused["message"], "the upload left ACME with Acme Inc., and now it is Another");
    list(&mut bench, name("Acme Inc.")).await;
    // The day's end moves the close, which the upload had not touched.
    bench.stream(MATCHING, 1, &[filled(1, "ACME", "10 @ 110")]).await;
    bench.set_now("2025-03-03T12:00:00Z".parse().unwrap());
    bench.deliver(vec![]).await;
    assert_eq!(undo(&mut bench, false).await.replies[0]["ok"]["changed"][0]["to"], "Acme");
    assert_eq!(listed(&bench).await, ["ACME Acme 110 open", "CORK Cork 100 halted"]);
}
