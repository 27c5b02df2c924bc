//! An admin's word by web, and the end of the day.

use super::*;
use contracts::UserId;

fn by() -> UserId {
    Uuid::from_u128(7).into()
}

async fn change(bench: &mut Bench<StockData>, change: Value) -> Said {
    let command = json!({ "change_instrument": { "by": by(), "symbol": "ACME", "change": change } });
    bench.request("web", &command).await
}

#[tokio::test]
async fn web_adds_and_changes_for_an_admin_and_everybody_hears() {
    let mut bench = bench().await;
    let add = |instrument| StockDataCommand::AddInstrument { by: by(), instrument };
    assert_eq!(change(&mut bench, json!({})).await.replies[0]["refused"]["code"], "not_found");
    let said = bench.request("web", &add(acme())).await;
    assert_eq!(said.on(TO_ALL), [json!({ "instrument_changed": acme() })]);
    assert_eq!(said.on(TO_BOOK), said.on(TO_ALL));
    bench.reopen().await;
    let again = bench.request("web", &add(acme())).await;
    assert_eq!((again.events.len(), &again.replies[0]["ok"]["symbol"]), (0, &json!("ACME")));
    let other = bench.request("web", &add(Instrument { name: "Other".into(), ..acme() })).await;
    assert_eq!((other.events.len(), &other.replies[0]["refused"]["code"]), (0, &json!("id_reused")));

    let halted = change(&mut bench, json!({ "state": "halted" })).await;
    assert_eq!(halted.on(TO_BOOK)[0]["instrument_changed"]["state"], "halted");
    assert_eq!(change(&mut bench, json!({ "state": "halted" })).await.events, []);
    let changed = change(&mut bench, json!({ "name": " Acme Inc. ", "previous_close": "50.5" })).await;
    let is = &changed.replies[0]["ok"];
    assert_eq!(
        (&is["name"], &is["previous_close"], &is["state"]),
        (&json!("Acme Inc."), &json!("50.5"), &json!("halted"))
    );
    for (wrong, field) in [
        (json!({ "previous_close": "50.505" }), "previous_close"),
        (json!({ "name": "" }), "name"),
        (json!({ "tick_size": "1" }), "change.tick_size"),
    ] {
        let refused = change(&mut bench, wrong).await;
        let shown = refused.replies[0]["refused"]["field"].as_str().unwrap().to_owned();
        assert!(refused.events.is_empty() && shown.ends_with(field), "{shown}");
    }
    let stranger = bench.request("loadtest", &add(acme())).await;
    assert_eq!(stranger.replies[0]["refused"]["code"], "not_allowed");
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

#[tokio::test]
async fn a_day_ends_at_midnight_whether_anybody_trades_again_or_not() {
    let mut bench = bench().await;
    bench.set_now("2025-03-02T12:00:00Z".parse().unwrap());
    list(&mut bench, acme()).await;
    list(&mut bench, Instrument { symbol: "BETA".parse().unwrap(), ..acme() }).await;
    assert_eq!(bench.due(), None, "nobody has traded");
    bench.stream(MATCHING, 1, &[filled(1, "ACME", "10 @ 110")]).await;
    let midnight: Timestamp = "2025-03-03T00:00:00Z".parse().unwrap();
    assert_eq!(bench.due(), Some(midnight));
    bench.reopen().await;
    assert_eq!(bench.due(), Some(midnight));
    bench.set_now(midnight);
    let ended = bench.deliver(vec![]).await;
    assert_eq!(ended.on(TO_ALL).len(), 1, "BETA has nothing to end");
    assert_eq!(ended.on(TO_BOOK)[0]["instrument_changed"]["previous_close"], "110");
    assert_eq!(bench.due(), None);
    bench.reopen().await;
    assert_eq!(bench.due(), None);
    // The next trade counts into the new day, and moves no close again.
    let said = bench.stream(MATCHING, 2, &[filled(2, "ACME", "2 @ 99")]).await;
    assert_eq!(prices(&said), ["ACME 99 -10.00 2"]);
    assert_eq!(said.on(TO_ALL).len(), 1);
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

/// The last trade of a day may come in the step that ends it: its price is said before.
#[tokio::test]
async fn what_was_traded_before_midnight_is_the_close_of_its_day() {
    let mut bench = bench().await;
    bench.set_now("2025-03-02T23:59:59Z".parse().unwrap());
    list(&mut bench, acme()).await;
    let late = bench.batch(MATCHING, 1, &[filled(1, "ACME", "10 @ 110")]);
    bench.set_now("2025-03-03T00:00:01Z".parse().unwrap());
    let said = bench.deliver(vec![late]).await;
    assert_eq!(prices(&said), ["ACME 110 10.00 10"]);
    assert_eq!(said.on(TO_BOOK)[0]["instrument_changed"]["previous_close"], "110");
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}
