//! RabbitMQ as the exchange uses it: direct exchanges by the real topology, one queue a partition
//! with a single active consumer, and everything that may happen to a queue.

use crate::plants::Plant;
use chassis::incoming::Incoming;
use contracts::{Partitions, UserId, topology};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, VecDeque};
use topology::Topology;

/// A message in a queue.
#[derive(Clone, Debug)]
pub struct Letter {
    pub incoming: Incoming,
    /// Of the client's message, by which he knows it; 0 for all others.
    pub number: u64,
    /// How often something went wrong while it was being taken up.
    pub tries: u32,
}

#[derive(Debug, Default)]
pub struct Queue {
    pub ready: VecDeque<Letter>,
    /// With their delivery tags, oldest first.
    unacked: VecDeque<(u64, Letter)>,
    pub consumer: Option<u32>,
    tags: u64,
}

#[derive(Debug)]
pub struct Broker {
    bindings: FxHashMap<(String, String), Vec<String>>,
    pub queues: BTreeMap<String, Queue>,
    /// Answers on their way to whoever asked: correlation id and body.
    pub replies: VecDeque<(String, Vec<u8>)>,
    /// Clients' messages that it had confirmed and then lost.
    pub lost: FxHashSet<u64>,
    /// Clients' messages that may have been delivered more than once.
    pub again: FxHashSet<u64>,
    /// Those of which it made a copy.
    pub copied: FxHashSet<u64>,
    plant: Option<Plant>,
    partitions: Partitions,
}

impl Broker {
    pub fn new(partitions: Partitions, plant: Option<Plant>) -> Self {
        let topology = Topology::new(partitions);
        let mut bindings = FxHashMap::<_, Vec<String>>::default();
        for binding in topology.bindings {
            bindings.entry((binding.exchange, binding.key)).or_default().push(binding.queue);
        }
        let of = |service: &str| topology::partition_names(service, partitions);
        let queues = topology::SERVICES.iter().flat_map(|service| of(service));
        let queues = queues.map(|name| (name, Queue::default())).collect();
        Broker {
            bindings,
            queues,
            replies: VecDeque::new(),
            lost: FxHashSet::default(),
            again: FxHashSet::default(),
            copied: FxHashSet::default(),
            plant,
            partitions,
        }
    }

    /// Puts a message into every queue that is bound by the key.
    pub fn publish(&mut self, key: &str, incoming: &Incoming, number: u64) {
        let Some(queues) = self.bindings.get(&(incoming.exchange.clone(), key.to_owned())) else { return };
        for queue in queues {
            let letter = Letter { incoming: incoming.clone(), number, tries: 0 };
            self.queues.get_mut(queue).expect("a binding leads to a queue").ready.push_back(letter);
        }
    }

    /// By a hash of its own, which need not agree with the exchange's.
    pub fn publish_order(&mut self, user: UserId, incoming: Incoming, number: u64) {
        let hash = (user.0.as_u128() as u64).wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        let partition = (hash % u64::from(self.partitions.users)) as u16;
        let queue = topology::partition_name(topology::ORDERING, partition);
        let letter = Letter { incoming, number, tries: 0 };
        self.queues.get_mut(&queue).expect("ordering has a queue").ready.push_back(letter);
    }

    pub fn queue(&mut self, name: &str) -> &mut Queue {
        self.queues.get_mut(name).expect("every partition has a queue")
    }

    /// Hands over up to `most` messages; answers the tag of the last.
    pub fn take(&mut self, queue: &str, most: usize) -> (Vec<Letter>, u64) {
        let plant = self.plant;
        let queue = self.queue(queue);
        let mut taken = Vec::new();
        while taken.len() < most
            && let Some(mut letter) = queue.ready.pop_front()
        {
            letter.tries += u32::from(letter.incoming.redelivered);
            queue.tags += 1;
            if plant != Some(Plant::AckBeforeCommit) {
                queue.unacked.push_back((queue.tags, letter.clone()));
            }
            taken.push(letter);
        }
        (taken, queue.tags)
    }

    /// All up to and including a tag.
    pub fn ack(&mut self, queue: &str, consumer: u32, through: u64) {
        let queue = self.queue(queue);
        if queue.consumer == Some(consumer) {
            queue.unacked.retain(|(tag, _)| *tag > through);
        }
    }

    /// The consumer's connection is gone: what it had not acknowledged goes back to where it was.
    pub fn close(&mut self, queue: &str, consumer: u32) {
        let plant = self.plant;
        let queue = self.queue(queue);
        if queue.consumer != Some(consumer) {
            return;
        }
        queue.consumer = None;
        let mut back: Vec<Letter> = queue.unacked.drain(..).map(|(_, letter)| letter).collect();
        back.iter_mut().for_each(|letter| letter.incoming.redelivered = true);
        let numbers: Vec<u64> = back.iter().map(|letter| letter.number).collect();
        if plant == Some(Plant::RequeuedAtTheBack) {
            queue.ready.extend(back);
        } else {
            back.into_iter().rev().for_each(|letter| queue.ready.push_front(letter));
        }
        self.again.extend(numbers);
    }

    /// Something went wrong with what the consumer has in hand.
    pub fn count_tries(&mut self, queue: &str) {
        self.queue(queue).unacked.iter_mut().for_each(|(_, letter)| letter.tries += 1);
    }

    /// The most that anything in the consumer's hand has been through.
    pub fn tries(&self, queue: &str) -> u32 {
        self.queues[queue].unacked.iter().map(|(_, letter)| letter.tries).max().unwrap_or(0)
    }

    /// The newest `count` messages that wait are gone, as after the loss of a disk.
    pub fn lose_newest(&mut self, queue: &str, count: usize) {
        for _ in 0..count {
            let letter = self.queue(queue).ready.pop_back();
            self.lost.extend(letter.map(|letter| letter.number));
        }
    }

    /// The queue is empty, also of what its consumer has in hand.
    pub fn lose_all(&mut self, name: &str) {
        let queue = self.queue(name);
        let unacked: Vec<Letter> = queue.unacked.drain(..).map(|(_, letter)| letter).collect();
        let ready: Vec<Letter> = queue.ready.drain(..).collect();
        self.lost.extend(unacked.iter().chain(&ready).map(|letter| letter.number));
    }

    /// A message comes once more, later.
    pub fn duplicate(&mut self, queue: &str, at: usize) {
        let queue = self.queue(queue);
        let Some(copy) = queue.ready.get(at).cloned() else { return };
        let number = copy.number;
        queue.ready.push_back(copy);
        self.again.insert(number);
        self.copied.insert(number);
    }

    pub fn is_idle(&self) -> bool {
        self.replies.is_empty() && self.queues.values().all(|q| q.ready.is_empty() && q.unacked.is_empty())
    }
}
