//! Small things, one kind at a time: `cargo bench`, or `cargo bench -- 'a level'`.

use book_bench::Tally;
use book_bench::contenders::{entrants, specialities};
use book_bench::pieces::{Piece, pieces};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// The obvious book searches its queues from end to end; the peers have the whole workloads.
const BOOKS: [&str; 3] = ["book", "engine", "reference"];

fn each(criterion: &mut Criterion) {
    for Piece { name, workload } in pieces() {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(workload.timed() as u64));
        for entrant in entrants().iter().filter(|entrant| BOOKS.contains(&entrant.name)) {
            let mut book = (entrant.make)(&workload);
            let mut tally = Tally::default();
            book.run(0..workload.prefill, &mut tally);
            group.bench_function(entrant.name, |bencher| {
                bencher.iter(|| book.run(workload.prefill..workload.ops.len(), black_box(&mut tally)));
            });
        }
        group.finish();
    }
}

/// The book's alone.
fn special(criterion: &mut Criterion) {
    for mut speciality in specialities() {
        let mut group = criterion.benchmark_group(speciality.name);
        group.throughput(Throughput::Elements(speciality.commands() as u64));
        group.bench_function("book", |bencher| bencher.iter(|| speciality.run()));
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2)).sample_size(30);
    targets = each, special
}
criterion_main!(benches);
