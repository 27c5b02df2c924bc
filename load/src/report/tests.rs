//! One small report in all its forms.

use super::*;
use expect_test::{expect, expect_file};

pub fn sample() -> Report {
    let mut histogram = crate::tally::histogram();
    (1..=100).for_each(|n| histogram.record(n * 100).unwrap());
    let latency = Latency::of(&histogram);
    let used = ProcessUse {
        cpu_s: 0.5,
        cpu_percent: 25.0,
        cpu_us_per_message: 250.0,
        memory_before_mb: 20.0,
        memory_most_mb: 22.5,
        memory_after_mb: 21.0,
    };
    let second = Second {
        at_s: 1.0,
        sent: 1000,
        answered: 990,
        pushed: 100,
        reply_p50_ms: 5.0,
        reply_p99_ms: 9.9,
        push_p50_ms: 6.0,
        push_p99_ms: 12.0,
        queues: [("ordering".to_owned(), 10)].into(),
        lag: [("portfolio → matching".to_owned(), 2)].into(),
        cpu_percent: [("web".to_owned(), 25.0)].into(),
        memory_mb: [("web".to_owned(), 22.5)].into(),
    };
    Report {
        version: VERSION,
        at: "2026-01-02T03:04:05Z".into(),
        machine: Machine {
            processor: "A <fast> one".into(),
            cores: 2,
            memory_mb: 8000,
            kernel: "Linux 6".into(),
        },
        versions: [("rabbitmq".to_owned(), "4.0".to_owned())].into(),
        settings: [("partitions.users".to_owned(), "1".to_owned())].into(),
        run: Run {
            users: 1000,
            symbols: 10,
            rate: 1000,
            for_s: 2.0,
            schedule: "constant".into(),
            mix: "rest=0,cross=100,market=0,cancel=0".into(),
            seed: 1,
            by: "amqp".into(),
            listeners: 100,
        },
        counts: Counts {
            planned: 2000,
            sent: 2000,
            confirmed: 2000,
            answered: 2000,
            pushes_expected: 200,
            pushed: 200,
            behind_at_end: 8,
            ..Counts::default()
        },
        rates: Rates { sent_per_s: 1000.0, settled_per_s: 990.0, drain_s: 0.02, held_up_s: 0.0 },
        latency: Latencies { reply: latency.clone(), push: latency, ..Latencies::default() },
        processes: [("web".to_owned(), used)].into(),
        seconds: vec![second],
        ceiling: Some(Ceiling {
            broker_per_s: Some(20_000.0),
            database_commits_per_s: Some(200.0),
            database_rows_per_s: Some(100_000.0),
            rows_per_commit: 500,
            missing: vec![],
        }),
        failures: vec![],
        remarks: vec![],
    }
}

#[test]
fn the_table_tells_what_was_asked_and_what_was_seen() {
    expect![[r#"
        rest=0,cross=100,market=0,cancel=0 for 2 s at 1000/s (constant) by amqp, 1000 users (100 listen), 10 symbols, seed 1
        2 × A <fast> one, 8000 MB, Linux 6

        messages         2000 planned, 2000 sent, 2000 answered
        pushes            200 expected by users who listen, 200 came; of all others the audit is the proof
        rate             1000/s sent, 990/s settled (0.0 s to drain, 8 behind at the end)

        milliseconds from due time      count      p50      p90      p99    p99.9      max
        answered after the commit         100     5.00     9.01     9.90    10.01    10.01
        pushed to its owner               100     5.00     9.01     9.90    10.01    10.01

        process           cpu s % of a core  µs a message     memory MB
        web                0.50        25.0         250.0            22
        all                            25.0  of 200

        the broker alone: 20000 single messages a second; this run settled 0.05 of that
        the database alone: 200 commits of 500 rows a second, 100000 rows; this run settled 0.010 of that

        every message accounted for, audit clean
    "#]].assert_eq(&table(&sample()));
}

#[test]
fn what_is_written_is_read_back() {
    let json = serde_json::to_string_pretty(&sample()).unwrap();
    expect_file!["golden.json"].assert_eq(&json);
    let read = Report::read(&json).unwrap();
    assert_eq!(serde_json::to_string_pretty(&read).unwrap(), json);
    let other = json.replacen("\"version\": 1", "\"version\": 2", 1);
    let refused = Report::read(&other).unwrap_err().to_string();
    assert_eq!(refused, "is a report of version 2; this program reads 1");
}

#[test]
fn two_reports_are_told_apart_by_ratios_and_by_what_was_not_the_same() {
    let mut after = sample();
    after.run.seed = 2;
    after.rates.settled_per_s = 1980.0;
    after.latency.push.p99_ms /= 2.0;
    after.failures.push("audit: something".into());
    expect![[r#"
        A: 2026-01-02T03:04:05Z  rest=0,cross=100,market=0,cancel=0
        B: 2026-01-02T03:04:05Z  rest=0,cross=100,market=0,cancel=0
        not the same: seed 1 and 2

                                                       A           B    B / A
        settled /s                                990.00     1980.00     2.00
        drain s                                     0.02        0.02     1.00
        reply p50 ms                                5.00        5.00     1.00
        reply p99 ms                                9.90        9.90     1.00
        reply p99.9 ms                             10.01       10.01     1.00
        push p50 ms                                 5.00        5.00     1.00
        push p99 ms                                 9.90        4.95     0.50
        push p99.9 ms                              10.01       10.01     1.00
        the broker alone /s                     20000.00    20000.00     1.00
        settled, of the broker alone                0.05        0.10     2.00
        web: cpu µs a message                     250.00      250.00     1.00
        web: memory MB                             22.50       22.50     1.00

        B FAILED: audit: something
    "#]]
    .assert_eq(&compare(&sample(), &after));
}

#[test]
fn the_page_stands_alone_and_shows_text_as_text() {
    let mut report = sample();
    report.failures.push("<script>".into());
    let page = page(&report);
    assert_eq!(page.matches("<svg").count(), 7);
    assert!(page.contains("A &lt;fast&gt; one") && page.contains("Failed: &lt;script&gt;"));
    assert!(!page.contains("<script") && !page.contains("http"));
}

#[test]
fn a_failure_is_told_last_and_loudly() {
    let mut report = sample();
    report.failures.push("3 messages without an answer".into());
    assert!(!report.is_well());
    let table = table(&report);
    assert!(table.ends_with("FAILED: 3 messages without an answer\n"), "{table}");
    assert!(!table.contains("audit clean"));
}
